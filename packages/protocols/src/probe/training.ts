import { learningRateAt } from '@halp/nn';
import type { Random } from '@halp/random';
import { permutation } from '@halp/random';
import type { Features } from '../features/features.ts';
import { checkFeatures, rowsOf } from '../features/features.ts';
import type { Evaluation, Setting } from '../metrics/evaluation.ts';
import { createEvaluation } from '../metrics/evaluation.ts';
import { checkLabels, predictionsOf } from '../metrics/metrics.ts';
import type { HoldOut } from './hold-out.ts';
import { holdOut } from './hold-out.ts';
import type { ProbeSettings } from './settings.ts';
import { printedSettings } from './settings.ts';
import type { LinearWeights, SoftmaxRegression } from './softmax-regression.ts';
import { softmaxRegression } from './softmax-regression.ts';
import type { CheckAccuracy, ProbeEpoch, TrainingSettings } from './training-options.ts';
import { agreement, isBetter, isCheck } from './training-options.ts';

/** Result of every linear probe. */
export interface ProbeResult {
  /** The accuracy with all settings, the selection rule included. */
  readonly evaluation: Evaluation;
  /** `[n]`, the predicted class of each test row after the selected epoch. */
  readonly predictions: Int32Array;
  /** `[n, classes]`, the logits of each test row after the selected epoch. */
  readonly scores: Float32Array;
  /** Reports of all epochs, in order. */
  readonly epochs: readonly ProbeEpoch[];
  /** Cross-entropy of every step, before its update, in nats. */
  readonly losses: Float32Array;
}

/** Input of {@link trainProbe}. */
export interface ProbeData {
  /** The training features of an epoch, one for each stream. */
  readonly draw: (epoch: number) => Promise<readonly Features[]>;
  /** The test features, one for each stream. */
  readonly test: readonly Features[];
  /** The initial weights of each stream's classifier. */
  readonly initial: readonly LinearWeights[];
}

/**
 * Trains linear classifiers, one a stream, through the average of their logits.
 *
 * @param printed - settings to report in addition to those of the training.
 * @param rng - forked by `'shuffle', epoch` and `'validation'`.
 * @throws RangeError if streams disagree, or as {@link linearProbe}.
 */
export async function trainProbe(
  data: ProbeData,
  settings: ProbeSettings,
  printed: Readonly<Record<string, Setting>>,
  rng: Random,
): Promise<ProbeResult & { readonly weights: readonly LinearWeights[] }> {
  const labels = checkStreams(data.test, 'test', data, settings);
  const classifier = softmaxRegression(settings.names.length, data.initial);
  try {
    const { split, selected, epochs, losses } = await trainEpochs(classifier, data, settings, rng);
    const { scores, predictions, weights } = selected;
    const evaluation = createEvaluation({
      protocol: 'linear',
      settings: { ...printed, ...printedSettings(settings, selected.epoch) },
      selection: settings.selectBy,
      classes: settings.names,
      counts: { train: split.train.length, validation: split.validation.length },
      labels,
      scores,
    });
    return { evaluation, predictions, scores, weights, epochs, losses };
  } finally {
    classifier.dispose();
  }
}

/**
 * The training features of any epoch.
 *
 * @throws TypeError if there is one set although the crops are redrawn, or a function although they are not.
 */
export function drawOf<T>(
  train: T | ((epoch: number) => Promise<T>),
  { crops, caller }: ProbeSettings,
): (epoch: number) => Promise<T> {
  const redrawn = typeof train === 'function';
  if (redrawn !== (crops === 'random-each-epoch')) {
    throw new TypeError(
      redrawn
        ? `${caller}: expected one set of features for crops '${crops}', got a function`
        : `${caller}: expected a function of the epoch for crops '${crops}', got one set of features`,
    );
  }
  return redrawn ? (train as (epoch: number) => Promise<T>) : () => Promise.resolve(train);
}

/**
 * The given weights, or weights from N(0, 0.01²) with biases of 0.
 *
 * @param rng - draws classes × size normals if no weights are given.
 * @throws RangeError if the given weights have another size.
 */
export function initialWeights(
  given: LinearWeights | undefined,
  { settings, size }: { readonly settings: TrainingSettings; readonly size: number },
  rng: Random,
): LinearWeights {
  const classes = settings.names.length;
  if (!given) {
    const weight = Float32Array.from({ length: classes * size }, () => 0.01 * rng.normal());
    return { weight, bias: new Float32Array(classes) };
  }
  if (given.weight.length !== classes * size || given.bias.length !== classes) {
    throw new RangeError(
      `${settings.caller}: expected initial to have ${classes * size} weights and ${classes} biases, ` +
        `got ${given.weight.length} and ${given.bias.length}`,
    );
  }
  return given;
}

/** Results of one check. */
interface Check {
  readonly epoch: number;
  /** `[n, classes]`, for the test rows. */
  readonly scores: Float32Array;
  /** `[n]`, for the test rows. */
  readonly predictions: Int32Array;
  readonly weights: readonly LinearWeights[];
  readonly accuracy: CheckAccuracy;
}

