import { join } from 'node:path';
import type { Part } from '@halp/data';
import { dataSetNamed, readManifest } from '@halp/data/node';
import { expectObject } from '@halp/random/check';
import {
  checkTable,
  fineTunes,
  fusedRows,
  isFused,
  type Recipe,
  requestSettingsIn,
  type TablePlan,
  type TableRow,
  tableRun,
} from '@halp/recipes';
import { protocolOf } from '../protocols/protocols.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { describeMachine } from '../run/facts.ts';
import { anInteger, aPath, eventsAndSignal, optional } from '../run/option-checks.ts';
import { measureSpeed, type RecipeSpeed } from './measure-speed.ts';
import { runsOf } from './reproduce.ts';

/** How a table is estimated. */
export interface EstimateOptions {
  /** The folder of a prepared data set, or of several in subfolders of their names. Default: the published sizes. */
  readonly data?: string | undefined;
  /** Steps to time for each kind of run, after one warm-up step. Default: 3. */
  readonly steps?: number | undefined;
  /** Called with a note before each measurement. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops between two measurements. */
  readonly signal?: AbortSignal | undefined;
}

/** The training of a run of a table, for one seed. */
export interface RunEstimate {
  /** The recipe's name. */
  readonly run: string;
  /** Epochs of its own; those of a run that it starts from are not counted. */
  readonly epochs: number;
  /** Steps of all epochs: epochs × whole batches of the training clips. */
  readonly steps: number;
  /** Measured seconds per step. */
  readonly secondsPerStep: number;
  /** `steps · secondsPerStep`, in hours. */
  readonly hours: number;
}

/** The evaluations of a row, for one seed. */
export interface EvaluationEstimate {
  /** The row's label. */
  readonly row: string;
  /** The time of all columns. */
  readonly hours: number;
}

/** The estimated time of a table on this machine. */
export interface TableEstimate {
  /** The table's name. */
  readonly table: string;
  /** The machine on which steps were timed. */
  readonly machine: Readonly<Record<string, string | number>>;
  /** The trainings. */
  readonly runs: readonly RunEstimate[];
  /** The evaluations. */
  readonly evaluations: readonly EvaluationEstimate[];
  /** The number of seeds. */
  readonly seeds: number;
  /** The total for all seeds. */
  readonly hours: number;
}

const checks: OptionChecks<EstimateOptions> = {
  ...eventsAndSignal,
  data: optional(aPath),
  steps: optional(anInteger(1)),
};

/**
 * The time a table takes on this machine, estimated from a few timed steps of each kind of run in it.
 *
 * Training: epochs · ⌊clips / batch⌋ · seconds per step. Evaluation: the features of all clips (in every epoch of a probe
 * with random crops) and the steps of fine-tuning, which tests every fifth epoch. Loading clips, which other threads do,
 * and the search for neighbours are not counted.
 *
 * @throws RangeError if a data set is missing and its size is not published.
 */
export async function estimate(
  table: TablePlan,
  options: EstimateOptions = {},
): Promise<TableEstimate> {
  expectObject('estimate', table, 'a table');
  checkCall('estimate', options, checks);
  expectRunning('estimate');
  const { steps = 3, signal, onEvent = ignore } = options;
  const withFineTuning = checkTable(table).columns.some(({ protocol }) => fineTunes(protocol));
  const measured = new Map<string, RecipeSpeed>();
  const speedOf = async (recipe: Recipe): Promise<RecipeSpeed> => {
    signal?.throwIfAborted();
    const known = measured.get(kindOf(recipe));
    if (known !== undefined) return known;
    note(onEvent, `timing ${steps + 1} steps of ${recipe.name}`);
    const speed = await measureSpeed(recipe, {
      steps,
      withFineTuning: withFineTuning && recipe.stream !== '3s',
    });
    measured.set(kindOf(recipe), speed);
    return speed;
  };
  const runs: RunEstimate[] = [];
  for (const { recipe, epochs: until, branch } of runsOf(table)) {
    const { train } = await clipsOf(recipe.data, options.data);
    const epochs = until - (branch?.epoch ?? 0);
    const count = epochs * Math.floor(train / recipe.batchSize);
    const secondsPerStep = (await speedOf(recipe)).step;
    const hours = (count * secondsPerStep) / 3600;
    runs.push({ run: recipe.name, epochs, steps: count, secondsPerStep, hours });
  }
  const evaluations: EvaluationEstimate[] = [];
  for (const row of table.rows) {
    const rows = isFused(row) ? fusedRows(table, row) : [row];
    let seconds = 0;
    for (const part of rows) seconds += await evaluationOf(part, table, options, speedOf);
    evaluations.push({ row: row.label, hours: seconds / 3600 });
  }
  const seeds = table.seeds.length;
  const hours = seeds * [...runs, ...evaluations].reduce((sum, each) => sum + each.hours, 0);
  return { table: table.name, machine: describeMachine(), runs, evaluations, seeds, hours };
}

