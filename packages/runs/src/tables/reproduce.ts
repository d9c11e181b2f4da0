import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@halp/data/node';
import { expectWritableInside } from '@halp/files/node';
import { expectObject } from '@halp/random/check';
import {
  type Branch,
  checkTable,
  fusedRows,
  isFused,
  type Recipe,
  type TablePlan,
  tableRun,
} from '@halp/recipes';
import { type PairedDifference, pairedDifference } from '@halp/report';
import type { RunFolder } from '@halp/train/node';
import type { EvaluationProgress } from '../evaluate/events.ts';
import { foundRequest } from '../protocols/found-request.ts';
import { protocolOf } from '../protocols/protocols.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { aFlag, aListOfIntegers, aPath, eventsAndSignal, optional } from '../run/option-checks.ts';
import { expectFolderPath } from '../run/out-path.ts';
import { type OtherPrecision, otherPrecision } from '../run/precision-field.ts';
import { completeRun } from '../train/complete-run.ts';
import type { TrainingEvent } from '../train/events.ts';
import { FUSED_FOLDER, measure, type MeasuredCell, measureFused, runName } from './measure-cell.ts';

/** The data and the output folder of a table. */
export interface ReproduceOptions {
  /** The folder of the prepared data set, or of several in subfolders of their names. */
  readonly data: string;
  /** The folder of the runs, one for each recipe and seed. */
  readonly out: string;
  /** The seeds. Default: the table's. */
  readonly seeds?: readonly number[] | undefined;
  /** Whether runs are resumed although their modules have changed since they started. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Called with every step, epoch, result and note. Default: none. */
  readonly onEvent?: ((event: TrainingEvent | EvaluationProgress) => void) | undefined;
  /** Stops after the current step. */
  readonly signal?: AbortSignal | undefined;
}

/** The measured values of a table. */
export interface MeasuredTable {
  /** The table's name. */
  readonly table: string;
  /** The seeds. */
  readonly seeds: readonly number[];
  /** The rows, in the order of the table. */
  readonly rows: readonly MeasuredRow[];
  /** The precision of the encoders' products; absent for float32. */
  readonly precision?: OtherPrecision | undefined;
}

/** One row of a {@link MeasuredTable}. */
export interface MeasuredRow {
  /** The row's label. */
  readonly label: string;
  /** The cells of the row, by column label. */
  readonly cells: Readonly<Record<string, MeasuredCell>>;
  /** The paired differences to the row that the plan names, by label of the columns that both are measured in. */
  readonly differences?: Readonly<Record<string, PairedDifference>> | undefined;
}

const checks: OptionChecks<ReproduceOptions> = {
  ...eventsAndSignal,
  data: aPath,
  out: aPath,
  seeds: optional(aListOfIntegers(0)),
  allowModules: optional(aFlag),
};

/**
 * Trains or resumes the runs of a table, makes the missing evaluations, and returns the values of its cells.
 *
 * Runs are saved in `out/<recipe>-seed<seed>`. Complete runs and saved evaluations are not made again, so that the same
 * call resumes an interrupted one. Cells whose data set is missing state the reason; the others are measured.
 *
 * @throws Error if a run in `out` was trained with another recipe of that name, or on other data.
 * @throws FormatError if a run in `out` is damaged; it is not changed.
 */
