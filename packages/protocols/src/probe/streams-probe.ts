import type { Random } from '@halp/random';
import { expectObject, expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import type { Features } from '../features/features.ts';
import { checkFeatures } from '../features/features.ts';
import type { ProbeOptions } from './settings.ts';
import { probeOptionNames, probeSettings } from './settings.ts';
import type { LinearWeights } from './softmax-regression.ts';
import type { ProbeResult } from './training.ts';
import { drawOf, initialWeights, trainProbe } from './training.ts';

/** Features of the same clips in several streams, such as `joint`, `motion` and `bone`, by name. */
export type StreamFeatures = Readonly<Record<string, Features>>;

/** The training features of an epoch (from 0): the same rows in every epoch, from new crops. */
export type StreamFeatureSource = (epoch: number) => Promise<StreamFeatures>;

/** Options of {@link streamsProbe}. */
export interface StreamsProbeOptions extends ProbeOptions {
  /** Initial weights by stream. Default: random. */
  readonly initial?: Readonly<Record<string, LinearWeights>>;
}

/** Result of {@link streamsProbe}. */
export interface StreamsProbeResult extends ProbeResult {
  /** The classifier of each stream after the selected epoch, by name. */
  readonly weights: Readonly<Record<string, LinearWeights>>;
}

const optionNames: OptionNames<StreamsProbeOptions> = {
  initial: true,
  ...probeOptionNames,
};

/**
 * Top-1 accuracy of linear classifiers on the frozen features of several streams, trained together
 * through the average of their logits.
 *
 * z = (1/S) Σ_s (W_s x_s + b_s), one cross-entropy; otherwise as {@link linearProbe}. The authors of
 * HaLP and CMD call it `all` in the linear protocol. To average the logits of probes that were trained
 * separately, use {@link fuseScores}.
 *
 * @param train - one set a stream, or a function of the epoch, as `crops` says; rows of all streams
 *   are the same clips in the same order.
 * @param test - one set a stream, with the same names.
 * @param rng - forked by `'initial', name`, `'shuffle', epoch` and `'validation'`.
 * @throws RangeError if streams are missing or disagree, or as {@link linearProbe}.
 */
export async function streamsProbe(
  train: StreamFeatures | StreamFeatureSource,
  test: StreamFeatures,
  options: StreamsProbeOptions,
  rng: Random,
): Promise<StreamsProbeResult> {
  expectOptions('streamsProbe', options, optionNames);
  expectRandom('streamsProbe', rng);
  if (typeof train !== 'function')
    expectObject('streamsProbe', train, 'training features by stream');
  expectObject('streamsProbe', test, 'test features by stream');
  const settings = probeSettings('streamsProbe', options);
  const drawStreams = drawOf(train, settings);
  const names = Object.keys(test);
  if (names.length === 0) {
    throw new RangeError('streamsProbe: expected at least one stream in test, got none');
  }
  const tested = named(test, names, 'test');
  const data = {
    draw: async (epoch: number) => named(await drawStreams(epoch), names, 'training'),
    test: tested,
    initial: tested.map((features, s) => {
      const name = names[s] as string;
      const size = checkFeatures('streamsProbe', `test features of ${name}`, features);
      const given = options.initial?.[name];
      return initialWeights(given, { settings, size }, rng.fork('initial', name));
    }),
  };
  const printed = { streams: names.join(' + '), fusion: 'mean of logits, trained through it' };
  const { weights, ...result } = await trainProbe(data, settings, printed, rng);
  const byName = Object.fromEntries(names.map((name, s) => [name, weights[s] as LinearWeights]));
  return { ...result, weights: byName };
}

/** The streams in the order of the names. */
function named(streams: StreamFeatures, names: readonly string[], what: string): Features[] {
  const given = Object.keys(streams);
  const found = names.flatMap((name) => streams[name] ?? []);
  if (found.length !== names.length || given.length !== names.length) {
    throw new RangeError(
      `streamsProbe: expected ${what} features to be of ${names.join(', ')}, got ${given.join(', ')}`,
    );
  }
  return found;
}
