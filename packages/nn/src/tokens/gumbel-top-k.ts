import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectInteger, expectRandom } from '@halp/random/check';
import { expectShape } from '../check.ts';

/**
 * k distinct columns of each row, `[N, k]` int32, drawn one after the other without replacement: each with the probability
 * exp(logit) / Σ exp(logits) over the columns of its row that are left, in the order of the draws.
 *
 * The indices of the k largest of logit − log(−log u) with u ~ U(0, 1), in descending order (Kool, van Hoof and Welling,
 * "Stochastic Beams and Where to Find Them", ICML 2019, section 2.3). With k = L it is a random order of all columns, with
 * equal logits a uniform one. Used to draw which tokens of a clip are masked; it has no gradient.
 *
 * @param logits - `[N, L]`, log-probabilities up to a constant of each row; the caller keeps them.
 * @param k - columns of a row, in [1, L].
 * @param rng - draws N·L uniform numbers in row-major order, whatever k is.
 * @throws RangeError if the logits have another rank or k is outside [1, L].
 *
 * @example
 * ```ts
 * const order = gumbelTopK(tf.zeros([clips, tokens]), tokens, rng); // a random order of the tokens of each clip
 * ```
 */
export function gumbelTopK(logits: tf.Tensor2D, k: number, rng: Random): tf.Tensor2D {
  expectShape('gumbelTopK', logits, [null, null], 'logits [N, L]');
  expectInteger('gumbelTopK', 'k', k, 1, logits.shape[1]);
  expectRandom('gumbelTopK', rng);
  const noise = new Float32Array(logits.size);
  for (let i = 0; i < noise.length; i++) noise[i] = -Math.log(-Math.log(rng.uniform()));
  return tf.tidy(
    () => tf.topk(tf.add(logits, tf.tensor2d(noise, logits.shape)), k, true).indices as tf.Tensor2D,
  );
}
