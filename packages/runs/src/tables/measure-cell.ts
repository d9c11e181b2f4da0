import { join } from 'node:path';
import { currentPrecision } from '@halp/backend';
import { fileNameOf, FormatError } from '@halp/files';
import { readRegularFile, writeInside } from '@halp/files/node';
import type { Interval } from '@halp/protocols';
import {
  type EvaluationRecipe,
  type FusedRow,
  type ProtocolRequest,
  type Recipe,
  requestSettingsIn,
  type TableColumn,
  type TableRow,
  tableRun,
} from '@halp/recipes';
import { recipeDifferences } from '@halp/train';
import { ensureEvaluations } from '../evaluate/ensure-evaluations.ts';
import {
  type EvaluationIdentity,
  evaluationIdentity,
  evaluationName,
} from '../evaluate/evaluation-identity.ts';
import type { EvaluationProgress } from '../evaluate/events.ts';
import { fuse, fusible } from '../evaluate/fuse.ts';
import type { FusedEvaluation } from '../evaluate/fused-evaluation.ts';
import type { SavedEvaluation } from '../evaluate/run-evaluation.ts';
import { evaluationPlace } from '../features/evaluation-data.ts';
import { foundRequest } from '../protocols/found-request.ts';
import { figureOf } from '../protocols/protocols.ts';
import { dataIdentity } from '../run/data-checksums.ts';

/** The measured values of one cell of a table. */
export interface MeasuredCell {
  /** One fraction for each seed, in their order; empty if the cell could not be measured. */
  readonly values: readonly number[];
  /** The 95 % interval of each value over the test clips, if the protocol has one. */
  readonly intervals?: readonly Interval[] | undefined;
  /** The folder of each seed's run in the table's folder; empty for a fused row, which uses the runs of other rows. */
  readonly runs: readonly string[];
  /** The name of the evaluation in each run's folder, in the order of `runs`. */
  readonly evaluations?: readonly string[] | undefined;
  /** Why the cell was not measured. */
  readonly reason?: string | undefined;
  /** How the runs were reduced compared with their recipe. */
  readonly reduced?: string | undefined;
}

