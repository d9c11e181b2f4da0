import {
  expectArray,
  expectNumber,
  expectOptions,
  expectPositiveIntegers,
} from '@halp/random/check';
import type { LayoutName } from '@halp/skeleton';
import type { OneOfStep, Pipeline } from './pipeline.ts';

/** What differs between data sets in the views of the paper. */
export interface ViewOptions {
  /** Frames of the view; 64 unless given. */
  readonly size?: number | undefined;
  /** No crop is shorter than this many frames, unless the clip is; 64 unless given. */
  readonly minimum?: number | undefined;
}

/** What differs between data sets in the views of pretraining. */
export interface PretrainViewOptions extends ViewOptions {
  /** Joints that corruption hits; 15 unless given, of the 25 of Kinect v2. */
  readonly corrupted?: number | undefined;
}

/**
 * The view of pretraining: a crop of 10 to 100 % of the clip, resized; then, with probability 1/2
 * each, joint corruption or shear (HaLP, following CMD).
 *
 * @example
 * ```ts
 * const view = await compilePipeline(halpPretrainView({ size: 32, minimum: 16, corrupted: 12 }));
 * ```
 */
export function halpPretrainView(options: PretrainViewOptions = {}): Pipeline {
  const { size = 64, minimum = 64, corrupted = 15 } = optionsOf('halpPretrainView', options);
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
 * The view on which classifiers are trained: a crop of 50 to 100 % of the clip, resized, and nothing
 * else (HaLP, following CMD).
 */
export function downstreamView(options: ViewOptions = {}): Pipeline {
  const { size = 64, minimum = 64 } = optionsOf('downstreamView', options);
  return [{ kind: 'crop-resize', size, ratio: [0.5, 1], minimum }];
}

/** The view of evaluation: the middle 95 % of the clip, resized. No random numbers. */
export function centreView(options: Pick<ViewOptions, 'size'> = {}): Pipeline {
  const { size = 64 } = optionsOf('centreView', options);
  return [{ kind: 'centre-crop', size }];
}

/** What differs between data sets in the views of AimCLR. */
export interface AimclrViewOptions {
  /** Frames of the view; 50 unless given. */
  readonly size?: number | undefined;
}

/** What differs between data sets in those views of AimCLR that need to know the joints. */
export interface AimclrExtremeViewOptions extends AimclrViewOptions {
  /** The layout of the clips; 'kinect-v2' unless given. */
  readonly layout?: LayoutName | undefined;
}

/**
 * AimCLR's normal view: the whole clip resized to `size` frames, a temporal crop, and a shear of
 * amplitude 1/2. It is SkeletonCLR's view too.
 *
 * Source: Guo et al., AAAI 2022; Levigty/AimCLR, feeder/ntu_feeder.py:87-93, and
 * config/ntu60/pretext/pretext_aimclr_xsub_joint.yaml for the constants.
 *
 * @remarks AimCLR resizes when it prepares its data, where it also subtracts the spine at the shoulders
 * and turns every frame so that the shoulders are parallel to x (feeder/preprocess_ntu.py:35-43). Here
 * the view resizes, and what else is prepared is up to the data set.
 */
export function aimclrNormalView(options: AimclrViewOptions = {}): Pipeline {
  const { size = 50 } = optionsOf('aimclrNormalView', options);
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
 * @remarks As the code does it: the flip leaves coordinates as they are, the noise also falls on a
 * person who is not there, and the blur is not normalised. See {@link spatialFlip},
 * {@link gaussianNoise} and {@link gaussianBlur} for each.
 */
export function aimclrExtremeView(options: AimclrExtremeViewOptions = {}): Pipeline {
  const { size = 50, layout = 'kinect-v2' } = optionsOf('aimclrExtremeView', options);
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
 * The view in which AimCLR, CrosSCLR and ActCLR evaluate clips that are in the coordinates of the camera: the whole
 * clip resized, persons on their own roots, shoulders parallel to x. No random numbers.
 *
 * Source: Levigty/AimCLR, feeder/preprocess_ntu.py:35-43, where it is done when data are prepared.
 */
export function aimclrEvaluationView(options: AimclrExtremeViewOptions = {}): Pipeline {
  const { size = 50, layout = 'kinect-v2' } = optionsOf('aimclrEvaluationView', options);
  return [
    { kind: 'centre-crop', size, ratio: 1 },
    { kind: 'parallel-shoulders', layout },
  ];
}

/** The step that takes `steps` with this probability, in (0, 1), and else leaves the clip as it is. */
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

/** The options, once seen to be an object whose numbers, where given, are positive integers. */
function optionsOf<Options extends object>(caller: string, options: Options): Options {
  for (const [name, value] of Object.entries(expectOptions(caller, options))) {
    if (name !== 'layout' && value !== undefined)
      expectPositiveIntegers(caller, { [name]: value as number });
  }
  return options;
}
