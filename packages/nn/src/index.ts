export { batchNorm, type BatchNormOptions } from './batch-norm.ts';
export { copyParams, emaUpdate } from './ema.ts';
export { gru, gruShapes, type GruDirection, type GruOptions } from './gru.ts';
export { fanInUniform, uniform, xavierUniform, type Initializer } from './initializers.ts';
export type { Layer, Mode } from './layer.ts';
export { linear, type LinearOptions } from './linear.ts';
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
export { loadParams, saveParams } from './saving.ts';
export { learningRateAt, type Schedule } from './schedule.ts';
export { sgd, type Optimizer, type SgdOptions } from './sgd.ts';
export { valueAndGradients, withoutGradient, type ValueAndGradients } from './tape.ts';
