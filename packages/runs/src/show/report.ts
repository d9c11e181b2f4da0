import { readManifest } from '@halp/data/node';
import { knn } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { trainedOn } from '@halp/recipes';
import {
  type FeatureMap,
  mapFeatures,
  protocolText,
  renderReport,
  type RunRecord,
} from '@halp/report';
import { openRun, type RunFolder } from '@halp/train/node';
import { keptCoordinates } from '../evaluate/coordinates.ts';
import { lastResults, resultsOf, type RunResult } from '../evaluate/results.ts';
import { evaluationData } from '../features/evaluation-data.ts';
import { partFeatures } from '../features/part-features.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { dataDifference, dataIdentity, trainingData } from '../run/data-checksums.ts';
import { ignore, note, type Remark } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import { loadEncoders } from '../run/load-run.ts';
import { modulesOfRun, type ModuleTrust } from '../run/modules.ts';
import {
  aFlag,
  aListOfPaths,
  aPath,
  aString,
  eventsAndSignal,
  optional,
} from '../run/option-checks.ts';
import { otherPrecision } from '../run/precision-field.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { collapseWarning } from '../train/watch-representation.ts';
import { findRuns } from './list.ts';

/** The content of a report. */
export interface RunReportOptions extends Pick<ModuleTrust, 'allowModules'> {
  /** Run folders, or folders that contain them. */
  readonly runs: readonly string[];
  /** The folder of the prepared data set. Default: none; only saved results are shown. */
  readonly data?: string | undefined;
  /** The heading. Default: the names of the recipes. */
  readonly title?: string | undefined;
  /** Called with notes on which runs are evaluated, and why others are not. Default: none. */
  readonly onEvent?: ((event: Remark) => void) | undefined;
  /** Stops between two runs. */
  readonly signal?: AbortSignal | undefined;
}

const checks: OptionChecks<RunReportOptions> = {
  ...eventsAndSignal,
  runs: aListOfPaths,
  data: optional(aPath),
  title: optional(aString),
  allowModules: optional(aFlag),
};

/**
 * A report of runs as one HTML file: training curves, saved results and manifests; with `data` also a kNN evaluation of
 * each run's last checkpoint with per-class accuracies, and a map of its test features. The run folders are not changed.
 *
 * @throws RangeError if no run is found.
 * @throws FormatError if a run or the data set cannot be read.
 */
export async function runReport(options: RunReportOptions): Promise<string> {
  checkCall('runReport', options, checks);
  const { data, signal, onEvent = ignore } = options;
  if (data !== undefined) expectRunning('runReport');
  const paths = await findRuns(options.runs);
  if (paths.length === 0) {
    const where = options.runs.length === 0 ? '' : ` in ${options.runs.join(', ')}`;
    throw new RangeError(`runReport: expected at least one run${where}, got none`);
  }
  const runs: RunRecord[] = [];
  const missing = new Set<string>();
  for (const path of paths) {
    signal?.throwIfAborted();
    const run = await openRun(path);
    const problem = data === undefined ? withoutData : await reasonNotToEvaluate(run, data);
    if (problem !== undefined) missing.add(problem);
    if (problem !== undefined || data === undefined) {
      runs.push(await savedRecord(run));
      continue;
    }
    const recipe = recipeOfRun(run);
    const allowed = await modulesOfRun(run, recipe, options, onEvent).catch(asReason);
    if ('reason' in allowed) {
      missing.add(`Features of ${allowed.reason}`);
      note(onEvent, `Features of ${allowed.reason}`);
      runs.push(await savedRecord(run));
      continue;
    }
    note(onEvent, `${path}: evaluating the last checkpoint by kNN`);
    runs.push(await evaluatedRecord(run, data, allowed, signal));
  }
  if (runs.every(({ evaluations, others = [] }) => evaluations.length + others.length === 0)) {
    missing.add('Accuracies and confusion matrices: these runs have no saved evaluation.');
  }
  const { title = [...new Set(runs.map(({ name }) => name))].join(', ') } = options;
  const coordinates = await keptCoordinates(paths);
  return renderReport({
    ...{ title, runs, missing: [...missing] },
    description: coordinates.length === 0 ? undefined : coordinates.join(' '),
  });
}

