import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileNameOf } from '@halp/files';
import { readRegularFile, writeFileAtomic } from '@halp/files/node';
import type { Interval } from '@halp/protocols';
import {
  tableRun,
  type FusedRow,
  type Recipe,
  type TableColumn,
  type TableRow,
} from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { askedText, evaluate, evaluationName, figureOf, type RunEvaluation } from './evaluate.ts';
import { evaluationPlace } from './evaluation-data.ts';
import { fuse, fusible, type FusedEvaluation } from './fuse.ts';
import type { Output } from './output.ts';
import type { ProtocolRequest } from './protocol.ts';

/** One place of a table as measured. */
export interface MeasuredCell {
  /** One fraction a seed, in the order of the seeds; none where nothing could be measured. */
  readonly values: readonly number[];
  /** The 95 % interval of each over the test clips, where the protocol has one. */
  readonly intervals?: readonly Interval[];
  /** The folder of each seed's run, inside the table's folder; of a fused row none, they are those of its rows. */
  readonly runs: readonly string[];
  /** The name of the evaluation in each run's folder. */
  readonly evaluation?: string;
  /** Why nothing was measured. */
  readonly reason?: string;
  /** What makes the runs smaller than the recipe that they are called after. */
  readonly reduced?: string;
}

/** Where a number of a table stands, and what it is measured from. */
export interface Place {
  /** The protocol. */
  readonly column: TableColumn;
  /** One run for each. */
  readonly seeds: readonly number[];
  /** The folder of each data set that is there, by its name. */
  readonly folders: ReadonlyMap<string, string>;
  /** The folder of the table's runs. */
  readonly out: string;
  /** Whether modules that are not what they were when a run began are imported. Default: false. */
  readonly allowModules?: boolean;
  /** Stops between two steps. */
  readonly signal?: AbortSignal;
}

/** What the runs of a row are evaluated on, by what; or why they are not. */
async function planned(
  row: TableRow,
  { column, folders }: Place,
): Promise<PlannedCell | { readonly reason: string }> {
  const run = tableRun(row, column);
  if (run === undefined) return { reason: 'not part of this row' };
  const { recipe, epoch } = run;
  const { protocol, labels, on } = column;
  const target = on?.data ?? recipe.data.name;
  const missing = [recipe.data.name, target].find((name) => !folders.has(name));
  if (missing !== undefined) return { reason: `the data set ${missing} is not there` };
  const request: ProtocolRequest = { protocol, ...(labels === undefined ? {} : { labels }) };
  const data = folders.get(target) as string;
  const name = evaluationName(epoch, request, await evaluationPlace(recipe, data, on?.benchmark));
  const benchmark = on === undefined ? {} : { benchmark: on.benchmark };
  return { recipe, epoch, request, name, where: { data, ...benchmark } };
}

interface PlannedCell {
  readonly recipe: Recipe;
  readonly epoch: number;
  readonly request: ProtocolRequest;
  /** The name of the evaluation. */
  readonly name: string;
  readonly where: { readonly data: string; readonly benchmark?: string };
}

/** What a place of the table measures, made now or before. */
export async function measure(row: TableRow, place: Place, output: Output): Promise<MeasuredCell> {
  const cell = await planned(row, place);
  if ('reason' in cell) return { values: [], runs: [], reason: cell.reason };
  const { recipe, epoch, request, name, where } = cell;
  const { out, signal } = place;
  const made: RunEvaluation[] = [];
  const runs = place.seeds.map((seed) => runName(recipe, seed));
  for (const folder of runs) {
    const run = join(out, folder);
    const saved = (await (await openRun(run)).evaluations())[name] as RunEvaluation | undefined;
    const asked = {
      ...{ run, protocols: [request], epoch, evaluation: recipe.evaluation },
      ...{ ownRecipe: recipe, allowModules: place.allowModules ?? false },
    };
    const [evaluation] =
      saved?.asked === askedText(recipe, request)
        ? [saved]
        : await evaluate({ ...asked, ...where, ...(signal ? { signal } : {}) }, output);
    made.push(evaluation as RunEvaluation);
  }
  const figures = made.map(figureOf);
  const intervals = figures.flatMap(({ interval }) => (interval === undefined ? [] : [interval]));
  return {
    values: figures.map(({ value }) => value),
    ...(intervals.length === figures.length ? { intervals } : {}),
    runs,
    evaluation: name,
    ...(recipe.reduced === undefined ? {} : { reduced: recipe.reduced }),
  };
}

/** What the runs of several rows measure together, made now or before; kept under `fused/`. */
export async function measureFused(
  { label, weights, level = 'scores' }: FusedRow,
  rows: readonly TableRow[],
  place: Place,
  output: Output,
): Promise<MeasuredCell> {
  const { column, seeds, out, signal } = place;
  const protocol = fusible.find((one) => one === column.protocol);
  if (protocol === undefined) {
    return { values: [], runs: [], reason: `${column.protocol} is not fused` };
  }
  const cells: PlannedCell[] = [];
  for (const row of rows) {
    const cell = await planned(row, place);
    if ('reason' in cell) return { values: [], runs: [], reason: cell.reason };
    cells.push(cell);
  }
  const [{ recipe, where, name }] = cells as [PlannedCell];
  const how = { protocol, level, ...(weights === undefined ? {} : { weights }) };
  const made: FusedEvaluation[] = [];
  for (const seed of seeds) {
    const runs = cells.map((cell) => ({
      run: join(out, runName(cell.recipe, seed)),
      epoch: cell.epoch,
      evaluation: cell.recipe.evaluation,
      ownRecipe: cell.recipe,
    }));
    const asked = JSON.stringify([
      how,
      cells.map((cell) => [cell.recipe.name, cell.epoch, askedText(cell.recipe, cell.request)]),
    ]);
    const words = [label, name, recipe.data.benchmark, `seed${seed}`].join('-');
    const file = join(out, 'fused', `${words.replaceAll(/[^\w.]+/g, '-')}.json`);
    const saved = await readRegularFile(file, 'utf8').then(
      (text) => JSON.parse(text) as FusedEvaluation & { readonly asked: string },
      () => undefined,
    );
    if (saved?.asked === asked) {
      made.push(saved);
      continue;
    }
    const evaluation = await fuse(
      {
        runs,
        ...where,
        ...how,
        allowModules: place.allowModules ?? false,
        ...(signal ? { signal } : {}),
      },
      output,
    );
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, `${JSON.stringify({ ...evaluation, asked }, null, 2)}\n`);
    made.push(evaluation);
  }
  const reduced = made[0]?.reduced;
  return {
    values: made.map(({ accuracy }) => accuracy),
    intervals: made.flatMap(({ interval }) => interval ?? []),
    runs: [],
    ...(reduced === undefined ? {} : { reduced }),
  };
}

/** The folder of a run inside the table's. */
export function runName(recipe: Recipe, seed: number): string {
  return fileNameOf(`${recipe.name}-seed${seed}`);
}
