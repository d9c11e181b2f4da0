import type { CentreCropOptions, CropResizeOptions } from './crop.ts';
import type { JointCorruptionOptions } from './joint-corruption.ts';

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
export interface ShearStep {
  /** Says which step this is. */
  readonly kind: 'shear';
}

/** Some joints zeroed or mixed up: {@link jointCorruption}. */
export interface JointCorruptionStep extends JointCorruptionOptions {
  /** Says which step this is. */
  readonly kind: 'joint-corruption';
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
  readonly options?: unknown;
}

/** One step from clip to clip, as plain data. */
export type Step =
  CropResizeStep | CentreCropStep | ShearStep | JointCorruptionStep | OneOfStep | ModuleStep;

/** Steps that follow one another. Plain data: it can be written down, compared and sent to a worker. */
export type Pipeline = readonly Step[];