/** Turns the refusal of a run's modules into a reason: the run is not evaluated, the others are. */
function asReason(error: unknown): { readonly reason: string } {
  if (error instanceof RangeError) return { reason: error.message };
  throw error;
}

const withoutData =
  'Feature map and kNN evaluation of the last checkpoint: make the report with the data set of the runs. ' +
  'The accuracies shown were saved in the runs.';

async function reasonNotToEvaluate(run: RunFolder, data: string): Promise<string | undefined> {
  const { name } = await readManifest(data);
  const own = trainingData(run.manifest);
  if (own.name !== name) {
    return `Features of ${run.path}: it was trained on ${own.name}, and ${data} is ${name}.`;
  }
  if (!(await run.hasCheckpoint())) return `Features of ${run.path}: it has no checkpoint yet.`;
  const difference = dataDifference(own, await dataIdentity(data, own.benchmark));
  return difference === undefined
    ? undefined
    : `Features of ${run.path}: ${data} is not the data it was trained on (${difference}).`;
}

/** A run with its saved results. */
async function savedRecord(run: RunFolder): Promise<RunRecord> {
  return recordOf(run, await resultsOf(run), await collapseWarning(run));
}

/** A run with a kNN evaluation of its last checkpoint and its other saved results. */
async function evaluatedRecord(
  run: RunFolder,
  data: string,
  modules: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RunRecord> {
  const recipe = recipeOfRun(run);
  const rng = createRandom(run.manifest.seed);
  const loaded = await loadEncoders(run, modules);
  const { encoders, position } = loaded;
  try {
    const found = await evaluationData(recipe, trainedOn(run.manifest), data);
    const train = await partFeatures(encoders, recipe, found.open('train'), modules, signal);
    const test = await partFeatures(encoders, recipe, found.open('test'), modules, signal);
    const { classes } = train;
    const { evaluation, predictions } = await knn(train.fused, test.fused, {
      ...recipe.evaluation.knn,
      classes,
    });
    const { epoch } = position;
    const text = [protocolText(evaluation), ...[otherPrecision() ?? []].flat()].join(', ');
    const saved = await resultsOf(run);
    // A saved result of the same evaluation also has the baseline on coordinates.
    const same = saved.find((each) => each.text === text && each.epoch === epoch)?.evaluation;
    const shown = { ...same, ...evaluation };
    const now = {
      name: '',
      protocol: 'knn',
      text,
      value: evaluation.accuracy,
      epoch,
      evaluation: shown,
    };
    const others = saved.filter((each) => each.text !== text || each.epoch !== epoch);
    const map = mapFeatures(test.fused, { classes, predictions }, rng.fork('feature-map'));
    const warning = await collapseWarning(run);
    return recordOf(run, [now as RunResult, ...others], warning, map);
  } finally {
    loaded.dispose();
  }
}

function recordOf(
  run: RunFolder,
  results: readonly RunResult[],
  warning: string | undefined,
  map?: FeatureMap,
): RunRecord {
  const { manifest, log } = run;
  const { epochs } = recipeOfRun(run);
  const epoch = Math.max(0, ...results.map((each) => each.epoch));
  const last = lastResults(results);
  // Results of earlier epochs get their own column.
  const meaning = (each: RunResult): string =>
    last.includes(each) ? each.text : `${each.text}, after ${each.epoch} epochs`;
  return {
    name: manifest.name,
    manifest: { ...manifest },
    log,
    warnings: warning === undefined ? [] : [warning],
    evaluations: results.flatMap((each) =>
      each.evaluation === undefined ? [] : [{ ...each.evaluation, meaning: meaning(each) }],
    ),
    others: results.flatMap((each) =>
      each.evaluation === undefined ? [{ meaning: meaning(each), value: each.value }] : [],
    ),
    map,
    reduced: results.length === 0 || epoch >= epochs ? undefined : `${epoch} of ${epochs} epochs`,
  };
}
