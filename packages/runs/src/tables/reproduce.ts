import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@halp/data/node';
import { expectOptions } from '@halp/random/check';
import {
  type Branch,
  checkTable,
  fusedRows,
  isFused,
  type Recipe,
  type TablePlan,
  tableRun,
} from '@halp/recipes';
import type { RunFolder } from '@halp/train/node';
import type { EvaluationProgress } from '../evaluate/events.ts';
import { checkCall } from '../run/check-call.ts';
import { expectFolderPath } from '../run/out-path.ts';
import { type OtherPrecision, otherPrecision } from '../run/precision-field.ts';
import { completeRun } from '../train/complete-run.ts';
import type { TrainingEvent } from '../train/events.ts';
import { measure, type MeasuredCell, measureFused, runName } from './measure-cell.ts';

/** Where a table's data are and where its runs go. */
export interface ReproduceOptions {
  /** The folder of the prepared data set, or one that has a folder of each data set's name. */
  readonly data: string;
  /** The folder of the runs, one for each recipe and seed. */
  readonly out: string;
  /** The seeds; the table's unless given. */
  readonly seeds?: readonly number[] | undefined;
  /** Whether runs go on whose modules are not what they were when they began. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Receives every step, every epoch, every result and what is assumed. Default: none. */
  readonly onEvent?: ((event: TrainingEvent | EvaluationProgress) => void) | undefined;
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal | undefined;
}

/** The numbers of a table as measured: what a table is printed from. */
export interface MeasuredTable {
  /** The table's name. */
  readonly table: string;
  /** The seeds that were run. */
  readonly seeds: readonly number[];
  /** One for each row, in order. */
  readonly rows: readonly MeasuredRow[];
  /** With what the encoders multiplied; absent for float32. */
  readonly precision?: OtherPrecision | undefined;
}

/** One row of a {@link MeasuredTable}. */
export interface MeasuredRow {
  /** The row's label. */
  readonly label: string;
  /** The places of the row by column label. */
  readonly cells: Readonly<Record<string, MeasuredCell>>;
}

/**
 * Trains or resumes what a table needs, evaluates what is missing, and returns its numbers.
 *
 * A run lives in `out/<recipe>-seed<seed>`. Runs that are complete are not trained again, and
 * evaluations that exist are not made again, so that an interrupted call goes on where it was. Where a data set is
 * missing, the places that need it say so, and the others are measured.
 *
 * @throws Error if a run is there that was made with another recipe of that name, or on other data.
 * @throws FormatError if a run is there that is damaged; it is left as it is.
 */
export async function reproduce(
  table: TablePlan,
  options: ReproduceOptions,
): Promise<MeasuredTable> {
  expectOptions('reproduce', table, 'a table');
  checkCall('reproduce', options, { texts: ['data', 'out'] });
  checkTable(table);
  await expectFolderPath('reproduce', options.out);
  const { seeds = table.seeds } = options;
  const folders = await dataFolders(table, options.data);
  for (const seed of seeds) {
    for (const run of runsOf(table)) {
      const data = folders.get(run.recipe.data.name);
      if (data !== undefined) await trainRun(table, run, seed, { ...options, data });
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
  return { table: table.name, seeds, rows, precision: otherPrecision() };
}

/** A run that a table needs: to the last epoch of any row, with a checkpoint at each. */
interface RunPlan {
  readonly recipe: Recipe;
  readonly branch?: Branch | undefined;
  readonly epochs: number;
  readonly keep: readonly number[];
}

/** The runs of a table, each after the one that it branches from. */
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

/** The folder of each data set that a table needs and that is there, by the data set's name. */
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
    `reproduce: expected a prepared data set of ${names} in ${data}, or in a folder of its name there, got ${own ?? 'none'}`,
  );
}

function trainRun(
  { knnEvery }: TablePlan,
  { recipe, branch, epochs, keep }: RunPlan,
  seed: number,
  { data, out, signal, onEvent, allowModules = false }: ReproduceOptions,
): Promise<RunFolder> {
  return completeRun({
    ...{ recipe, data, out: join(out, runName(recipe, seed)), epochs, seed, keep, allowModules },
    branch: branch && { run: join(out, runName(branch.recipe, seed)), epoch: branch.epoch },
    knnEvery,
    signal,
    onEvent,
  });
}
