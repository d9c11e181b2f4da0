export { checkPipeline, type ClipFacts } from './check-pipeline.ts';
export { compilePipeline, type StepModule, type Transform } from './compile-pipeline.ts';
export {
  centreCrop,
  cropLength,
  cropResize,
  type CentreCropOptions,
  type CropResizeOptions,
} from './crop.ts';
export {
  jointCorruption,
  transformJoints,
  zeroJoints,
  type JointCorruptionOptions,
} from './joint-corruption.ts';
export { applyMatrix, type Matrix3, type Row3 } from './matrix.ts';
export {
  centreView,
  downstreamView,
  halpPretrainView,
  type PretrainViewOptions,
  type ViewOptions,
} from './named-pipelines.ts';
export type {
  CentreCropStep,
  Choice,
  CropResizeStep,
  JointCorruptionStep,
  ModuleStep,
  OneOfStep,
  Pipeline,
  ShearStep,
  Step,
} from './pipeline.ts';
export { resizeTime, type ResizeOptions } from './resize-time.ts';
export { shear } from './shear.ts';
