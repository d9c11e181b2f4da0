import * as tf from '@tensorflow/tfjs-core';
import { expectTensor } from '@halp/nn/check';
import type { Random } from '@halp/random';
import { clusterPoints, type SphericalKMeansOptions } from './spherical-k-means.ts';

/**
 * The prototypes of keys as a tensor, unit rows `[P, D]`, owned by the caller: `sphericalKMeans` of the rows of `keys`.
 *
 * @param keys - `[n, D]`, such as `queue.newest(256)`; the caller keeps it.
 * @param rng - draws as `sphericalKMeans`.
 * @throws TypeError if `keys` is no tensor.
 * @throws RangeError if `keys` has not two axes, and as `sphericalKMeans`.
 *
 * @example
 * ```ts
 * const prototypes = await prototypesOf(keys, { clusters: 20 }, createRandom(0));
 * const loss = halpLoss(queries, keys, prototypes, {}, createRandom(1));
 * ```
 */
export async function prototypesOf(
  keys: tf.Tensor2D,
  options: SphericalKMeansOptions,
  rng: Random,
): Promise<tf.Tensor2D> {
  expectTensor('prototypesOf', 'keys', keys);
  if ((keys as tf.Tensor).rank !== 2) {
    throw new RangeError(`prototypesOf: expected keys [n, D], got [${keys.shape.join(', ')}]`);
  }
  const data = Float32Array.from(await keys.data());
  const { prototypes } = clusterPoints('prototypesOf', { data, shape: keys.shape }, options, rng);
  return tf.tensor2d(Float32Array.from(prototypes.data), [...prototypes.shape]);
}
