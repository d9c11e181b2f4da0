import { rmdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Dataset } from '@halp/data';
import { openDataset, readManifest } from '@halp/data/node';
import { removeLeftovers, takeLock } from '@halp/files/node';
import { learningRateAt } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import {
  checkRecipe,
  buildTraining,
  loadEncoder,
  modulesOf,
  trainedOn,
  trainingBatches,
  type Recipe,
  type Training,
  type TrainingBatches,
} from '@halp/recipes';
import {
  fit,
  NonFiniteLossError,
  recipeDifferences,
  START,
  type RunManifest,
  type StepReport,
  type TrainingPosition,
} from '@halp/train';
import { createRun, openEventFile, openRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { dataDifference, dataIdentity, trainingData } from './data-checksums.ts';
import { describeMachine, describeSoftware } from './facts.ts';
import { loaderOn } from './make-loader.ts';
import type { Output } from './output.ts';
import { evaluationData } from './evaluation-data.ts';
import { changedModules, moduleRecords } from './module-records.ts';
import { knnAccuracy } from './part-features.ts';
import { showProgress, type Progress } from './progress.ts';
import { recipeOfRun } from './recipe-of-run.ts';
import { describeChange } from './run-modules.ts';
import { trainingWords, type TrainingFacts } from './training-words.ts';
import { defaultProbeEvery, endsBeforeHalp, watchRepresentation } from './watch-representation.ts';

/** A run at some epoch, which another run continues. */
export interface BranchPoint {
  /** Its folder. */
  readonly run: string;
  /** The epochs after which it is continued. */
  readonly epoch: number;
}

/** What to train, on what, and where to put it. */
export interface PretrainOptions {
  /** The experiment; modules that it names are imported. */
  readonly recipe: Recipe;
  /** The file that the recipe was read from, if any: modules are recorded relative to its folder. */
  readonly recipeFile?: string;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
  /** Epochs after which to stop; the recipe's unless given. */
  readonly epochs?: number;
  /** Names every random number of the run; 0 unless given. */
  readonly seed?: number;
  /** Whether to continue the run that is in `out`. */
  readonly resume?: boolean;
  /** Whether a run is resumed whose modules are not what they were when it began. Default: false. */
  readonly allowModules?: boolean;
  /** Where to begin, if not at the beginning. */
  readonly branch?: BranchPoint;
  /** Epochs after which a checkpoint is kept for good, besides the last. */
  readonly keep?: readonly number[];
  /** Epochs between two checkpoints; 10 unless given. The last epoch is always saved. */
  readonly saveEvery?: number;
  /** How many of the checkpoints after an epoch are kept besides the last; none unless given. */
  readonly keepRecent?: number;
  /** Steps between two checkpoints inside an epoch; 500 unless given. */
  readonly saveEverySteps?: number;
  /** Epochs between two kNN accuracies for the log; never unless given. */
  readonly knnEvery?: number;
  /**
   * Epochs between two measurements of alignment, uniformity and RankMe for the log; 0 for none. Default: one
   * in 50 steps at most.
   */
  readonly probeEvery?: number;
  /** Threads that read and augment clips; decided by the data set and the machine unless given. */
  readonly workers?: number;
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a recipe and leaves its run folder, which is also returned.
 *
 * @throws FormatError if the data set or the run to continue cannot be read.
 * @throws RangeError if data set and recipe do not fit.
 * @throws Error if `out` holds something and `resume` is not set, if the run there is of another
 * recipe or seed, if a module of the recipe is not what it was when the run began, or if a loss is not finite (with step, seed and last checkpoint).
 */
export async function pretrain(options: PretrainOptions, output: Output): Promise<RunFolder> {
  const { out, seed = 0, resume = false } = options;
  const recipe = checkRecipe(options.recipe);
  const { epochs = recipe.epochs } = options;
  if (resume) await openRun(out);
  const lock = await takeLock(join(out, RUN_LOCK), `the run ${out}`, {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onWait: ({ pid, host }) =>
      output.line(
        `${out}: waiting up to three minutes for a sign of life of process ${pid} on ${host}`,
      ),
  });
  const { lost } = lock;
  const signal = AbortSignal.any([lost, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    for (const folder of ['', 'checkpoints', 'evaluations'])
      await removeLeftovers(join(out, folder));
    return await pretrainLocked({ ...options, seed, epochs, signal, lost }, output);
  } finally {
    await lock.release();
    // A run that could not be made leaves no folder behind.
    await rmdir(out).catch(() => undefined);
  }
}

/** The options with what is known once the run is locked. */
interface LockedOptions extends PretrainOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Aborted when another process has taken the run over: nothing may be written then. */
  readonly lost: AbortSignal;
}

async function pretrainLocked(options: LockedOptions, output: Output): Promise<RunFolder> {
  const { recipe, data, seed } = options;
  const dataset = await openDataset(data, { benchmark: recipe.data.benchmark, part: 'train' });
  try {
    if (options.resume === true) await expectSameModules(options, output);
    // The recipe is the caller's own, and so is its code.
    const modules = modulesOf(recipe).map(({ module }) => module);
    const encoder = await loadEncoder(recipe, { modules });
    const training = buildTraining(recipe, createRandom(seed), encoder);
    try {
      // Before anything is written: data set and recipe must fit, and the beginning of the run must be there.
      const make = loaderOn(options.workers, modules);
      const batches = await trainingBatches(recipe, dataset, createRandom(seed), make);
      try {
        const { run, from } = await begin(options, training);
        await train(run, training, { ...batches, dataset }, { ...options, from }, output);
        return run;
      } finally {
        await batches.close();
      }
    } finally {
      training.dispose();
    }
  } finally {
    await dataset.close();
  }
}

/** The run to train, and the position from which, whose weights are in `training`. */
interface Beginning {
  readonly run: RunFolder;
  readonly from: TrainingPosition;
}

async function begin(options: LockedOptions, training: Training): Promise<Beginning> {
  const { recipe, recipeFile, data, out, seed, epochs, branch } = options;
  if (options.resume === true) return resumed(options, training);
  const modules = await moduleRecords(recipe, recipeFile);
  const from = branch === undefined ? START : await branched(branch, training, { seed, data });
  const { name, benchmarks, preparation } = await readManifest(data);
  const run = await createRun(out, {
    format: 1,
    name: recipe.name,
    recipe: JSON.parse(JSON.stringify(recipe)) as unknown,
    seed,
    data: { name, benchmark: recipe.data.benchmark, preparation, arrays: benchmarks },
    software: describeSoftware(),
    machine: describeMachine(),
    startedAt: new Date().toISOString(),
    epochs,
    ...(modules.length === 0 ? {} : { modules }),
    ...(branch === undefined
      ? {}
      : { branchedFrom: { run: relative(out, branch.run), epoch: branch.epoch } }),
  });
  return { run, from };
}

async function resumed(
  { recipe, data, out, seed, epochs }: LockedOptions,
  training: Training,
): Promise<Beginning> {
  const run = await openRun(out);
  await expectSameRun(run, { recipe, seed, data });
  const { branchedFrom } = run.manifest;
  const from = (await run.hasCheckpoint())
    ? (await run.restore(training)).position
    : branchedFrom === undefined
      ? START
      : await branched({ ...branchedFrom, run: resolve(out, branchedFrom.run) }, training, {
          seed,
          data,
        });
  await run.amend({ epochs: Math.max(epochs, from.epoch), data: await dataOf(run, recipe, data) });
  return { run, from };
}

/** What a manifest says of the data; what was made without them, by an import, is a run of these from here on. */
async function dataOf(
  { manifest }: RunFolder,
  recipe: Recipe,
  data: string,
): Promise<RunManifest['data']> {
  if (manifest.data['arrays'] !== undefined) return manifest.data;
  const { name, benchmarks, preparation } = await readManifest(data);
  return { name, benchmark: recipe.data.benchmark, preparation, arrays: benchmarks };
}

/**
 * Puts another run's checkpoint into what this run has in common with it.
 *
 * @throws Error if it is a run of another seed, or of data prepared in another way; the seed of an imported one names
 * only what its file did not hold.
 */
async function branched(
  branch: BranchPoint,
  training: Training,
  { seed, data }: Pick<LockedOptions, 'seed' | 'data'>,
): Promise<TrainingPosition> {
  const source = await openRun(branch.run);
  const differences = await preparedDifferently(source, data);
  const { seed: began, importedFrom } = source.manifest;
  if (importedFrom === undefined && began !== seed) differences.push(`seed: ${began} !== ${seed}`);
  if (differences.length > 0) {
    throw new Error(
      `pretrain: expected a run of the same seed and preparation to begin from, got ${branch.run} (${differences.join('; ')}); ` +
        'give its seed and its data set, or begin from another',
    );
  }
  const base = { objective: training.base, optimizer: training.optimizer };
  return (await source.read(base, branch.epoch)).position;
}

/** @throws Error if a module of the run is not what it was when the run began, unless that is allowed: it is said then. */
async function expectSameModules(
  { out, allowModules = false }: PretrainOptions,
  output: Output,
): Promise<void> {
  const changed = await changedModules((await openRun(out)).manifest.modules ?? []);
  if (changed.length === 0) return;
  const changes = changed.map(describeChange).join('; ');
  if (!allowModules) {
    throw new Error(
      `pretrain: expected the modules with which ${out} began, got others: ${changes}; restore them, choose another ` +
        '--out, or go on with what is there by --allow-modules',
    );
  }
  output.line(`${out}: ${changes}`);
}

/** Where a data set is prepared in another way than the one that a run was trained on. */
async function preparedDifferently({ manifest }: RunFolder, data: string): Promise<string[]> {
  const trained = trainedOn(manifest)?.preparation;
  if (trained === undefined) return [];
  const { preparation } = await readManifest(data);
  return recipeDifferences(trained, preparation).map((line) =>
    line.replace('recipe', 'preparation'),
  );
}

/**
 * Refuses a run that is of something else than what is asked for.
 *
 * @throws Error if recipe, seed, preparation or data differ, with the first differences.
 */
export async function expectSameRun(
  run: RunFolder,
  { recipe, seed, data }: { readonly recipe: Recipe; readonly seed: number; readonly data: string },
): Promise<void> {
  const { path, manifest } = run;
  const differences = trainingDifferences(recipeOfRun(run), recipe);
  differences.push(...(await preparedDifferently(run, data)));
  if (manifest.seed !== seed) differences.push(`seed: ${manifest.seed} !== ${seed}`);
  if (differences.length > 0) {
    throw new Error(
      `${path} is a run of another recipe (${differences.slice(0, 3).join('; ')}); ` +
        'resume it with its own recipe and seed, or choose another --out',
    );
  }
  const own = trainingData(manifest);
  // What was imported has seen no data here yet.
  if (own.sha256 === undefined) return;
  const difference = dataDifference(own, await dataIdentity(data, recipe.data.benchmark));
  if (difference !== undefined) {
    throw new Error(
      `${path} is a run of other data than ${data} (${difference}); ` +
        'give it the data set that it was trained on, or choose another --out',
    );
  }
}

/** Where two recipes train differently; how they are evaluated does not change a run. */
export function trainingDifferences(a: Recipe, b: Recipe): string[] {
  const [{ evaluation: _, ...left }, { evaluation: __, ...right }] = [a, b];
  return recipeDifferences(left, right);
}

/** Trains to the end from where the run begins. */
async function train(
  run: RunFolder,
  training: Training,
  batches: TrainingBatches & { readonly dataset: Dataset },
  options: LockedOptions & { readonly from: TrainingPosition },
  output: Output,
): Promise<void> {
  const { recipe, data, seed, epochs, keep = [], saveEvery = 10, saveEverySteps = 500 } = options;
  const { from, knnEvery, keepRecent = 0, signal, lost } = options;
  const modules = modulesOf(recipe).map(({ module }) => module);
  const rng = createRandom(seed);
  const state = { ...training, rng };
  const events = await openEventFile(run, from);
  if (keep.includes(from.epoch) && from.within === undefined) await keepBeginning(run, state, from);
  const early = endsBeforeHalp(recipe, epochs);
  if (early !== undefined) output.line(early);
  const { batchesPerEpoch, dataset } = batches;
  const { probeEvery: every = defaultProbeEvery(batchesPerEpoch) } = options;
  const make = loaderOn(0, modules);
  const watch = await watchRepresentation(
    { run, recipe, training, dataset, make, seed, from, every },
    output,
  );
  const steps = epochs * batchesPerEpoch;
  const progress = showProgress(recipe.name, steps, output, from.step);
  let knn: number | undefined;
  try {
    const reports = fit(
      training.objective,
      batches.epoch,
      {
        epochs,
        optimizer: training.optimizer,
        schedule: recipe.schedule,
        from,
        onEpoch: async (epoch) => {
          const metrics = await watch.measure(epoch);
          if (knnEvery === undefined || (epoch + 1) % knnEvery !== 0) return metrics;
          const found = await evaluationData(recipe, trainedOn(run.manifest), data);
          knn = await knnAccuracy(training.encoders, recipe, found, modules);
          return { ...metrics, knn };
        },
        onStep: stepShown(progress, from.samples, (epoch) => ({
          learningRate: learningRateAt(recipe.schedule, epoch),
          knn,
          representation: watch.latest,
        })),
        saveEvery: saveEverySteps,
        onSave: async (position) => {
          lost.throwIfAborted();
          await run.save(state, position);
        },
        ...(signal === undefined ? {} : { signal }),
      },
      rng,
    );
    for await (const report of reports) {
      const done = report.epoch + 1;
      const isBest = (report.metrics['knn'] ?? -1) > bestBefore(run.log, report.epoch);
      lost.throwIfAborted();
      await run.appendLog(report);
      await events.append(report);
      watch.warn();
      const { step, samples } = report;
      const position = { epoch: done, step, samples };
      if (keep.includes(done) || done === epochs || done % saveEvery === 0 || isBest) {
        await run.save(state, position, keep.includes(done) || { recent: keepRecent });
      }
      if (isBest) await run.save(state, position, 'best');
    }
  } catch (error) {
    if (!(error instanceof NonFiniteLossError)) throw error;
    throw await divergence(error, run, seed);
  } finally {
    progress.stop();
    watch.dispose();
  }
}

/** Keeps the checkpoint from which training goes on under its number, unless it is kept already. */
async function keepBeginning(
  run: RunFolder,
  state: Training & { readonly rng: Random },
  from: TrainingPosition,
): Promise<void> {
  const kept = await run.checkpoints();
  if (kept.some(({ path }) => path === run.checkpointPath(from.epoch))) return;
  await run.save(state, from, true);
}

/** The best kNN accuracy of the epochs before this one; without one, the first is the best. */
function bestBefore(log: RunFolder['log'], epoch: number): number {
  return Math.max(
    ...log.filter((report) => report.epoch < epoch).map(({ metrics }) => metrics['knn'] ?? -1),
    -1,
  );
}

/** What a person needs to know of a loss that is not finite, in one line. */
async function divergence(error: NonFiniteLossError, run: RunFolder, seed: number): Promise<Error> {
  const saved = (await run.hasCheckpoint())
    ? `the last good checkpoint is ${run.checkpointPath()}`
    : 'no checkpoint has been saved';
  const [first, ...more] = error.clips;
  const clips = first === undefined ? '' : `, clips ${first} and ${more.length} more`;
  return new Error(`${error.message}, seed ${seed}${clips}; ${saved}; try a lower learning rate`, {
    cause: error,
  });
}

function stepShown(
  progress: Progress,
  samplesBefore: number,
  factsOf: (epoch: number) => Pick<TrainingFacts, 'learningRate' | 'knn' | 'representation'>,
): (report: StepReport) => void {
  const started = performance.now();
  let known: StepReport['losses'] = {};
  return ({ epoch, step, samples, losses }) => {
    // An epoch begins without any; what the last one ended with is better than a gap.
    if (Object.keys(losses).length > 0) known = losses;
    const clipsPerSecond = (samples - samplesBefore) / ((performance.now() - started) / 1000);
    progress.update(
      step,
      trainingWords({ epoch, losses: known, clipsPerSecond, ...factsOf(epoch) }),
    );
  };
}
