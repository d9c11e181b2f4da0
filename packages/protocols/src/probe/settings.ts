import { expectPositiveIntegers, gotText } from '@halp/random/check';
import type { Crops, Setting } from '../metrics/evaluation.ts';
import type { LinearWeights } from './softmax-regression.ts';
import type { TrainingOptions, TrainingSettings } from './training-options.ts';
import { printedTraining, trainingSettings } from './training-options.ts';

/** Options that every probe has. */
export interface ProbeOptions extends TrainingOptions {
  /**
   * Where the training features come from. `random-each-epoch`: from a new random crop of every clip
   * in every epoch, so the training set is a function of the epoch. `fixed-centre`: from one centre
   * crop of every clip, so it is one set. These are two protocols with different results.
   */
  readonly crops: Crops;
  /** Initial learning rate; the authors use 0.005 (NTU RGB+D) and 0.001 (PKU-MMD). */
  readonly learningRate: number;
  /** Rows in a step; the last step of an epoch takes what remains. Default 64. */
  readonly batchSize?: number;
  /** Part of the training rows held out when `selectBy` is `validation`, in (0, 1). Default 0.2. */
  readonly validationFraction?: number;
  /** `[n]`, the subject of each training row: `validation` then holds out whole subjects. */
  readonly subjects?: Int32Array;
  /** Whether rows are shuffled anew for each epoch (default) or taken in their order. */
  readonly shuffle?: boolean;
}

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions extends ProbeOptions {
  /** Weights to start from instead of random ones. */
  readonly initial?: LinearWeights;
}

/** Options with every default filled in. */
export type ProbeSettings = ProbeOptions &
  TrainingSettings &
  Required<Pick<ProbeOptions, 'batchSize' | 'validationFraction' | 'shuffle'>>;

/**
 * The options with every default filled in.
 *
 * @param caller - the public function to name in an error.
 * @throws RangeError naming the first option that is out of range.
 */
export function probeSettings(caller: string, options: ProbeOptions): ProbeSettings {
  const { batchSize = 64, validationFraction = 0.2, shuffle = true } = options;
  expectPositiveIntegers(caller, { batchSize });
  if (!(Number.isFinite(validationFraction) && validationFraction > 0 && validationFraction < 1)) {
    throw new RangeError(
      `${caller}: expected validationFraction to be in (0, 1), got ${gotText(validationFraction)}`,
    );
  }
  return {
    ...trainingSettings(caller, options),
    ...{ batchSize, validationFraction, shuffle },
  };
}

/** What a reader of the result must know of the options. */
export function printedSettings(
  settings: ProbeSettings,
  selectedEpoch: number,
): Readonly<Record<string, Setting>> {
  const { crops, selectBy, batchSize } = settings;
  const heldOut = {
    validationFraction: settings.validationFraction,
    heldOut: settings.subjects ? 'subjects' : 'clips',
  };
  return {
    crops,
    ...printedTraining(settings, selectedEpoch),
    batchSize,
    weightDecay: 0,
    ...(selectBy === 'validation' ? heldOut : {}),
  };
}
