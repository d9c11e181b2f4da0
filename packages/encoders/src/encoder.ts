import type * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '@halp/nn';

/** A network from clips `[N, C, T, V, M]` to features `[N, D]`. */
export interface Encoder extends Layer<tf.Tensor5D, tf.Tensor2D> {
  /** D: the size of a feature. */
  readonly featureSize: number;
}
