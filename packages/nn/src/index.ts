export { multiHeadAttention, type AttentionOptions } from './attention.ts';
export {
  batchNorm,
  type AfterNorm,
  type BatchNorm,
  type BatchNormOptions,
  type FeatureMap,
} from './batch-norm.ts';
export { copyParams, emaUpdate } from './ema.ts';
export { gelu } from './gelu.ts';
export { gru, gruShapes, type GruDirection, type GruOptions } from './gru.ts';
export { fanInUniform, uniform, xavierUniform, type Initializer } from './initializers.ts';
export type { Layer, Mode } from './layer.ts';
export { layerNorm, type LayerNorm, type LayerNormOptions } from './layer-norm.ts';
export { linear, type LinearOptions } from './linear.ts';
export { expectMode } from './mode.ts';
export type { Loss, Objective, StepContext } from './objective.ts';
export {
  countParams,
  disposeParams,
  mergeParams,
  ownedVariable,
  prefixed,
  withoutPrefix,
  type Params,
} from './params.ts';
export {
  fromAuthors,
  renameState,
  toAuthors,
  type AuthorsOptions,
  type AuthorsStream,
} from './pytorch-names.ts';
export { loadState, stateArrays, type LoadStateOptions } from './pytorch-state.ts';
export { loadLayer, loadParams, saveLayer, saveParams, type LayerVariables } from './saving.ts';
export { pointwiseConvolution, type PointwiseConvolutionOptions } from './pointwise-convolution.ts';
export { relu } from './relu.ts';
export { learningRateAt, type Schedule } from './schedule.ts';
export { sgd, type Optimizer, type SgdOptions } from './sgd.ts';
export { valueAndGradients, withoutGradient, type ValueAndGradients } from './tape.ts';
export {
  temporalConvolution,
  type TemporalConvolution,
  type TemporalConvolutionOptions,
} from './temporal-convolution.ts';
