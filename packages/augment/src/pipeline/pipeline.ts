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
  /** The kind of step. */
  readonly kind: 'crop-resize';
}

/** The middle of the clip, resized: {@link centreCrop}. */
export interface CentreCropStep extends CentreCropOptions {
  /** The kind of step. */
  readonly kind: 'centre-crop';
}

/** One random shear of the whole clip: {@link shear}. */
export interface ShearStep extends ShearOptions {
  /** The kind of step. */
  readonly kind: 'shear';
}

/** Some joints zeroed or transformed by a random matrix: {@link jointCorruption}. */
export interface JointCorruptionStep extends JointCorruptionOptions {
  /** The kind of step. */
  readonly kind: 'joint-corruption';
}

/** The clip, lengthened by its reflection and cropped to its length: {@link temporalCrop}. */
export interface TemporalCropStep extends TemporalCropOptions {
  /** The kind of step. */
  readonly kind: 'temporal-crop';
}

/** The clip played backwards: {@link temporalFlip}. */
export interface TemporalFlipStep {
  /** The kind of step. */
  readonly kind: 'temporal-flip';
}

/** Left and right exchanged: {@link spatialFlip}. */
export interface SpatialFlipStep extends SpatialFlipOptions {
  /** The kind of step. */
  readonly kind: 'spatial-flip';
}

/** Every person turned until the shoulders are parallel to x: {@link parallelShoulders}. */
export interface ParallelShouldersStep extends ParallelShouldersOptions {
  /** The kind of step. */
  readonly kind: 'parallel-shoulders';
}

/** The whole clip rotated: {@link rotation}. */
export interface RotationStep extends RotationOptions {
  /** The kind of step. */
  readonly kind: 'rotation';
}

/** Noise on every coordinate: {@link gaussianNoise}. */
export interface GaussianNoiseStep extends GaussianNoiseOptions {
  /** The kind of step. */
  readonly kind: 'gaussian-noise';
}

/** The clip blurred along time: {@link gaussianBlur}. */
export interface GaussianBlurStep extends GaussianBlurOptions {
  /** The kind of step. */
  readonly kind: 'gaussian-blur';
}

/** One coordinate zero everywhere: {@link axisMask}. */
export interface AxisMaskStep extends AxisMaskOptions {
  /** The kind of step. */
  readonly kind: 'axis-mask';
}

/** One of several pipelines, drawn for every clip. */
export interface OneOfStep {
  /** The kind of step. */
  readonly kind: 'one-of';
  /** The alternatives, at least one; their probabilities sum to 1. */
  readonly choices: readonly Choice[];
}

/** One alternative of a {@link OneOfStep}. */
export interface Choice {
  /** The probability of this alternative, in (0, 1]. */
  readonly probability: number;
  /** The steps; an empty list leaves the clip unchanged. */
  readonly steps: Pipeline;
}

/** A custom step from a module that exports `createTransform`: {@link StepModule}. */
export interface ModuleStep {
  /** The kind of step. */
  readonly kind: 'module';
  /** Its URL (`new URL('./jitter.js', import.meta.url).href`), absolute path or package name, as `import()` takes it. */
  readonly module: string;
  /** The argument of `createTransform`; plain data, so that a pipeline can be sent to a worker and saved. */
  readonly options?: unknown;
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

/** A sequence of steps, as plain data: it can be serialised, compared and sent to a worker. */
export type Pipeline = readonly Step[];