async function trainEpochs(
  classifier: SoftmaxRegression,
  data: ProbeData,
  settings: ProbeSettings,
  rng: Random,
): Promise<Pick<ProbeResult, 'epochs' | 'losses'> & { split: HoldOut; selected: Check }> {
  const { learningRate: rate, milestones, selectBy, caller } = settings;
  const schedule = { kind: 'step', rate, milestones, factor: 0.1 } as const;
  const epochs: ProbeEpoch[] = [];
  const losses: number[] = [];
  let labels: Int32Array | undefined;
  let split: HoldOut | undefined;
  let selected: Check | undefined;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    settings.signal?.throwIfAborted();
    const streams = await data.draw(epoch);
    const drawn = checkStreams(streams, 'training', data, settings);
    labels ??= drawn;
    checkSameLabels(drawn, labels, `${caller}: expected every epoch to have the same rows`);
    split ??= splitRows(labels.length, settings, rng.fork('validation'));
    const learningRate = learningRateAt(schedule, epoch);
    const order = orderOf(split.train, settings, rng.fork('shuffle', epoch));
    const passLosses = await classifier.train(streams, order, { ...settings, learningRate });
    for (const each of passLosses) losses.push(each);
    const loss = finiteMean(passLosses, epoch, caller);
    const check = isCheck(epoch, settings)
      ? await measure(classifier, { streams, test: data.test, split }, epoch)
      : undefined;
    if (check && isBetter(check.accuracy, selected?.accuracy, selectBy)) selected = check;
    epochs.push({ epoch, learningRate, loss, ...check?.accuracy });
    settings.onEpoch?.({ epoch, learningRate, loss, ...check?.accuracy });
  }
  if (!split || !selected)
    throw new Error(`${caller}: expected the last epoch to have been checked`);
  return { epochs, losses: Float32Array.from(losses), split, selected };
}

/** The labels of the streams, after checks that streams, classifiers and classes fit. */
function checkStreams(
  streams: readonly Features[],
  what: 'training' | 'test',
  { initial }: ProbeData,
  { caller, names }: ProbeSettings,
): Int32Array {
  const [first] = streams;
  if (!first || streams.length !== initial.length) {
    throw new RangeError(
      `${caller}: expected ${what} features of ${initial.length} streams, got ${streams.length}`,
    );
  }
  streams.forEach((stream, s) => {
    const size = (initial[s] as LinearWeights).weight.length / names.length;
    const got = checkFeatures(caller, `${what} features`, stream);
    if (got !== size) {
      throw new RangeError(
        `${caller}: expected ${what} features to have ${size} values like the test ones, got ${got}`,
      );
    }
    checkSameLabels(
      stream.labels,
      first.labels,
      `${caller}: expected every stream to have the same rows`,
    );
  });
  checkLabels(caller, `${what} labels`, first.labels, names.length);
  return first.labels;
}

function checkSameLabels(labels: Int32Array, expected: Int32Array, expectation: string): void {
  const same =
    labels.length === expected.length && labels.every((label, i) => label === expected[i]);
  if (!same) throw new RangeError(`${expectation}, got other labels`);
}

function splitRows(count: number, settings: ProbeSettings, rng: Random): HoldOut {
  const { selectBy, validationFraction: fraction, subjects } = settings;
  if (selectBy === 'validation') return holdOut(count, { fraction, subjects }, rng);
  return { train: Int32Array.from({ length: count }, (_, i) => i), validation: new Int32Array(0) };
}

function orderOf(rows: Int32Array, { shuffle }: ProbeSettings, rng: Random): Int32Array {
  return shuffle ? permutation(rows.length, rng).map((i) => rows[i] ?? -1) : rows;
}

function finiteMean(losses: Float32Array, epoch: number, caller: string): number {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (!Number.isFinite(mean)) {
    throw new RangeError(
      `${caller}: expected the loss to be finite, got ${mean} in epoch ${epoch}; lower the learning rate`,
    );
  }
  return mean;
}

interface Measured {
  readonly streams: readonly Features[];
  readonly test: readonly Features[];
  readonly split: HoldOut;
}

async function measure(
  classifier: SoftmaxRegression,
  { streams, test, split }: Measured,
  epoch: number,
): Promise<Check> {
  const weights = await classifier.weights();
  const { scores, predictions, accuracy } = await tested(classifier, test);
  const check = { epoch, scores, predictions, weights };
  if (split.validation.length === 0) return { ...check, accuracy: { test: accuracy } };
  const held = streams.map((stream) => rowsOf(stream, split.validation));
  const { accuracy: validation } = await tested(classifier, held);
  return { ...check, accuracy: { test: accuracy, validation } };
}

async function tested(
  classifier: SoftmaxRegression,
  streams: readonly Features[],
): Promise<Pick<Check, 'scores' | 'predictions'> & { readonly accuracy: number }> {
  const labels = streams[0]?.labels ?? new Int32Array(0);
  const scores = await classifier.scores(streams);
  const predictions = predictionsOf(scores, scores.length / labels.length);
  return { scores, predictions, accuracy: agreement(predictions, labels) };
}
