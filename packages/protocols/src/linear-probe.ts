import { learningRateAt } from '@halp/nn';
import { permutation } from '@halp/random';
import type { Random } from '@halp/random';
import { createEvaluation } from './evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { checkFeatures } from './features.ts';
import type { Features } from './features.ts';
import { holdOut } from './hold-out.ts';
import type { HoldOut } from './hold-out.ts';
import { checkLabels } from './metrics.ts';
import { printedSettings, probeSettings } from './probe-settings.ts';
import type { LinearProbeOptions, ProbeEpoch, ProbeSettings } from './probe-settings.ts';
import { softmaxRegression } from './softmax-regression.ts';
import type { LinearWeights, SoftmaxRegression } from './softmax-regression.ts';

/** What {@link linearProbe} gives. */
export interface LinearProbeResult {
  /** The accuracy with everything it was computed with, the selection rule included. */
  readonly evaluation: Evaluation;
  /** `[n]`, the predicted class of each test row after the selected epoch. */
  readonly predictions: Int32Array;
  /** The classifier after the selected epoch. */
  readonly weights: LinearWeights;
  /** The epochs in their order. */
  readonly epochs: readonly ProbeEpoch[];
  /** Cross-entropy of every step, before it, nats. */
  readonly losses: Float32Array;
}

/** The training features of an epoch (from 0): the same rows each time, from new crops. */
export type FeatureSource = (epoch: number) => Promise<Features>;

/**
 * Top-1 accuracy of a linear classifier trained on frozen features.
 *
 * Linear(D, classes) with weights from N(0, 0.01²) and bias 0, softmax cross-entropy, SGD with
 * momentum 0.9 and without decay, rate × 0.1 at each milestone: the linear protocol of HaLP and of
 * CMD before it.
 *
 * @param train - one set of features for `crops: 'fixed-centre'`, a function of the epoch for
 *   `'random-each-epoch'`; the other way round is refused, so that the protocol's name stays true.
 * @param test - features of centre crops of the test part. They never influence the classifier;
 *   under `best-test-epoch` they do choose the epoch.
 * @param rng - draws nothing itself; forks `'initial'` (classes × D normals), `'shuffle', epoch`
 *   (a permutation of the training rows) and `'validation'` (a permutation of rows or subjects).
 * @throws RangeError if sizes disagree, a label is no class, a value is not finite, or training
 *   diverges. TypeError if `train` does not fit `crops`.
 *
 * @remarks The authors report what `best-test-epoch` with `random-each-epoch` gives. Under
 * `validation` the classifier of the selected epoch is used as it is, trained without the held-out
 * rows, whose accuracy is measured on the crops drawn for that epoch. On equal accuracy the earliest
 * checked epoch is selected.
 *
 * @example
 * ```ts
 * const { evaluation } = await linearProbe(
 *   await extractFeatures(encoder, trainLoader.epoch(0)),
 *   await extractFeatures(encoder, testLoader.epoch(0)),
 *   { classes: 10, crops: 'fixed-centre', selectBy: 'last-epoch', learningRate: 0.05 },
 *   createRandom(0),
 * );
 * ```
 */
export async function linearProbe(
  train: Features | FeatureSource,
  test: Features,
  options: LinearProbeOptions,
  rng: Random,
): Promise<LinearProbeResult> {
  const settings = probeSettings(options);
  const draw = sourceOf(train, settings);
  const classes = settings.names.length;
  const size = checkFeatures('linearProbe', 'test features', test);
  checkLabels('linearProbe', 'test labels', test.labels, classes);
  const initial = initialWeights(settings, size, rng.fork('initial'));
  const classifier = softmaxRegression(classes, initial);
  try {
    const { split, selected, epochs, losses } = await trainEpochs(
      { classifier, draw, test, size, settings },
      rng,
    );
    const { predictions, weights } = selected;
    const evaluation = createEvaluation({
      protocol: 'linear',
      settings: printedSettings(settings, selected.epoch),
      selection: settings.selectBy,
      classes: settings.names,
      counts: { train: split.train.length, validation: split.validation.length },
      labels: test.labels,
      predictions,
    });
    return { evaluation, predictions, weights, epochs, losses };
  } finally {
    classifier.dispose();
  }
}

interface Run {
  readonly classifier: SoftmaxRegression;
  readonly draw: FeatureSource;
  readonly test: Features;
  readonly size: number;
  readonly settings: ProbeSettings;
}

/** The classifier as it was at one check. */
interface Check {
  readonly epoch: number;
  /** `[n]`, of the test rows. */
  readonly predictions: Int32Array;
  readonly weights: LinearWeights;
  /** Accuracies, fractions. */
  readonly accuracy: { readonly test: number; readonly validation?: number };
}

