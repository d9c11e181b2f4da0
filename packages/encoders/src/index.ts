export { agcn, type AgcnOptions } from './graph/agcn.ts';
export { biGru, type BiGruOptions } from './gru/bi-gru.ts';
export { ctrGcn, type CtrGcnOptions } from './graph/ctr-gcn.ts';
export { convolutionHead, type ConvolutionHeadOptions } from './heads/convolution-head.ts';
export type { Encoder, TokenEncoder } from './encoder.ts';
export {
  graphConvolution,
  type GraphConvolution,
  type GraphConvolutionOptions,
} from './graph/graph-convolution.ts';
export {
  layersEncoder,
  type LayersModel,
  type ModelLayer,
  type ModelTensor,
  type ModelWeight,
} from './layers/layers-encoder.ts';
export { projectionHead, type ProjectionHeadOptions } from './heads/projection-head.ts';
export { stGcn, type StGcnOptions } from './graph/st-gcn.ts';
export { onStream, streamOfBatch } from './stream.ts';
export {
  transformerBlock,
  type TransformerBlock,
  type TransformerBlockOptions,
} from './transformer/block.ts';
export {
  skeletonTransformer,
  type SkeletonTransformer,
  type SkeletonTransformerOptions,
} from './transformer/transformer.ts';
export { withHead, type EncoderWithHead } from './heads/with-head.ts';
