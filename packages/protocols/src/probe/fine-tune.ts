import * as tf from '@tensorflow/tfjs-core';
import type { Initializer, Layer, Params } from '@halp/nn';
import {
  copyParams,
  disposeParams,
  linear,
  mergeParams,
  ownedVariable,
  prefixed,
  sgd,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { fit } from '@halp/train';
import type { ClipSource } from '../features/clip-source.ts';
import type { FeatureBatch } from '../features/features.ts';
import { extractFeatures } from '../features/features.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { createEvaluation } from '../metrics/evaluation.ts';
import { checkLabels, predictionsOf } from '../metrics/metrics.ts';
import type { Classifier } from './classification.ts';
import {
  classification,
  classifierVariables,
  classify,
  labelledBatches,
} from './classification.ts';
import type { CheckpointStore } from './fine-tune-checkpoint.ts';
import { checkpointsIn } from './fine-tune-checkpoint.ts';
import { expectFiniteWeights } from './finite-weights.ts';
import type { LinearWeights } from './softmax-regression.ts';
import { initialWeights } from './training.ts';
import type {
  CheckAccuracy,
  ProbeEpoch,
  TrainingOptions,
  TrainingSettings,
} from './training-options.ts';
import {
  agreement,
  isBetter,
  isCheck,
  printedTraining,
  trainingOptionNames,
  trainingSettings,
} from './training-options.ts';

/** An encoder that can be trained further; `Encoder` of `@halp/encoders` is one. */
export interface TrainableEncoder extends Layer<tf.Tensor5D, tf.Tensor2D> {
  /** D, the size of a feature vector. */
  readonly featureSize: number;
}

/** Input of {@link fineTune}. */
export interface FineTuneInput {
  /** Trained in place and not disposed; copy it first if you need the pretrained weights. */
  readonly encoder: TrainableEncoder;
  /** Clips to train and to test on. */
  readonly clips: ClipSource;
}

/** Options of {@link fineTune}. */
export interface FineTuneOptions extends TrainingOptions {
  /** Initial learning rate. Default: 0.01. */
  readonly learningRate?: number;
  /** Weight decay of SGD, at least 0. Default: 0. */
  readonly weightDecay?: number;
  /** Initial weights of the classifier. Default: random. */
  readonly initial?: LinearWeights;
  /**
   * Storage for the state after every epoch. A call that finds the state of an interrupted one resumes from it and ends
   * with the same numbers. Default: nothing is saved.
   */
  readonly checkpoint?: CheckpointStore | undefined;
}

/** Result of {@link fineTune}. */
export interface FineTuneResult {
  /** The accuracy with all settings, the selection rule included. */
  readonly evaluation: Evaluation;
  /** `[n]`, the predicted class of each test clip after the selected epoch. */
  readonly predictions: Int32Array;
  /** `[n]`, the true class of each test clip. */
  readonly labels: Int32Array;
  /** `[n, classes]`, the logits of each test clip after the selected epoch. */
  readonly scores: Float32Array;
  /** The classifier after the selected epoch; the encoder is left with the weights of the same epoch. */
  readonly weights: LinearWeights;
  /** Reports of all epochs, in order. */
  readonly epochs: readonly ProbeEpoch[];
}

const optionNames: OptionNames<FineTuneOptions> = {
  learningRate: true,
  weightDecay: true,
  initial: true,
  checkpoint: true,
  ...trainingOptionNames,
};

/**
 * Top-1 accuracy of an encoder fine-tuned end to end with a new linear classifier on its features.
 *
 * Linear(D, classes) with weights from N(0, 0.01²) and bias 0, softmax cross-entropy, SGD with
 * momentum 0.9, rate 0.01, × 0.1 at each milestone, BatchNorm of the encoder in train mode. This is the
 * protocol of fine-tuning, transfer and, on a {@link labelledSubset}, semi-supervised learning in CMD
 * (Mao et al. 2022, section 4) and HaLP. The classes may differ from those of the pretraining.
 *
 * The encoder is changed in place. Afterwards it has the weights of the selected epoch, running statistics
 * included; after an error or an abort, those of the last step.
 *
 * @param rng - forked by `'classifier'` (classes × D normals) and by step; the steps draw nothing.
 * @throws RangeError if a batch contradicts its shape, a label is not a class, an epoch has no batch,
 *   an option is out of range, or weights diverge. NonFiniteLossError of `@halp/train` if a loss diverges.
 *   FormatError if a checkpoint is damaged. The reason of the signal if it aborts.
 *
 * @example
 * ```ts
 * const clips = { train: (epoch) => trainLoader.epoch(epoch), test: () => testLoader.epoch(0) };
 * const { evaluation } = await fineTune(
 *   { encoder, clips },
 *   { classes: 51, selectBy: 'last-epoch' },
 *   createRandom(0),
 * );
 * ```
 */
export async function fineTune(
  { encoder, clips }: FineTuneInput,
  options: FineTuneOptions,
  rng: Random,
): Promise<FineTuneResult> {
  expectOptions('fineTune', options, optionNames);
  expectRandom('fineTune', rng);
  const { learningRate = 0.01, weightDecay = 0, initial } = options;
  const settings = trainingSettings('fineTune', { ...options, learningRate });
  if (settings.selectBy === 'validation' && clips.validation === undefined) {
    throw new TypeError("fineTune: expected validation clips for selectBy 'validation', got none");
  }
  const size = encoder.featureSize;
  const own = rng.fork('classifier');
  const head = newClassifier(initialWeights(initial, { settings, size }, own), size, own);
  try {
    const classifier = { encoder, head };
    const run = { classifier, clips, settings, weightDecay, store: options.checkpoint };
    const { selected, epochs, trained } = await trainEpochs(run, rng);
    const { scores, predictions, labels, epoch, held } = selected;
    const evaluation = createEvaluation({
      protocol: 'fine-tune',
      settings: { ...printedTraining(settings, epoch), weightDecay },
      selection: settings.selectBy,
      classes: settings.names,
      counts: { train: trained, validation: held },
      labels,
      scores,
    });
    return { evaluation, predictions, labels, scores, weights: await weightsOf(head), epochs };
  } finally {
    head.dispose();
  }
}

interface Run {
  readonly classifier: Classifier;
  readonly clips: ClipSource;
  readonly settings: TrainingSettings;
  readonly weightDecay: number;
  readonly store: CheckpointStore | undefined;
}

/** Results of one check. */
interface Check {
  readonly epoch: number;
  readonly accuracy: CheckAccuracy;
  /** `[n, classes]`, for the test clips. */
  readonly scores: Float32Array;
  readonly predictions: Int32Array;
  readonly labels: Int32Array;
  /** Number of held-out clips. */
  readonly held: number;
}

interface Trained {
  readonly selected: Check;
  readonly epochs: readonly ProbeEpoch[];
  /** Number of clips in an epoch. */
  readonly trained: number;
}

/** The check selected so far; its scores are known only if it was made in this call. */
type Best = Pick<Check, 'epoch' | 'accuracy'> & { readonly check?: Check };

async function trainEpochs(run: Run, rng: Random): Promise<Trained> {
  const { classifier, clips, settings, weightDecay } = run;
  const { learningRate: rate, milestones, selectBy, signal, names, caller } = settings;
  const objective = classification(classifier);
  const optimizer = sgd(objective.params, { momentum: 0.9, weightDecay });
  const variables = classifierVariables(classifier);
  // The weights of the last epoch need no copy.
  const bestVariables = selectBy === 'last-epoch' ? {} : copyOf(variables);
  try {
    const state = mergeParams(objective.state, prefixed('best', bestVariables));
    const training = { objective: { ...objective, state }, optimizer, rng };
    const checkpoints = checkpointsIn(run.store, training, { ...settings, weightDecay });
    const from = await checkpoints.restore();
    const epochs = [...from.epochs];
    let best: Best | undefined = from.best;
    let { samples } = from.position;
    const reports = fit(
      objective,
      (epoch) => labelledBatches(caller, clips.train(epoch), names.length),
      {
        epochs: settings.epochs,
        optimizer,
        schedule: { kind: 'step', rate, milestones, factor: 0.1 },
        from: from.position,
        signal,
      },
      rng,
    );
    for await (const { epoch, step, losses, learningRate, ...report } of reports) {
      ({ samples } = report);
      const isChecked = isCheck(epoch, settings);
      if (isChecked) await expectFiniteWeights(variables, epoch);
      const check = isChecked ? await measure(run, epoch) : undefined;
      if (check && isBetter(check.accuracy, best?.accuracy, selectBy)) {
        best = { epoch, accuracy: check.accuracy, check };
        copyParams(bestVariables, selectBy === 'last-epoch' ? {} : variables);
      }
      const found = { epoch, learningRate, loss: losses['total'] ?? NaN, ...check?.accuracy };
      epochs.push(found);
      await checkpoints.save({
        position: { epoch: epoch + 1, step, samples },
        epochs,
        best: best && { epoch: best.epoch, accuracy: best.accuracy },
      });
      settings.onEpoch?.(found);
    }
    if (!best) throw new Error('fineTune: expected the last epoch to have been checked');
    if (selectBy !== 'last-epoch') copyParams(variables, bestVariables);
    const selected = best.check ?? (await measure(run, best.epoch));
    return { selected, epochs, trained: Math.round(samples / settings.epochs) };
  } finally {
    disposeParams(bestVariables);
    optimizer.dispose();
  }
}

async function measure(run: Run, epoch: number): Promise<Check> {
  const { clips, settings } = run;
  const test = await tested(run, clips.test(), 'test labels');
  if (settings.selectBy !== 'validation' || clips.validation === undefined) {
    return { ...test, epoch, held: 0, accuracy: { test: test.accuracy } };
  }
  const held = await tested(run, clips.validation(), 'validation labels');
  return {
    ...test,
    epoch,
    held: held.labels.length,
    accuracy: { test: test.accuracy, validation: held.accuracy },
  };
}

async function tested(
  { classifier, settings }: Run,
  batches: AsyncIterable<FeatureBatch>,
  what: string,
): Promise<Pick<Check, 'scores' | 'predictions' | 'labels'> & { readonly accuracy: number }> {
  const { names, caller, signal } = settings;
  signal?.throwIfAborted();
  const logits = { apply: (x: tf.Tensor5D) => classify(classifier, x, { mode: 'eval' }) };
  const { features: scores, labels } = await extractFeatures(logits, batches);
  checkLabels(caller, what, labels, names.length);
  const predictions = predictionsOf(scores, names.length);
  return { scores, predictions, labels, accuracy: agreement(predictions, labels) };
}

function newClassifier(
  { weight, bias }: LinearWeights,
  inputs: number,
  rng: Random,
): Classifier['head'] {
  const weightInit: Initializer = (shape) => tf.tensor(weight, [...shape]);
  const biasInit: Initializer = (shape) => tf.tensor(bias, [...shape]);
  return linear({ inputs, outputs: bias.length, weightInit, biasInit }, rng);
}

async function weightsOf({ params }: Layer<tf.Tensor2D, tf.Tensor2D>): Promise<LinearWeights> {
  const values = async (name: string): Promise<Float32Array> =>
    Float32Array.from((await params[name]?.data<'float32'>()) ?? []);
  return { weight: await values('weight'), bias: await values('bias') };
}

function copyOf(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, param]) => [name, ownedVariable(tf.clone(param), false)]),
  );
}