async function trainEpochs(
  run: Run,
  rng: Random,
): Promise<Pick<LinearProbeResult, 'epochs' | 'losses'> & { split: HoldOut; selected: Check }> {
  const { classifier, draw, settings } = run;
  const schedule = {
    kind: 'step',
    rate: settings.learningRate,
    milestones: settings.milestones,
    factor: 0.1,
  } as const;
  const epochs: ProbeEpoch[] = [];
  const losses: number[] = [];
  let labels: Int32Array | undefined;
  let split: HoldOut | undefined;
  let selected: Check | undefined;
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const data = await draw(epoch);
    labels = checkTraining(data, labels, run);
    split ??= splitRows(labels.length, settings, rng.fork('validation'));
    const learningRate = learningRateAt(schedule, epoch);
    const order = orderOf(split.train, settings, rng.fork('shuffle', epoch));
    const passLosses = await classifier.train(data, order, { ...settings, learningRate });
    losses.push(...passLosses);
    const loss = finiteMean(passLosses, epoch);
    const check = isCheck(epoch, settings) ? await measure(run, data, split, epoch) : undefined;
    if (check && isBetter(check, selected, settings)) selected = check;
    epochs.push({ epoch, learningRate, loss, ...check?.accuracy });
    settings.onEpoch?.({ epoch, learningRate, loss, ...check?.accuracy });
  }
  if (!split || !selected) throw new Error('linearProbe: the last epoch must have been checked');
  return { epochs, losses: Float32Array.from(losses), split, selected };
}

function sourceOf(train: Features | FeatureSource, { crops }: ProbeSettings): FeatureSource {
  const redrawn = typeof train === 'function';
  if (redrawn !== (crops === 'random-each-epoch')) {
    throw new TypeError(
      redrawn
        ? `linearProbe: crops '${crops}' must come with one set of features, got a function`
        : `linearProbe: crops '${crops}' must come with a function of the epoch, got one set`,
    );
  }
  return redrawn ? train : () => Promise.resolve(train);
}

function initialWeights(
  { initial, names }: ProbeSettings,
  size: number,
  rng: Random,
): LinearWeights {
  const classes = names.length;
  if (!initial) {
    const weight = Float32Array.from({ length: classes * size }, () => 0.01 * rng.normal());
    return { weight, bias: new Float32Array(classes) };
  }
  if (initial.weight.length !== classes * size || initial.bias.length !== classes) {
    throw new RangeError(
      `linearProbe: initial must have ${classes * size} weights and ${classes} biases, ` +
        `got ${initial.weight.length} and ${initial.bias.length}`,
    );
  }
  return initial;
}

function checkTraining(
  data: Features,
  labels: Int32Array = data.labels,
  { size, settings }: Run,
): Int32Array {
  const got = checkFeatures('linearProbe', 'training features', data);
  if (got !== size) {
    throw new RangeError(
      `linearProbe: training features must have ${size} values like the test ones, got ${got}`,
    );
  }
  const sameRows =
    data.labels.length === labels.length && data.labels.every((label, i) => label === labels[i]);
  if (!sameRows) {
    throw new RangeError('linearProbe: every epoch must have the same rows, got other labels');
  }
  checkLabels('linearProbe', 'training labels', labels, settings.names.length);
  return labels;
}

function splitRows(count: number, settings: ProbeSettings, rng: Random): HoldOut {
  const { selectBy, validationFraction: fraction, subjects } = settings;
  if (selectBy === 'validation') return holdOut(count, { fraction, subjects }, rng);
  return { train: Int32Array.from({ length: count }, (_, i) => i), validation: new Int32Array(0) };
}

function orderOf(rows: Int32Array, { shuffle }: ProbeSettings, rng: Random): Int32Array {
  return shuffle ? permutation(rows.length, rng).map((i) => rows[i] ?? -1) : rows;
}

function finiteMean(losses: Float32Array, epoch: number): number {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  if (!Number.isFinite(mean)) {
    throw new RangeError(
      `linearProbe: the loss must be finite, got ${mean} in epoch ${epoch}; lower the learning rate`,
    );
  }
  return mean;
}

function isCheck(epoch: number, { epochs, checkEvery }: ProbeSettings): boolean {
  return (epoch + 1) % checkEvery === 0 || epoch + 1 === epochs;
}

async function measure(
  { classifier, test, size }: Run,
  data: Features,
  { validation }: HoldOut,
  epoch: number,
): Promise<Check> {
  const predictions = await classifier.predict(test.features);
  const weights = await classifier.weights();
  const testAccuracy = agreement(predictions, test.labels);
  if (validation.length === 0) {
    return { epoch, predictions, weights, accuracy: { test: testAccuracy } };
  }
  const held = rowsOf(data, validation, size);
  const heldAccuracy = agreement(await classifier.predict(held.features), held.labels);
  return {
    epoch,
    predictions,
    weights,
    accuracy: { test: testAccuracy, validation: heldAccuracy },
  };
}

function rowsOf({ features, labels }: Features, rows: Int32Array, size: number): Features {
  const chosen = new Float32Array(rows.length * size);
  rows.forEach((row, i) => chosen.set(features.subarray(row * size, (row + 1) * size), i * size));
  return { features: chosen, labels: rows.map((row) => labels[row] ?? -1) };
}

function agreement(predictions: Int32Array, labels: Int32Array): number {
  return predictions.filter((prediction, i) => prediction === labels[i]).length / labels.length;
}

function isBetter(check: Check, best: Check | undefined, { selectBy }: ProbeSettings): boolean {
  if (!best) return true;
  switch (selectBy) {
    case 'last-epoch':
      return true;
    case 'best-test-epoch':
      return check.accuracy.test > best.accuracy.test;
    case 'validation':
      return (check.accuracy.validation ?? NaN) > (best.accuracy.validation ?? NaN);
  }
}
