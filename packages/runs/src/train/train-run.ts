import type { Dataset } from '@halp/data';
import { learningRateAt } from '@halp/nn';
import { createRandom, type Random } from '@halp/random';
import {
  modulesOf,
  type OwnParts,
  trainedOn,
  type Training,
  type TrainingBatches,
} from '@halp/recipes';
import { fit, NonFiniteLossError, type StepReport, type TrainingPosition } from '@halp/train';
import { openEventFile, type RunFolder } from '@halp/train/node';
import { evaluationData } from '../features/evaluation-data.ts';
import { loaderOn } from '../features/make-loader.ts';
import { knnAccuracy } from '../features/part-features.ts';
import { ignore, warn } from '../run/events.ts';
import type { StepEvent, TrainingEvent } from './events.ts';
import type { LockedOptions } from './pretrain-options.ts';
import { type GradientWatch, watchGradients } from './watch-gradients.ts';
import { defaultProbeEvery, endsBeforeHalp, watchRepresentation } from './watch-representation.ts';

/** Trains a run from `from` to its last epoch. */
export async function trainRun(
  run: RunFolder,
  training: Training,
  batches: TrainingBatches & { readonly dataset: Dataset; readonly own: OwnParts },
  options: LockedOptions & { readonly from: TrainingPosition },
): Promise<void> {
  const { recipe, data, seed, epochs, keep = [], saveEvery = 10, saveEverySteps = 500 } = options;
  const { from, knnEvery, gradientEvery, keepRecent = 0, signal, lost, onEvent = ignore } = options;
  const modules = modulesOf(recipe).map(({ module }) => module);
  const rng = createRandom(seed);
  const state = { ...training, rng };
  const events = await openEventFile(run, from);
  if (keep.includes(from.epoch) && from.within === undefined) await keepStart(run, state, from);
  const early = endsBeforeHalp(recipe, epochs);
  if (early !== undefined) warn(onEvent, early);
  const { batchesPerEpoch, dataset, own } = batches;
  const { probeEvery: measureEvery = defaultProbeEvery(batchesPerEpoch) } = options;
  const make = loaderOn(0, modules);
  const watch = await watchRepresentation(
    { run, recipe, training, dataset, make, seed, from, measureEvery },
    onEvent,
  );
  let gradients: GradientWatch | undefined;
  const steps = epochs * batchesPerEpoch;
  let knn: number | undefined;
  try {
    gradients = await watchGradients({
      ...{ recipe, training, dataset, make, seed, own },
      measureEvery: gradientEvery,
    });
    const reports = fit(
      training.objective,
      batches.epoch,
      {
        epochs,
        optimizer: training.optimizer,
        schedule: recipe.schedule,
        from,
        onEpoch: async (epoch, position) => {
          const metrics = {
            ...(await watch.measure(epoch)),
            ...(await gradients?.measure(position)),
          };
          if (knnEvery === undefined || (epoch + 1) % knnEvery !== 0) return metrics;
          const found = await evaluationData(recipe, trainedOn(run.manifest), data);
          knn = await knnAccuracy(training.encoders, recipe, found, modules, signal);
          return { ...metrics, knn };
        },
        onStep: stepEmitter(onEvent, { recipe: recipe.name, steps, from }, (epoch) => ({
          learningRate: learningRateAt(recipe.schedule, epoch),
          knn,
          representation: watch.latest,
        })),
        // Also read at the end of a short epoch.
        readEvery: Math.min(10, batchesPerEpoch),
        saveEvery: saveEverySteps,
        onSave: async (position) => {
          lost.throwIfAborted();
          await run.save(state, position);
        },
        signal,
      },
      rng,
    );
    for await (const report of reports) {
      const done = report.epoch + 1;
      const isBest = (report.metrics['knn'] ?? -1) > bestBefore(run.log, report.epoch);
      lost.throwIfAborted();
      await run.appendLog(report);
      await events.append(report);
      onEvent({ kind: 'epoch', recipe: recipe.name, report });
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
    watch.dispose();
    gradients?.dispose();
  }
}

/** Keeps the checkpoint at which training starts, unless it is kept already. */
async function keepStart(
  run: RunFolder,
  state: Training & { readonly rng: Random },
  from: TrainingPosition,
): Promise<void> {
  const kept = await run.checkpoints();
  if (kept.some(({ path }) => path === run.checkpointPath(from.epoch))) return;
  await run.save(state, from, true);
}

/** The best kNN accuracy of earlier epochs; -1 if there is none. */
function bestBefore(log: RunFolder['log'], epoch: number): number {
  return Math.max(
    ...log.filter((report) => report.epoch < epoch).map(({ metrics }) => metrics['knn'] ?? -1),
    -1,
  );
}

/** The error for a loss that is not finite: step, seed, clips, and the last checkpoint. */
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

function stepEmitter(
  onEvent: (event: TrainingEvent) => void,
  {
    recipe,
    steps,
    from,
  }: Pick<StepEvent, 'recipe' | 'steps'> & { readonly from: TrainingPosition },
  factsOf: (epoch: number) => Pick<StepEvent, 'learningRate' | 'knn' | 'representation'>,
): (report: StepReport) => void {
  const started = performance.now();
  let last: StepReport['losses'] = {};
  return ({ epoch, step, samples, losses }) => {
    // The first steps of an epoch have no losses yet; those of the last epoch are shown.
    if (Object.keys(losses).length > 0) last = losses;
    const clipsPerSecond = (samples - from.samples) / ((performance.now() - started) / 1000);
    const where = { recipe, epoch, step, steps };
    onEvent({ kind: 'step', ...where, losses: last, clipsPerSecond, ...factsOf(epoch) });
  };
}
