import * as tf from '@tensorflow/tfjs-core';
import {
  learningRateAt,
  type Objective,
  type Optimizer,
  type Schedule,
  type StepContext,
} from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectFunction,
  expectInteger,
  expectOptions,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { expectObjective, expectOptimizer } from '../check.ts';
import { createLossMeter } from './loss-meter.ts';
import { START, type TrainingPosition } from './position.ts';
import { gradientStep } from './step.ts';

/** One batch for an objective. */
export interface TrainingBatch<Input> {
  /** The input of the objective; {@link fit} disposes it after the step. */
  readonly input: Input;
  /** N, the number of clips. */
  readonly clips: number;
  /** The names of the clips, for the error message if their loss is not finite. */
  readonly names?: readonly string[];
}

/** The progress after a step. */
export interface StepReport {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** Steps done in this epoch. */
  readonly iteration: number;
  /** Steps done since the run began. */
  readonly step: number;
  /** Clips seen since the run began. */
  readonly samples: number;
  /** The mean losses of this epoch at the last read; empty before the first read of the epoch. */
  readonly losses: Readonly<Record<string, number>>;
}

/** One line of a training log. */
export interface EpochReport {
  /** The epoch that ended, from 0. */
  readonly epoch: number;
  /** Steps done since the run began. */
  readonly step: number;
  /** Clips seen since the run began. */
  readonly samples: number;
  /** The mean over the epoch's steps of `total` and of each part of the loss that occurred in it. */
  readonly losses: Readonly<Record<string, number>>;
  /** The learning rate of this epoch. */
  readonly learningRate: number;
  /** Seconds of the epoch's steps, including loading but not `onEpoch`. */
  readonly seconds: number;
  /** Clips per second. */
  readonly clipsPerSecond: number;
  /** The metrics that `onEpoch` returned, such as a kNN accuracy. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** The total number of epochs, counted from the start of the run. */
  readonly epochs: number;
  /** Updates the objective's parameters. */
  readonly optimizer: Optimizer;
  /** The learning rate of each epoch. */
  readonly schedule: Schedule;
  /** The position to start from, such as that of a checkpoint. Default: the start of the run. */
  readonly from?: TrainingPosition | undefined;
  /**
   * Steps between two reads of the losses, from 1, or `Infinity` for the end of the epoch only; a read waits for the backend.
   * The first step is also read, so that progress has losses from there on. Default: 10.
   */
  readonly readEvery?: number;
  /** Called after every step. */
  readonly onStep?: ((report: StepReport) => void) | undefined;
  /** Steps between two calls of `onSave` within an epoch. Default: no calls. */
  readonly saveEvery?: number | undefined;
  /**
   * Called within an epoch after every `saveEvery` steps, and when `signal` stops training or `onEpoch`, with the position
   * for a checkpoint saved at this time. Between epochs the caller saves.
   */
  readonly onSave?: ((position: TrainingPosition) => Promise<void>) | undefined;
  /**
   * Called after every epoch with its number, from 0, and the position reached; its result is logged. If it throws because
   * `signal` has stopped it, a run that resumes at the saved position calls it again for the same epoch.
   */
  readonly onEpoch?:
    | ((epoch: number, position: TrainingPosition) => Promise<Readonly<Record<string, number>>>)
    | undefined;
  /** Stops training after the current step, which then throws the signal's reason. Default reason: an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

const optionNames: OptionNames<FitOptions> = {
  epochs: true,
  optimizer: true,
  schedule: true,
  from: true,
  readEvery: true,
  onStep: true,
  saveEvery: true,
  onSave: true,
  onEpoch: true,
  signal: true,
};

/**
 * Trains an objective and yields a report after each epoch. Between epochs the caller can save, log or stop.
 *
 * A step runs `beforeStep`, the loss and its gradient, the optimizer and `afterStep`, in this order.
 * Its random numbers are drawn from `rng.fork('step', step)`, so a resumed run, even
 * within an epoch, gives exactly the same results as an uninterrupted one. No tensor is left behind, even after an error.
 *
 * @param batches - The batches of an epoch from a given step on, in an order that depends only on the
 * epoch; the iterator is closed (its `return` is called) if training stops within the epoch.
 * @param rng - The stream of the run; not advanced.
 * @throws NonFiniteLossError if a loss is NaN or infinite; the step is named.
 * @throws RangeError if an epoch has no batch, or an option is out of range.
 *
 * @example
 * ```ts
 * for await (const report of fit(objective, batches, { epochs: 450, optimizer, schedule }, rng)) {
 *   await run.appendLog(report);
 *   await run.save({ objective, optimizer, rng }, { ...report, epoch: report.epoch + 1 });
 * }
 * ```
 */
export async function* fit<Input extends object>(
  objective: Objective<Input>,
  batches: (epoch: number, fromStep: number) => AsyncIterable<TrainingBatch<Input>>,
  options: FitOptions,
  rng: Random,
): AsyncGenerator<EpochReport, void, undefined> {
  expectObjective('fit', objective);
  expectFunction('fit', 'the batches of an epoch as a function', batches);
  expectOptions('fit', options, optionNames);
  expectOptimizer('fit', options.optimizer);
  expectRandom('fit', rng);
  const { readEvery: reading = 1, saveEvery: saving = 1 } = options;
  for (const [name, value] of Object.entries({ readEvery: reading, saveEvery: saving })) {
    // Infinity: only at the end of the epoch.
    if (value !== Infinity) expectInteger('fit', name, value, 1);
  }
  const { epochs, schedule, from = START, onEpoch, onSave, signal } = options;
  expectInteger('fit', 'epochs', epochs, 0);
  let position = from;
  for (let { epoch } = from; epoch < epochs; epoch++) {
    if (signal?.aborted === true) await onSave?.(position);
    signal?.throwIfAborted();
    const learningRate = learningRateAt(schedule, epoch);
    const done = position.within?.iteration ?? 0;
    const end = await trainEpoch(
      objective,
      batches(epoch, done),
      options,
      position,
      learningRate,
      rng,
    );
    const { step, samples, losses, within } = end;
    position = { epoch: epoch + 1, step, samples };
    let metrics: EpochReport['metrics'];
    try {
      metrics = (await onEpoch?.(epoch, position)) ?? {};
    } catch (error) {
      // The epoch is not logged without its metrics: a resumed run measures them from this position.
      if (signal?.aborted === true) await onSave?.({ epoch, step, samples, within });
      throw error;
    }
    const { seconds } = within;
    const clipsPerSecond = within.clips / seconds;
    yield { epoch, step, samples, losses, learningRate, seconds, clipsPerSecond, metrics };
  }
}

/** The result of an epoch. */
interface EpochEnd extends Pick<EpochReport, 'step' | 'samples' | 'losses'> {
  readonly within: NonNullable<TrainingPosition['within']>;
}

/** Trains on the remaining batches of an epoch; returns the final position and the mean losses of the whole epoch. */
async function trainEpoch<Input extends object>(
  objective: Objective<Input>,
  batches: AsyncIterable<TrainingBatch<Input>>,
  options: FitOptions,
  first: TrainingPosition,
  learningRate: number,
  rng: Random,
): Promise<EpochEnd> {
  const { optimizer, readEvery = 10, saveEvery = Infinity, onStep, onSave, signal } = options;
  const { from = START } = options;
  expectInteger('fit', 'readEvery', readEvery, 1);
  if (saveEvery !== Infinity) expectInteger('fit', 'saveEvery', saveEvery, 1);
  const { epoch } = first;
  const part = first.within ?? { iteration: 0, clips: 0, seconds: 0, losses: {} };
  const started = performance.now();
  let { step, samples } = first;
  const meter = createLossMeter(part.losses);
  const iterationNow = (): number => part.iteration + step - first.step;
  const clipsNow = (): number => part.clips + samples - first.samples;
  // If the clock has not advanced, the rate would be infinite, which JSON cannot hold.
  const secondsNow = (): number =>
    part.seconds + Math.max(performance.now() - started, 1e-3) / 1000;
  const withinNow = (): EpochEnd['within'] => ({
    iteration: iterationNow(),
    ...{ clips: clipsNow(), seconds: secondsNow(), losses: meter.sums() },
  });
  const save = async (): Promise<void> => {
    if (onSave === undefined) return;
    if (iterationNow() === 0) return onSave({ epoch, step, samples });
    await meter.read();
    await onSave({ epoch, step, samples, within: withinNow() });
  };
  try {
    for await (const { input, clips, names = [] } of batches) {
      try {
        if (signal?.aborted === true) await save();
        signal?.throwIfAborted();
        expectInteger('fit', 'clips of a batch', clips, 1);
        const context: StepContext = { epoch, iteration: iterationNow(), step, samples };
        const own = rng.fork('step', step);
        await objective.beforeStep?.(context);
        const losses = gradientStep(objective, input, optimizer, learningRate, context, own);
        meter.add({ step, losses, clips: names });
        await objective.afterStep(context);
      } catch (error) {
        // A loss that is not finite is the cause of any later failure (such as prototypes of NaN).
        await meter.read();
        throw error;
      } finally {
        tf.dispose(input as tf.TensorContainer);
      }
      step += 1;
      samples += clips;
      const iteration = iterationNow();
      const isFirst = step === from.step + 1 && readEvery !== Infinity;
      if (isFirst || iteration % readEvery === 0) await meter.read();
      if (iteration % saveEvery === 0) await save();
      onStep?.({ epoch, iteration, step, samples, losses: meter.means() });
      await otherWork();
    }
    await meter.read();
  } finally {
    meter.dispose();
  }
  if (iterationNow() === 0) {
    throw new RangeError(
      `fit: expected at least one batch in epoch ${epoch}, got none; is the batch larger than the data set?`,
    );
  }
  return { step, samples, losses: meter.means(), within: withinNow() };
}

/** Lets timers and signals run; batches that are always ready would otherwise block them. */
function otherWork(): Promise<void> {
  return new Promise((resolve) => {
    // Browsers have no setImmediate, and setTimeout costs a millisecond.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve);
  });
}
