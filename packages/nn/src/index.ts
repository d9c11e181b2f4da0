export { multiHeadAttention, type AttentionOptions } from './attention/attention.ts';
export {
  batchNorm,
  type Epilogue,
  type BatchNorm,
  type BatchNormOptions,
  type FeatureMap,
} from './norm/batch-norm.ts';
export { copyParams, emaUpdate } from './optim/ema.ts';
export {
  tensorOf,
  tensorOfClip,
  tensorOfClips,
  type ClipArray,
  type ClipBatch,
} from './layer/clip-tensors.ts';
export { gelu } from './layer/gelu.ts';
export { gru, gruShapes, type GruDirection, type GruOptions } from './gru/gru.ts';
export { fanInUniform, uniform, xavierUniform, type Initializer } from './layer/initializers.ts';
export { dropout, stochasticDepth, type DropLayer, type DropOptions } from './layer/dropout.ts';
export type { Layer } from './layer/layer.ts';
export { layerNorm, type LayerNorm, type LayerNormOptions } from './norm/layer-norm.ts';
export { linear, type LinearOptions } from './layer/linear.ts';
export { childPass, expectPass, type Pass } from './layer/pass.ts';
export type { Loss, Objective, StepContext } from './layer/objective.ts';
export {
  countParams,
  disposeParams,
  mergeParams,
  ownedVariable,
  prefixed,
  withoutPrefix,
  type Params,
} from './layer/params.ts';
export {
  fromAuthors,
  renameState,
  streamVariable,
  toAuthors,
  type AuthorsOptions,
  type AuthorsStream,
} from './checkpoint/pytorch-names.ts';
export { loadStateInto, stateArrays, type LoadStateOptions } from './checkpoint/pytorch-state.ts';
export {
  loadLayerInto,
  loadParamsInto,
  saveLayer,
  saveParams,
  type LayerVariables,
} from './checkpoint/saving.ts';
export { pointwiseConvolution, type PointwiseConvolutionOptions } from './convolution/pointwise.ts';
export { relu } from './layer/relu.ts';
export { learningRateAt, type Schedule } from './optim/schedule.ts';
export { adam, adamW, type AdamOptions } from './optim/adam.ts';
export { clipGradients } from './optim/clip-gradients.ts';
export { lars, type LarsOptions } from './optim/lars.ts';
export type { Gradients, Optimizer, WeightDecay } from './optim/optimizer.ts';
export { optimizerOf } from './optim/optimizer-of.ts';
export { sgd, type SgdOptions } from './optim/sgd.ts';
export {
  disposeFailedTape,
  valueAndGradients,
  withNestedGradient,
  withoutGradient,
  type ValueAndGradients,
} from './tape/tape.ts';
export {
  temporalConvolution,
  type TemporalConvolution,
  type TemporalConvolutionOptions,
} from './convolution/temporal.ts';
export { gumbelTopK } from './tokens/gumbel-top-k.ts';
export { placeTokens, takeTokens } from './tokens/select-tokens.ts';
