export { agcn, type AgcnOptions } from './agcn.ts';
export { biGru, type BiGruOptions } from './bi-gru.ts';
export { ctrGcn, type CtrGcnOptions } from './ctr-gcn.ts';
export { convolutionHead, type ConvolutionHeadOptions } from './convolution-head.ts';
export type { Encoder } from './encoder.ts';
export {
  graphConvolution,
  type GraphConvolution,
  type GraphConvolutionOptions,
} from './graph-convolution.ts';
export { projectionHead, type ProjectionHeadOptions } from './projection-head.ts';
export { stGcn, type StGcnOptions } from './st-gcn.ts';
export { onStream, streamOfBatch } from './stream.ts';
export { skeletonTransformer, type SkeletonTransformerOptions } from './transformer.ts';
export { withHead, type EncoderWithHead } from './with-head.ts';