export async function reproduce(
  table: TablePlan,
  options: ReproduceOptions,
): Promise<MeasuredTable> {
  expectObject('reproduce', table, 'a table');
  checkCall('reproduce', options, checks);
  checkTable(table);
  await expectFolderPath('reproduce', options.out);
  // A new folder has no links.
  if (table.rows.some(isFused) && (await exists(options.out))) {
    await expectWritableInside(options.out, FUSED_FOLDER);
  }
  const { seeds = table.seeds } = options;
  await loadProtocols(table);
  const folders = await dataFolders(table, options.data);
  for (const seed of seeds) {
    for (const run of runsOf(table)) {
      const data = folders.get(run.recipe.data.name);
      if (data !== undefined) await trainRowRun(table, run, seed, { ...options, data });
    }
  }
  const rows: MeasuredRow[] = [];
  for (const row of table.rows) {
    const cells: Record<string, MeasuredCell> = {};
    for (const column of table.columns) {
      const { out, signal, onEvent, allowModules = false } = options;
      const place = { column, seeds, folders, out, allowModules, signal, onEvent };
      cells[column.label] = isFused(row)
        ? await measureFused(row, fusedRows(table, row), place)
        : await measure(row, place);
    }
    rows.push({ label: row.label, cells });
  }
  const compared = rows.map((row, i) => withDifferences(row, rows, table.rows[i]?.comparedWith));
  return { table: table.name, seeds, rows: compared, precision: otherPrecision() };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Imports the protocols of a table that are modules: one that fails does so before anything is trained. */
async function loadProtocols({ columns }: TablePlan): Promise<void> {
  for (const { protocol } of columns) {
    const found = await foundRequest('reproduce', { protocol });
    await protocolOf(found.protocol).load?.('reproduce', found);
  }
}

/** A measured row with its differences to the row of that label, if there is one. */
function withDifferences(
  row: MeasuredRow,
  rows: readonly MeasuredRow[],
  comparedWith: string | undefined,
): MeasuredRow {
  const baseline = rows.find(({ label }) => label === comparedWith);
  if (baseline === undefined) return row;
  const differences = Object.entries(row.cells).flatMap(([column, { values }]) => {
    const others = baseline.cells[column]?.values ?? [];
    if (values.length === 0 || values.length !== others.length) return [];
    return [[column, pairedDifference(values, others)] as const];
  });
  return { ...row, differences: Object.fromEntries(differences) };
}

/** A run of a table: trained to the highest epoch of its rows, with a checkpoint at the epoch of each. */
interface RunPlan {
  readonly recipe: Recipe;
  readonly branch?: Branch | undefined;
  readonly epochs: number;
  readonly keep: readonly number[];
}

/** The runs of a table; a run that starts from another one comes after it. */
export function runsOf({ rows, columns }: TablePlan): RunPlan[] {
  const trained = rows.flatMap((row) => (isFused(row) ? [] : [row]));
  const wanted = trained.flatMap((row) =>
    columns.flatMap((column) => {
      const run = tableRun(row, column);
      if (run === undefined) return [];
      return run.branch === undefined ? [run] : [{ ...run.branch, branch: undefined }, run];
    }),
  );
  const plans = new Map<string, RunPlan>();
  for (const { recipe, epoch, branch } of wanted) {
    const plan = plans.get(recipe.name);
    const keep = [...new Set([...(plan?.keep ?? []), epoch])].sort((a, b) => a - b);
    plans.set(recipe.name, {
      recipe,
      epochs: keep.at(-1) as number,
      keep,
      branch: branch ?? plan?.branch,
    });
  }
  return [...plans.values()];
}

/** The folders of those data sets of a table that are available, by name. @throws RangeError if none is. */
async function dataFolders(table: TablePlan, data: string): Promise<Map<string, string>> {
  const wanted = new Set(table.columns.flatMap(({ on }) => (on === undefined ? [] : [on.data])));
  for (const { recipe } of runsOf(table)) wanted.add(recipe.data.name);
  const folders = new Map<string, string>();
  const own = await access(join(data, 'dataset.json')).then(
    async () => (await readManifest(data)).name,
    () => undefined,
  );
  for (const name of wanted) {
    const below = join(data, name);
    const isBelow = await access(join(below, 'dataset.json')).then(
      () => true,
      () => false,
    );
    if (isBelow) folders.set(name, below);
    else if (own === name) folders.set(name, data);
  }
  if (folders.size > 0) return folders;
  const names = [...wanted].join(', ');
  throw new RangeError(
    `reproduce: expected a prepared data set of ${names} in ${data} or in a subfolder of its name, got ${own ?? 'none'}`,
  );
}

function trainRowRun(
  { knnEvery, gradientEvery }: TablePlan,
  { recipe, branch, epochs, keep }: RunPlan,
  seed: number,
  { data, out, signal, onEvent, allowModules = false }: ReproduceOptions,
): Promise<RunFolder> {
  return completeRun({
    ...{ recipe, data, out: join(out, runName(recipe, seed)), epochs, seed, keep, allowModules },
    branch: branch && { run: join(out, runName(branch.recipe, seed)), epoch: branch.epoch },
    knnEvery,
    gradientEvery,
    signal,
    onEvent,
  });
}
