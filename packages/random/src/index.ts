export { createRandom, restoreRandom, type Random, type RandomState } from './random.ts';
export { choose, permutation } from './sample.ts';
