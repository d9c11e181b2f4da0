import { readManifest } from '@halp/data/node';
import { knn, type Evaluation } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { buildTraining, loadEncoder, trainedOn, type Recipe } from '@halp/recipes';
import { mapFeatures, renderReport, type FeatureMap, type RunRecord } from '@halp/report';
import { recipeDifferences } from '@halp/train';
import { openRun, type RunFolder } from '@halp/train/node';
import { keptCoordinates } from './coordinates.ts';
import { evaluationData } from './evaluation-data.ts';
import type { Output } from './output.ts';
import { partFeatures } from './part-features.ts';
import { recipeOfRun } from './recipe-of-run.ts';
import { modulesOfRun, type ModuleTrust } from './run-modules.ts';
import { findRuns, lastEvaluations } from './runs.ts';
import { collapseWarning } from './watch-representation.ts';

/** What a report is made of. */
export interface RunReportOptions extends Pick<ModuleTrust, 'allowModules'> {
  /** Folders of runs, or folders above them. */
  readonly runs: readonly string[];
  /** The folder of the prepared data set; without one only what was saved is shown. */
  readonly data?: string;
  /** The heading; the names of the recipes unless given. */
  readonly title?: string;
  /** Stops between two runs. */
  readonly signal?: AbortSignal;
}

/**
 * Runs as one HTML file: curves and manifests; with `data` also a kNN evaluation of the last
 * checkpoint of each run, by class, and its test features on a plane. Nothing in the runs is changed.
 *
 * @throws RangeError if there is no run.
 * @throws FormatError if a run or the data set cannot be read.
 */
export async function runReport(options: RunReportOptions, output: Output): Promise<string> {
  const { data, signal } = options;
  const paths = await findRuns(options.runs);
  if (paths.length === 0) {
    throw new RangeError(`report: expected a run, got none in ${options.runs.join(', ')}`);
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
    const allowed = await modulesOfRun(run, recipe, options, output).catch(asReason);
    if ('reason' in allowed) {
      missing.add(`Features of ${allowed.reason}`);
      output.line(`Features of ${allowed.reason}`);
      runs.push(await savedRecord(run));
      continue;
    }
    output.line(`${path}: evaluating the last checkpoint by kNN`);
    runs.push(await evaluatedRecord(run, data, allowed, signal));
  }
  if (runs.every(({ evaluations }) => evaluations.length === 0)) {
    missing.add('Accuracies, by class too, and confusion: no evaluation of these runs was saved.');
  }
  const { title = [...new Set(runs.map(({ name }) => name))].join(', ') } = options;
  const coordinates = await keptCoordinates(paths);
  return renderReport({
    ...{ title, runs, missing: [...missing] },
    ...(coordinates.length === 0 ? {} : { description: coordinates.join(' ') }),
  });
}

/** A run whose modules are refused is not evaluated; the others are. */
function asReason(error: unknown): { readonly reason: string } {
  if (error instanceof RangeError) return { reason: error.message };
  throw error;
}

const withoutData =
  'Features on a plane, and a kNN evaluation of the last checkpoint: they need the data set, --data DIR. ' +
  'What is shown of accuracies was saved in the runs.';

async function reasonNotToEvaluate(run: RunFolder, data: string): Promise<string | undefined> {
  const { name, benchmarks } = await readManifest(data);
  const { recipe } = run.manifest;
  const wanted = (recipe as Recipe).data;
  if (wanted.name !== name)
    return `Features of ${run.path}: its data set is ${wanted.name}, ${data} is ${name}.`;
  if (!(await run.hasCheckpoint())) return `Features of ${run.path}: it has no checkpoint yet.`;
  const trainedOn = (run.manifest.data as { readonly arrays?: unknown }).arrays;
  const { [wanted.benchmark]: own } = (trainedOn ?? {}) as Record<string, unknown>;
  const { [wanted.benchmark]: given } = benchmarks as unknown as Record<string, unknown>;
  return recipeDifferences(own, given).length === 0
    ? undefined
    : `Features of ${run.path}: the checksums of ${data} are not those that it was trained on.`;
}

/** A run with what was saved of it. */
async function savedRecord(run: RunFolder): Promise<RunRecord> {
  return recordOf(run, await lastEvaluations(run), await collapseWarning(run));
}

/** A run with its last checkpoint evaluated by kNN, and what else was saved after as many epochs. */
async function evaluatedRecord(
  run: RunFolder,
  data: string,
  modules: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RunRecord> {
  const recipe = recipeOfRun(run);
  const rng = createRandom(run.manifest.seed);
  const training = buildTraining(recipe, rng, await loadEncoder(recipe, { modules }));
  try {
    const { position } = await run.read(training);
    const found = await evaluationData(recipe, trainedOn(run.manifest), data);
    const train = await partFeatures(
      training.encoders,
      recipe,
      found.open('train'),
      modules,
      signal,
    );
    const test = await partFeatures(training.encoders, recipe, found.open('test'), modules, signal);
    const { classes } = train;
    const { evaluation, predictions } = await knn(train.fused, test.fused, {
      ...recipe.evaluation.knn,
      classes,
    });
    const saved = await lastEvaluations(run);
    const others = saved.filter(
      ({ protocol, epoch }) => protocol !== 'knn' && epoch === position.epoch,
    );
    const map = mapFeatures(test.fused, { classes, predictions }, rng.fork('feature-map'));
    const warning = await collapseWarning(run);
    return recordOf(run, [{ ...evaluation, epoch: position.epoch }, ...others], warning, map);
  } finally {
    training.dispose();
  }
}

function recordOf(
  run: RunFolder,
  evaluations: readonly (Evaluation & { readonly epoch: number })[],
  warning: string | undefined,
  map?: FeatureMap,
): RunRecord {
  const { manifest, log } = run;
  const { epochs } = recipeOfRun(run);
  const epoch = Math.max(0, ...evaluations.map((each) => each.epoch));
  return {
    name: manifest.name,
    manifest: { ...manifest },
    log,
    evaluations,
    ...(warning === undefined ? {} : { warnings: [warning] }),
    ...(map === undefined ? {} : { map }),
    ...(evaluations.length === 0 || epoch >= epochs
      ? {}
      : { reduced: `${epoch} of ${epochs} epochs` }),
  };
}
