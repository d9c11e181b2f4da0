export { axisMask, type AxisMaskOptions } from './space/axis-mask.ts';
export type { Axis } from './space/axis.ts';
export { checkPipeline } from './pipeline/check.ts';
export type { ClipFacts } from './pipeline/clip-facts.ts';
export {
  compilePipeline,
  type CompileOptions,
  type StepModule,
  type Transform,
} from './pipeline/compile.ts';
export {
  centreCrop,
  cropLength,
  cropResize,
  type CentreCropOptions,
  type CropResizeOptions,
} from './time/crop.ts';
export {
  blurTime,
  gaussianBlur,
  gaussianKernel,
  type GaussianBlurOptions,
} from './space/gaussian-blur.ts';
export { gaussianNoise, type GaussianNoiseOptions } from './space/gaussian-noise.ts';
export {
  jointCorruption,
  transformJoints,
  zeroJoints,
  type JointCorruptionOptions,
} from './space/joint-corruption.ts';
export { applyMatrix, type Matrix3, type Row3 } from './space/matrix.ts';
export {
  aimclrEvaluationView,
  aimclrExtremeView,
  aimclrNormalView,
  centreView,
  downstreamView,
  halpPretrainView,
  sometimes,
  type AimclrExtremeViewOptions,
  type AimclrViewOptions,
  type PretrainViewOptions,
  type ViewOptions,
} from './pipeline/named.ts';
export type {
  AxisMaskStep,
  CentreCropStep,
  Choice,
  CropResizeStep,
  GaussianBlurStep,
  GaussianNoiseStep,
  JointCorruptionStep,
  ModuleStep,
  OneOfStep,
  ParallelShouldersStep,
  Pipeline,
  RotationStep,
  ShearStep,
  SpatialFlipStep,
  Step,
  TemporalCropStep,
  TemporalFlipStep,
} from './pipeline/pipeline.ts';
export { modulesOfPipeline, type PipelineModule } from './pipeline/modules.ts';
export { parallelShoulders, type ParallelShouldersOptions } from './space/parallel-shoulders.ts';
export type { Range } from './range.ts';
export { randomStepOf } from './pipeline/random-step.ts';
export { resizeTime, type ResizeOptions } from './time/resize-time.ts';
export { rotation, rotationMatrix, type RotationOptions } from './space/rotation.ts';
export { shear, type ShearOptions } from './space/shear.ts';
export { spatialFlip, type SpatialFlipOptions } from './space/spatial-flip.ts';
export { shiftTime, temporalCrop, type TemporalCropOptions } from './time/temporal-crop.ts';
export { temporalFlip } from './time/temporal-flip.ts';
export { isViewName, viewNamed, viewNames, type ViewName } from './pipeline/view-named.ts';
