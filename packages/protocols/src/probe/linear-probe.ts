import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures } from '../features/features.ts';
import type { LinearProbeOptions } from './settings.ts';
import { probeOptionNames, probeSettings } from './settings.ts';
import type { LinearWeights } from './softmax-regression.ts';
import type { ProbeResult } from './training.ts';
import { drawOf, initialWeights, trainProbe } from './training.ts';

/** Result of {@link linearProbe}. */
export interface LinearProbeResult extends ProbeResult {
  /** The classifier after the selected epoch. */
  readonly weights: LinearWeights;
}

/** The training features of an epoch (from 0): the same rows in every epoch, from new crops. */
export type FeatureSource = (epoch: number) => Promise<Features>;

const optionNames: OptionNames<LinearProbeOptions> = {
  initial: true,
  ...probeOptionNames,
};

/**
 * Top-1 accuracy of a linear classifier trained on frozen features.
 *
 * Linear(D, classes) with weights from N(0, 0.01²) and bias 0, softmax cross-entropy, SGD with
 * momentum 0.9 and without decay, rate × 0.1 at each milestone: the linear protocol of CMD and HaLP.
 *
 * @param train - one set of features for `crops: 'fixed-centre'`, a function of the epoch for
 *   `'random-each-epoch'`; any other combination is refused, so that the reported setting is true.
 * @param test - features of centre crops of the test part. They never influence the classifier;
 *   under `best-test-epoch` they select the epoch.
 * @param rng - not advanced; forked by `'initial'` (classes × D normals), `'shuffle', epoch`
 *   (a permutation of the training rows) and `'validation'` (a permutation of rows or subjects).
 * @throws RangeError if sizes disagree, a label is not a class, a value is not finite, or training
 *   diverges. TypeError if `train` does not fit `crops`.
 *
 * @remarks The authors report `best-test-epoch` with `random-each-epoch`. Under `validation` the classifier
 * of the selected epoch is not retrained with the held-out rows; their accuracy is measured on the crops
 * drawn for that epoch. On equal accuracy the earliest checked epoch is selected.
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
  expectOptions('linearProbe', options, optionNames);
  expectRandom('linearProbe', rng);
  if (typeof train !== 'function') checkFeatures('linearProbe', 'training features', train);
  const settings = probeSettings('linearProbe', options);
  const drawFeatures = drawOf(train, settings);
  const size = checkFeatures('linearProbe', 'test features', test);
  const initial = initialWeights(options.initial, { settings, size }, rng.fork('initial'));
  const data = {
    draw: async (epoch: number) => [await drawFeatures(epoch)],
    test: [test],
    initial: [initial],
  };
  const { weights, ...result } = await trainProbe(data, settings, {}, rng);
  return { ...result, weights: weights[0] as LinearWeights };
}
