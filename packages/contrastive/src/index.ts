export type { AnchoredObjective, Embeddings } from './anchored-objective.ts';
export { infoNCE, infoNCELogits } from './info-nce.ts';
export type { InfoNCEOptions } from './info-nce.ts';
export { createKeyQueue } from './key-queue.ts';
export type { KeyQueue, KeyQueueOptions } from './key-queue.ts';
export { l2Normalize } from './l2-normalize.ts';
export { moco } from './moco.ts';
export type { Embedder, MocoOptions, ViewPair } from './moco.ts';
