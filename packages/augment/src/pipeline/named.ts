import {
  expectArray,
  expectNumber,
  expectOptions,
  expectPositiveIntegers,
  type OptionNames,
} from '@halp/random/check';
import type { Layout, LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import type { OneOfStep, Pipeline } from './pipeline.ts';

/** Options of the views of HaLP, which differ between data sets. */
export interface ViewOptions {
  /** The number of frames of the view. Default: 64. */
  readonly size?: number | undefined;
  /** The minimum length of a crop in frames; a shorter clip is used completely. Default: 64. */
  readonly minimum?: number | undefined;
}

/** Options of HaLP's pretraining view, which differ between data sets. */
export interface PretrainViewOptions extends ViewOptions {
  /** The layout of the clips. Default: 'kinect-v2'. */
  readonly layout?: LayoutName | Layout | undefined;
  /** The number of corrupted joints. Default: three of five joints of the layout, rounded; 15 of the 25 of Kinect v2. */
  readonly corrupted?: number | undefined;
}

const viewNames: OptionNames<ViewOptions> = { size: true, minimum: true };
const pretrainViewNames: OptionNames<PretrainViewOptions> = {
  ...viewNames,
  layout: true,
  corrupted: true,
};

/**
 * HaLP's view for pretraining: a crop of 10 to 100 % of the clip, resized; then, with probability 1/2
 * each, joint corruption or shear (HaLP, following CMD).
 *
 * @example
 * ```ts
 * const view = await compilePipeline(halpPretrainView({ size: 32, minimum: 16, corrupted: 12 }));
 * ```
 */
export function halpPretrainView(options: PretrainViewOptions = {}): Pipeline {
  const {
    size = 64,
    minimum = 64,
    layout = 'kinect-v2',
    corrupted = Math.round(0.6 * expectLayout('halpPretrainView', layout).joints.length),
  } = optionsOf('halpPretrainView', options, pretrainViewNames);
  return [
    { kind: 'crop-resize', size, ratio: [0.1, 1], minimum },
    {
      kind: 'one-of',
      choices: [
        { probability: 0.5, steps: [{ kind: 'joint-corruption', joints: corrupted }] },
        { probability: 0.5, steps: [{ kind: 'shear' }] },
      ],
    },
  ];
}

/**
 * The view for training classifiers: a crop of 50 to 100 % of the clip, resized (HaLP, following CMD).
 */
export function downstreamView(options: ViewOptions = {}): Pipeline {
  const { size = 64, minimum = 64 } = optionsOf('downstreamView', options, viewNames);
  return [{ kind: 'crop-resize', size, ratio: [0.5, 1], minimum }];
}

/** The view for evaluation: the middle 95 % of the clip, resized. Draws no random numbers. */
export function centreView(options: Pick<ViewOptions, 'size'> = {}): Pipeline {
  const { size = 64 } = optionsOf('centreView', options, sizeNames);
  return [{ kind: 'centre-crop', size }];
}

/** Options of AimCLR's views. */
export interface AimclrViewOptions {
  /** The number of frames of the view. Default: 50. */
  readonly size?: number | undefined;
}

/** Options of AimCLR's views that depend on the joints. */
export interface AimclrExtremeViewOptions extends AimclrViewOptions {
  /** The layout of the clips. Default: 'kinect-v2'. */
  readonly layout?: LayoutName | Layout | undefined;
}

const sizeNames: OptionNames<AimclrViewOptions> = { size: true };
const extremeViewNames: OptionNames<AimclrExtremeViewOptions> = { ...sizeNames, layout: true };

/**
 * AimCLR's normal view: the whole clip resized to `size` frames, a temporal crop, and a shear of
 * amplitude 1/2. SkeletonCLR uses the same view.
 *
 * Source: Guo et al., AAAI 2022; Levigty/AimCLR, feeder/ntu_feeder.py:87-93, and
 * config/ntu60/pretext/pretext_aimclr_xsub_joint.yaml for the constants.
 *
 * @remarks AimCLR resizes clips during preparation, where it also subtracts the spine at the shoulders and turns every frame
 * so that the shoulders are parallel to x (feeder/preprocess_ntu.py:35-43). Here the view resizes; other preparation
 * depends on the data set.
 */
export function aimclrNormalView(options: AimclrViewOptions = {}): Pipeline {
  const { size = 50 } = optionsOf('aimclrNormalView', options, sizeNames);
  return [
    { kind: 'centre-crop', size, ratio: 1 },
    { kind: 'temporal-crop', paddingRatio: 6 },
    { kind: 'shear', amplitude: 0.5 },
  ];
}

/**
 * AimCLR's extreme view: its normal view, then in this order a spatial flip (probability 1/2), a
 * rotation of up to 30 degrees about one axis and up to 1 about the others (always), a temporal flip,
 * noise of 0.01, a blur of 0.1 to 2 frames and an axis mask (1/2 each).
 *
 * Source: Guo et al., AAAI 2022; Levigty/AimCLR, feeder/ntu_feeder.py:95-107, with the defaults of
 * feeder/tools.py.
 *
 * @remarks Follows the code: the flip does not negate a coordinate, noise is also added to missing persons, and the blur is
 * not normalised. See {@link spatialFlip}, {@link gaussianNoise} and {@link gaussianBlur}.
 */
export function aimclrExtremeView(options: AimclrExtremeViewOptions = {}): Pipeline {
  const { size = 50, layout = 'kinect-v2' } = optionsOf(
    'aimclrExtremeView',
    options,
    extremeViewNames,
  );
  return [
    ...aimclrNormalView({ size }),
    sometimes(1 / 2, [{ kind: 'spatial-flip', layout, axis: 'none' }]),
    { kind: 'rotation', main: [0, Math.PI / 6], others: [0, Math.PI / 180] },
    sometimes(1 / 2, [{ kind: 'temporal-flip' }]),
    sometimes(1 / 2, [{ kind: 'gaussian-noise', deviation: 0.01, points: 'all' }]),
    sometimes(1 / 2, [{ kind: 'gaussian-blur', sigma: [0.1, 2], radius: 7, weights: 'raw' }]),
    sometimes(1 / 2, [{ kind: 'axis-mask' }]),
  ];
}

/**
 * The view in which AimCLR, CrosSCLR and ActCLR evaluate clips in camera coordinates: the whole clip resized, each person
 * relative to its own root, shoulders parallel to x. Draws no random numbers.
 *
 * Source: Levigty/AimCLR, feeder/preprocess_ntu.py:35-43, where it is part of data preparation.
 */
export function aimclrEvaluationView(options: AimclrExtremeViewOptions = {}): Pipeline {
  const { size = 50, layout = 'kinect-v2' } = optionsOf(
    'aimclrEvaluationView',
    options,
    extremeViewNames,
  );
  return [
    { kind: 'centre-crop', size, ratio: 1 },
    { kind: 'parallel-shoulders', layout },
  ];
}

/** A step that applies `steps` with the given probability, in (0, 1), and otherwise returns the clip unchanged. */
export function sometimes(probability: number, steps: Pipeline): OneOfStep {
  expectNumber('sometimes', 'probability', probability);
  expectArray('sometimes', 'a list of steps', steps);
  return {
    kind: 'one-of',
    choices: [
      { probability, steps },
      { probability: 1 - probability, steps: [] },
    ],
  };
}

/** The options, after a check of their names and that given numbers are positive integers. */
function optionsOf<Options extends object>(
  caller: string,
  options: Options,
  names: OptionNames<Options>,
): Options {
  for (const [name, value] of Object.entries(expectOptions(caller, options, names))) {
    if (name !== 'layout' && value !== undefined)
      expectPositiveIntegers(caller, { [name]: value as number });
  }
  return options;
}
