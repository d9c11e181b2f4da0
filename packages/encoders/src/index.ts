export { biGru, type BiGruOptions } from './bi-gru.ts';
export type { Encoder } from './encoder.ts';
export { projectionHead, type ProjectionHeadOptions } from './projection-head.ts';
export { onStream, streamOfBatch } from './stream.ts';
export { withHead, type EncoderWithHead } from './with-head.ts';
