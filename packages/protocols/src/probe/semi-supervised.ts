import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import type { ClipSource } from '../features/clip-source.ts';
import type { Evaluation } from '../metrics/evaluation.ts';
import { classNames } from '../metrics/evaluation.ts';
import type { Interval } from '../metrics/interval.ts';
import { bootstrapInterval } from '../metrics/interval.ts';
import type { FineTuneOptions, TrainableEncoder } from './fine-tune.ts';
import { fineTune } from './fine-tune.ts';
import type { CheckpointStore } from './fine-tune-checkpoint.ts';
import type { LabelledSubset } from './labelled-subset.ts';
import { labelledSubset } from './labelled-subset.ts';

/** Input of {@link semiSupervised}. */
export interface SemiSupervisedInput {
  /** Returns a new copy of the pretrained encoder for each repeat; it is trained and disposed here. */
  readonly encoder: (repeat: number) => TrainableEncoder | Promise<TrainableEncoder>;
  /** Returns the clips of the labelled rows, to train on, and the whole test part. */
  readonly clips: (rows: Int32Array, repeat: number) => ClipSource | Promise<ClipSource>;
  /** `[n]`, the class of each clip of the whole training part. */
  readonly labels: Int32Array;
}

/** Options of {@link semiSupervised}. */
export interface SemiSupervisedOptions extends Omit<FineTuneOptions, 'checkpoint'> {
  /** Fraction of the training clips that keep their labels, in (0, 1]; 0.01, 0.05, 0.1, 0.2 in the papers. */
  readonly fraction: number;
  /** Whether the same fraction of every class is drawn; the authors draw from all clips. Default: false. */
  readonly balanced?: boolean;
  /** Number of subsets, each fine-tuned from the pretrained weights. Default: 5. */
  readonly repeats?: number;
  /** Storage for the state of each repeat, as in {@link fineTune}. Default: nothing is saved. */
  readonly checkpoint?: ((repeat: number) => CheckpointStore) | undefined;
}

/** Result of {@link semiSupervised}. */
export interface SemiSupervisedResult {
  /** One evaluation a repeat; papers report the mean of their accuracies. */
  readonly evaluations: readonly Evaluation[];
  /**
   * 95 % bootstrap interval of the mean accuracy, over the test clips; the value of a clip is the fraction of repeats that
   * recognise it. It covers other test clips, not other subsets.
   */
  readonly interval: Interval;
  /** The labelled rows of each repeat. */
  readonly subsets: readonly LabelledSubset[];
}

const optionNames: OptionNames<SemiSupervisedOptions> = {
  fraction: true,
  balanced: true,
  repeats: true,
  checkpoint: true,
  classes: true,
  learningRate: true,
  weightDecay: true,
  initial: true,
  selectBy: true,
  epochs: true,
  milestones: true,
  checkEvery: true,
  onEpoch: true,
  signal: true,
};

/**
 * Top-1 accuracies of an encoder fine-tuned on random labelled subsets, one a subset.
 *
 * Each repeat draws a {@link labelledSubset} and runs {@link fineTune} on it from the pretrained weights:
 * the semi-supervised protocol of CMD (Mao et al. 2022, section 4) and HaLP, plain subsets, 5 repeats. Each
 * evaluation states the number of classes without a label (`missingClasses`).
 *
 * @param rng - forked by `'repeat', r`, then by `'subset'` and `'fine-tune'`; and by `'interval'`.
 * @throws RangeError and other errors as {@link labelledSubset} and {@link fineTune}.
 *
 * @example
 * ```ts
 * const { evaluations } = await semiSupervised(
 *   { encoder: () => importEncoder(run), clips: (rows) => clipsOf(rows), labels },
 *   { classes: 60, selectBy: 'last-epoch', fraction: 0.01 },
 *   createRandom(0),
 * );
 * ```
 */
export async function semiSupervised(
  { encoder, clips, labels }: SemiSupervisedInput,
  options: SemiSupervisedOptions,
  rng: Random,
): Promise<SemiSupervisedResult> {
  expectOptions('semiSupervised', options, optionNames);
  expectRandom('semiSupervised', rng);
  const { fraction, balanced = false, repeats = 5, checkpoint, ...training } = options;
  expectPositiveIntegers('semiSupervised', { repeats });
  const { length: classes } = classNames('semiSupervised', options.classes);
  const evaluations: Evaluation[] = [];
  const subsets: LabelledSubset[] = [];
  let recognised = new Float64Array();
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const own = rng.fork('repeat', repeat);
    const subset = labelledSubset(labels, { fraction, balanced, classes }, own.fork('subset'));
    const pretrained = await encoder(repeat);
    let source: ClipSource | undefined;
    try {
      source = await clips(subset.rows, repeat);
      const {
        evaluation,
        predictions,
        labels: expected,
      } = await fineTune(
        { encoder: pretrained, clips: source },
        { ...training, checkpoint: checkpoint?.(repeat) },
        own.fork('fine-tune'),
      );
      if (repeat === 0) recognised = new Float64Array(expected.length);
      predictions.forEach((found, i) => {
        if (found === expected[i]) recognised[i] = (recognised[i] as number) + 1 / repeats;
      });
      const missingClasses = subset.missing.length;
      const settings = { fraction, balanced, repeat, missingClasses, ...evaluation.settings };
      evaluations.push({ ...evaluation, protocol: 'semi-supervised', settings });
    } finally {
      pretrained.dispose();
      await source?.close?.();
    }
    subsets.push(subset);
  }
  const interval = bootstrapInterval(recognised, {}, rng.fork('interval'));
  return { evaluations, interval, subsets };
}