/** The time of all columns of a row, in seconds. */
async function evaluationOf(
  row: TableRow,
  { columns }: TablePlan,
  { data }: EstimateOptions,
  speedOf: (recipe: Recipe) => Promise<RecipeSpeed>,
): Promise<number> {
  let seconds = 0;
  for (const column of columns) {
    const run = tableRun(row, column);
    if (run === undefined) continue;
    const { evaluation, batchSize, ...recipe } = run.recipe;
    const { on, protocol } = column;
    const { train, test } = await clipsOf(
      on === undefined ? recipe.data : { name: on.data, benchmark: on.benchmark },
      data,
    );
    const speed = await speedOf(run.recipe);
    const feature = speed.features / batchSize;
    const { fineTune } = evaluation;
    const tuned = (clips: number): number => {
      if (fineTune === undefined) return 0;
      const count = fineTune.epochs * Math.max(1, Math.floor(clips / fineTune.batchSize));
      const ofBatch = fineTune.batchSize / batchSize;
      return count * speed.fineTuneStep * ofBatch + Math.ceil(fineTune.epochs / 5) * test * feature;
    };
    const record = protocolOf(typeof protocol === 'string' ? protocol : 'module');
    seconds += record.seconds(
      { evaluation, clips: { train, test }, feature, fineTuning: tuned },
      requestSettingsIn(column),
    );
  }
  return seconds;
}

/** A text that is equal for recipes whose steps take the same time. */
function kindOf({
  encoder,
  head,
  objective,
  stream,
  batchSize,
  views,
  data,
  evaluation,
}: Recipe): string {
  const { layout, persons } = data;
  // Weights and epochs do not change the time of a step.
  const { fromEpoch: _, weight: __, ...sizes } = { fromEpoch: 0, weight: 0, ...objective };
  const shown = stream === 'joint' || stream === '3s' ? stream : 'one';
  return JSON.stringify([
    encoder,
    head,
    sizes,
    shown,
    batchSize,
    views,
    layout,
    persons,
    evaluation.view,
  ]);
}

async function clipsOf(
  { name, benchmark }: { readonly name: string; readonly benchmark: string },
  data: string | undefined,
): Promise<Readonly<Record<Part, number>>> {
  for (const folder of data === undefined ? [] : [join(data, name), data]) {
    const manifest = await readManifest(folder).catch(() => undefined);
    const parts = manifest?.name === name ? manifest.benchmarks[benchmark] : undefined;
    if (parts !== undefined) return { train: parts.train.clips, test: parts.test.clips };
  }
  const published = dataSetNamed(name)?.benchmarks[benchmark];
  if (published !== undefined) return published;
  throw new RangeError(
    `estimate: expected a prepared data set ${name} with the benchmark ${benchmark}, got none; give its folder as option data`,
  );
}

/** An estimate as text: a line for each training and each row, and the total. */
export function estimateText(found: TableEstimate): string {
  const { table, machine, runs, evaluations, seeds, hours } = expectObject(
    'estimateText',
    found,
    'a result of estimate',
  );
  const wide = Math.max(
    ...runs.map(({ run }) => run.length),
    ...evaluations.map(({ row }) => row.length + 10),
  );
  const line = (
    name: string,
    epochs: string,
    steps: string,
    seconds: string,
    time: string,
  ): string =>
    [
      name.padEnd(wide),
      epochs.padStart(6),
      steps.padStart(9),
      seconds.padStart(8),
      time.padStart(9),
    ].join('  ');
  return [
    `${table}: estimate for one seed, from steps timed on ${String(machine['cpu'])}, ${machine['cores']} cores`,
    line('training', 'epochs', 'steps', 's/step', 'time'),
    ...runs.map(({ run, epochs, steps, secondsPerStep, hours: own }) =>
      line(run, String(epochs), String(steps), secondsPerStep.toPrecision(3), timeText(own)),
    ),
    ...evaluations.map(({ row, hours: own }) =>
      line(`evaluate: ${row}`, '', '', '', timeText(own)),
    ),
    `total for ${seeds === 1 ? '1 seed' : `${seeds} seeds`}: ${timeText(hours)}`,
    'Training time = epochs × whole batches × seconds per step. Loading clips and searching neighbours are not counted.',
    'On a busy machine the estimate is too high.',
  ].join('\n');
}

/** Hours in a readable unit: '3 min', '12.5 h', '30 days'. */
function timeText(hours: number): string {
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 72 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
