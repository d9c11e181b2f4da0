export {
  BackendUnavailable,
  describeBackend,
  startBackend,
  type Backend,
  type BackendFacts,
  type BackendName,
  type BackendOptions,
} from '@halp/backend';
export {
  parseClipCsv,
  parseClipJson,
  parseNtuSkeleton,
  syntheticClasses,
  syntheticRecording,
  type Body,
  type RawClip,
  type Recording,
} from '@halp/data';
export { createRandom, restoreRandom, type Random, type RandomState } from '@halp/random';
export { checkRecipe, recipeNamed, recipes, reduced, type Recipe } from '@halp/recipes';
export {
  classifierFromBytes,
  encoderFromBytes,
  type ClassifierBytesOptions,
  type ClassifierModel,
  type ClassifyClipOptions,
  type EncoderBytesOptions,
  type EncoderModel,
  type ModelFeatures,
  type Shown,
} from '@halp/runs';
export {
  createLayout,
  kinectV2,
  layoutNames,
  layoutOf,
  type Clip,
  type Layout,
  type LayoutData,
} from '@halp/skeleton';
export { filmstrip, player, type FilmstripOptions, type PlayerOptions } from '@halp/viewer';
