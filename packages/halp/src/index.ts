export {
  BackendUnavailable,
  describeBackend,
  startBackend,
  type Backend,
  type BackendChoice,
  type BackendFacts,
  type BackendName,
  type BackendOptions,
  type SkippedBackend,
  type Precision,
} from '@halp/backend';
export {
  parseClipCsv,
  parseClipJson,
  parseNtuSkeleton,
  syntheticClasses,
  syntheticRecording,
  type Body,
  type ClipSize,
  type NtuName,
  type Preparation,
  type RawClip,
  type Recording,
} from '@halp/data';
export { createRandom, restoreRandom, type Random, type RandomState } from '@halp/random';
export {
  checkRecipe,
  recipeNamed,
  recipes,
  reduced,
  type ClassProbability,
  type Recipe,
  type Reduction,
} from '@halp/recipes';
export {
  classifierFromBytes,
  encoderFromBytes,
  type ClassifierBytesOptions,
  type ClassifierModel,
  type ClassifyClipOptions,
  type EncoderBytesOptions,
  type EncoderModel,
  type ModelFeatures,
  type ModelInput,
  type Remark,
} from '@halp/runs';
export {
  createLayout,
  kinectV2,
  layoutNames,
  layoutOf,
  type Clip,
  type Layout,
  type LayoutData,
  type LayoutName,
} from '@halp/skeleton';
export {
  filmstrip,
  player,
  type FilmstripOptions,
  type PlayerClip,
  type PlayerOptions,
} from '@halp/viewer';
