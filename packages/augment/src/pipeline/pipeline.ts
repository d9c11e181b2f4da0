import type { AxisMaskOptions } from '../space/axis-mask.ts';
import type { GaussianBlurOptions } from '../space/gaussian-blur.ts';
import type { GaussianNoiseOptions } from '../space/gaussian-noise.ts';
import type { JointCorruptionOptions } from '../space/joint-corruption.ts';
import type { ParallelShouldersOptions } from '../space/parallel-shoulders.ts';
import type { RotationOptions } from '../space/rotation.ts';
import type { ShearOptions } from '../space/shear.ts';
import type { SpatialFlipOptions } from '../space/spatial-flip.ts';
import type { CentreCropOptions, CropResizeOptions } from '../time/crop.ts';
import type { TemporalCropOptions } from '../time/temporal-crop.ts';

/** A random stretch of the clip, resized: {@link cropResize}. */
export interface CropResizeStep extends CropResizeOptions {
  /** Says which step this is. */
  readonly kind: 'crop-resize';
}

/** The middle of the clip, resized: {@link centreCrop}. */
export interface CentreCropStep extends CentreCropOptions {
  /** Says which step this is. */
  readonly kind: 'centre-crop';
}

/** One random shear of the whole clip: {@link shear}. */
export interface ShearStep extends ShearOptions {
  /** Says which step this is. */
  readonly kind: 'shear';
}

/** Some joints zeroed or mixed up: {@link jointCorruption}. */
export interface JointCorruptionStep extends JointCorruptionOptions {
  /** Says which step this is. */
  readonly kind: 'joint-corruption';
}

/** The clip, lengthened by its reflection and cropped to its length: {@link temporalCrop}. */
export interface TemporalCropStep extends TemporalCropOptions {
  /** Says which step this is. */
  readonly kind: 'temporal-crop';
}

/** The clip played backwards: {@link temporalFlip}. */
export interface TemporalFlipStep {
  /** Says which step this is. */
  readonly kind: 'temporal-flip';
}

/** Left and right exchanged: {@link spatialFlip}. */
export interface SpatialFlipStep extends SpatialFlipOptions {
  /** Says which step this is. */
  readonly kind: 'spatial-flip';
}

/** Every person turned until the shoulders are parallel to x: {@link parallelShoulders}. */
export interface ParallelShouldersStep extends ParallelShouldersOptions {
  /** Says which step this is. */
  readonly kind: 'parallel-shoulders';
}

/** The clip turned as a whole: {@link rotation}. */
export interface RotationStep extends RotationOptions {
  /** Says which step this is. */
  readonly kind: 'rotation';
}

/** Noise on every coordinate: {@link gaussianNoise}. */
export interface GaussianNoiseStep extends GaussianNoiseOptions {
  /** Says which step this is. */
  readonly kind: 'gaussian-noise';
}

/** The clip blurred along time: {@link gaussianBlur}. */
export interface GaussianBlurStep extends GaussianBlurOptions {
  /** Says which step this is. */
  readonly kind: 'gaussian-blur';
}

/** One coordinate zero everywhere: {@link axisMask}. */
export interface AxisMaskStep extends AxisMaskOptions {
  /** Says which step this is. */
  readonly kind: 'axis-mask';
}

/** One of several pipelines, drawn anew for every clip. */
export interface OneOfStep {
  /** Says which step this is. */
  readonly kind: 'one-of';
  /** The alternatives, at least one; their probabilities sum to 1. */
  readonly choices: readonly Choice[];
}

/** One alternative of a {@link OneOfStep}. */
export interface Choice {
  /** How often this alternative is taken, in (0, 1]. */
  readonly probability: number;
  /** What is done then; none leaves the clip as it is. */
  readonly steps: Pipeline;
}

/** A step of one's own, from a module that exports `createTransform`: {@link StepModule}. */
export interface ModuleStep {
  /** Says which step this is. */
  readonly kind: 'module';
  /** The module's URL, as `import()` takes it: `new URL('./jitter.js', import.meta.url).href`. */
  readonly module: string;
  /** Handed to `createTransform`; plain data, so that a pipeline can be sent to a worker and saved. */
  readonly options?: unknown | undefined;
}

/** One step from clip to clip, as plain data. */
export type Step =
  | CropResizeStep
  | CentreCropStep
  | TemporalCropStep
  | TemporalFlipStep
  | SpatialFlipStep
  | ParallelShouldersStep
  | RotationStep
  | ShearStep
  | GaussianNoiseStep
  | GaussianBlurStep
  | AxisMaskStep
  | JointCorruptionStep
  | OneOfStep
  | ModuleStep;

/** Steps that follow one another. Plain data: it can be written down, compared and sent to a worker. */
export type Pipeline = readonly Step[];