/** A column of a table, with the runs and data to measure a cell in it. */
export interface Place {
  /** The column. */
  readonly column: TableColumn;
  /** The seeds, one run for each. */
  readonly seeds: readonly number[];
  /** The folders of the available data sets, by name. */
  readonly folders: ReadonlyMap<string, string>;
  /** The folder of the table's runs. */
  readonly out: string;
  /** Whether modules are imported that have changed since a run started. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Called with notes and every result. Default: none. */
  readonly onEvent?: ((event: EvaluationProgress) => void) | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** How the runs of a row are evaluated in a column, or why they are not. */
async function planned(
  row: TableRow,
  { column, folders }: Place,
): Promise<PlannedCell | { readonly reason: string }> {
  const run = tableRun(row, column);
  if (run === undefined) return { reason: 'not part of this row' };
  const { recipe, epoch } = run;
  const { protocol, on } = column;
  const target = on?.data ?? recipe.data.name;
  const missing = [recipe.data.name, target].find((name) => !folders.has(name));
  if (missing !== undefined) return { reason: `the data set ${missing} is missing` };
  const request: ProtocolRequest = { protocol, ...requestSettingsIn(column) };
  const data = folders.get(target) as string;
  return { recipe, epoch, request, where: { data, benchmark: on?.benchmark } };
}

interface PlannedCell {
  readonly recipe: Recipe;
  readonly epoch: number;
  readonly request: ProtocolRequest;
  readonly where: { readonly data: string; readonly benchmark?: string | undefined };
}

/** Measures a cell of a table, or reads its saved evaluations. */
export async function measure(row: TableRow, place: Place): Promise<MeasuredCell> {
  const cell = await planned(row, place);
  if ('reason' in cell) return { values: [], runs: [], reason: cell.reason };
  const { recipe, epoch, request, where } = cell;
  const { out, signal, onEvent } = place;
  const made: SavedEvaluation[] = [];
  const runs = place.seeds.map((seed) => runName(recipe, seed));
  for (const folder of runs) {
    const { evaluation } = recipe;
    const asked = {
      ...{ run: join(out, folder), protocols: [request], epoch, evaluation },
      ...{ ownRecipe: recipe, allowModules: place.allowModules ?? false },
    };
    const [one] = await ensureEvaluations({ ...asked, ...where, signal, onEvent });
    made.push(one as SavedEvaluation);
  }
  const figures = made.map(({ evaluation }) => figureOf(evaluation));
  const intervals = figures.flatMap(({ interval }) => (interval === undefined ? [] : [interval]));
  return {
    values: figures.map(({ value }) => value),
    intervals: intervals.length === figures.length ? intervals : undefined,
    runs,
    evaluations: made.map(({ name }) => name),
    reduced: recipe.reduced,
  };
}

/** The folder of the results of fused rows, in the folder of the table. */
export const FUSED_FOLDER = 'fused';

/** Measures a cell of a fused row, or reads its results saved under `fused/`. */
export async function measureFused(
  { label, weights, level = 'scores' }: FusedRow,
  rows: readonly TableRow[],
  place: Place,
): Promise<MeasuredCell> {
  const { column, seeds, out, signal, onEvent } = place;
  const protocol = fusible.find((one) => one === column.protocol);
  if (protocol === undefined) {
    const { protocol: named } = column;
    const name = typeof named === 'string' ? named : named.module;
    return { values: [], runs: [], reason: `${name} cannot be fused` };
  }
  const cells: PlannedCell[] = [];
  for (const row of rows) {
    const cell = await planned(row, place);
    if ('reason' in cell) return { values: [], runs: [], reason: cell.reason };
    cells.push(cell);
  }
  const [{ where }] = cells as [PlannedCell];
  const how = { protocol, level, weights };
  const made: FusedEvaluation[] = [];
  for (const seed of seeds) {
    const runs = cells.map((cell) => ({
      run: join(out, runName(cell.recipe, seed)),
      epoch: cell.epoch,
      evaluation: evaluationOf(cell),
      ownRecipe: cell.recipe,
    }));
    const identities = await Promise.all(cells.map((cell) => identityIn(cell, seed)));
    const words = [label, ...identities.map(({ name }) => name).slice(0, 1), `seed${seed}`];
    const parts = cells.map((cell, i) => [cell.recipe.name, identities[i]?.identity]);
    made.push(
      await ensureFused(out, words.join('-'), { ...how, parts }, () =>
        fuse({
          ...{ runs, ...where, ...how, signal, onEvent },
          allowModules: place.allowModules ?? false,
        }),
      ),
    );
  }
  return {
    values: made.map(({ accuracy }) => accuracy),
    intervals: made.flatMap(({ interval }) => interval ?? []),
    runs: [],
    reduced: made[0]?.reduced,
  };
}

/** The evaluation settings of a cell, with those of its column. */
function evaluationOf({ recipe: { evaluation }, request: { k } }: PlannedCell): EvaluationRecipe {
  return k === undefined ? evaluation : { ...evaluation, knn: { ...evaluation.knn, k } };
}

/** The identity of a cell's evaluation for one seed, and its file name. */
async function identityIn(
  { recipe, epoch, request, where }: PlannedCell,
  seed: number,
): Promise<{ readonly identity: EvaluationIdentity; readonly name: string }> {
  const { evaluation } = recipe;
  const { benchmark, isTransfer } = await evaluationPlace(recipe, where.data, where.benchmark);
  const data = await dataIdentity(where.data, benchmark);
  const identity = evaluationIdentity({
    request: await foundRequest('reproduce', request),
    evaluation,
    position: { epoch },
    seed,
    data,
    precision: currentPrecision(),
  });
  const name = evaluationName(identity, evaluation, isTransfer ? data : undefined);
  return { identity, name: [name, recipe.data.benchmark].join('-') };
}

/**
 * The fused evaluation with that identity: read from `folder`, or made and saved there. Others are kept.
 *
 * @throws FormatError if a saved file is not JSON.
 */
async function ensureFused(
  out: string,
  words: string,
  identity: object,
  make: () => Promise<FusedEvaluation>,
): Promise<FusedEvaluation> {
  const usual = fileNameOf(words.replaceAll(/[^\w.=+-]+/g, '-'));
  for (const name of [usual, fileNameOf(`${usual} ${JSON.stringify(identity)}`)]) {
    const file = join(FUSED_FOLDER, `${name}.json`);
    const saved = await readJsonIfThere(join(out, file));
    if (saved === undefined) {
      const evaluation = { ...(await make()), identity };
      await writeInside(out, file, `${JSON.stringify(evaluation, null, 2)}\n`);
      return evaluation;
    }
    const { identity: found } = saved as { readonly identity?: unknown };
    if (recipeDifferences(found, identity).length === 0) return saved as FusedEvaluation;
  }
  throw new Error(
    `${join(out, FUSED_FOLDER, usual)}.json: expected a free file name, got two other results; move them away`,
  );
}

async function readJsonIfThere(file: string): Promise<object | undefined> {
  try {
    return JSON.parse(await readRegularFile(file, 'utf8')) as object;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new FormatError(file, `expected JSON, got ${error.message}; move it away`);
  }
}

/** The name of a run's folder in the table's folder. */
export function runName(recipe: Recipe, seed: number): string {
  return fileNameOf(`${recipe.name}-seed${seed}`);
}
