export { axisMask, type AxisMaskOptions } from './axis-mask.ts';
export type { Axis } from './axis.ts';
export { checkPipeline, type ClipFacts } from './check-pipeline.ts';
export {
  compilePipeline,
  type CompileOptions,
  type StepModule,
  type Transform,
} from './compile-pipeline.ts';
export {
  centreCrop,
  cropLength,
  cropResize,
  type CentreCropOptions,
  type CropResizeOptions,
} from './crop.ts';
export {
  blurTime,
  gaussianBlur,
  gaussianKernel,
  type GaussianBlurOptions,
} from './gaussian-blur.ts';
export { gaussianNoise, type GaussianNoiseOptions } from './gaussian-noise.ts';
export {
  jointCorruption,
  transformJoints,
  zeroJoints,
  type JointCorruptionOptions,
} from './joint-corruption.ts';
export { applyMatrix, type Matrix3, type Row3 } from './matrix.ts';
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
} from './named-pipelines.ts';
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
} from './pipeline.ts';
export { modulesOfPipeline, type PipelineModule } from './pipeline-modules.ts';
export { parallelShoulders, type ParallelShouldersOptions } from './parallel-shoulders.ts';
export type { Range } from './range.ts';
export { randomStepOf } from './random-step.ts';
export { resizeTime, type ResizeOptions } from './resize-time.ts';
export { rotation, rotationMatrix, type RotationOptions } from './rotation.ts';
export { shear, type ShearOptions } from './shear.ts';
export { spatialFlip, type SpatialFlipOptions } from './spatial-flip.ts';
export { shiftTime, temporalCrop, type TemporalCropOptions } from './temporal-crop.ts';
export { temporalFlip } from './temporal-flip.ts';
