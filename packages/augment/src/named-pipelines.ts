import type { Pipeline } from './pipeline.ts';

/** What differs between data sets in the views of the paper. */
export interface ViewOptions {
  /** Frames of the view; 64 unless given. */
  readonly size?: number;
  /** No crop is shorter than this many frames, unless the clip is; 64 unless given. */
  readonly minimum?: number;
}

/** What differs between data sets in the views of pretraining. */
export interface PretrainViewOptions extends ViewOptions {
  /** Joints that corruption hits; 15 unless given, of the 25 of Kinect v2. */
  readonly corrupted?: number;
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
  const { size = 64, minimum = 64, corrupted = 15 } = options;
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
export function downstreamView({ size = 64, minimum = 64 }: ViewOptions = {}): Pipeline {
  return [{ kind: 'crop-resize', size, ratio: [0.5, 1], minimum }];
}

/** The view of evaluation: the middle 95 % of the clip, resized. No random numbers. */
export function centreView({ size = 64 }: Pick<ViewOptions, 'size'> = {}): Pipeline {
  return [{ kind: 'centre-crop', size }];
}
