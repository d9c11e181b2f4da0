import * as tf from '@tensorflow/tfjs-core';
import { expectPositiveIntegers, expectShape, expectTensor } from '../check.ts';

/**
 * The tokens at the given positions, `[N, L, D]` and `[N, K]` to `[N, K, D]`: y[n, k] = x[n, positions[n, k]].
 *
 * Computed as a product with one-hot rows, so that it has a gradient on every backend.
 *
 * @param x - `[N, L, D]`, finite; the caller keeps it.
 * @param positions - `[N, K]` int32, in [0, L).
 * @throws RangeError if the shapes do not fit; TypeError if the positions are not int32.
 */
export function takeTokens(x: tf.Tensor3D, positions: tf.Tensor2D): tf.Tensor3D {
  expectShape('takeTokens', x, [null, null, null], 'tokens [N, L, D]');
  expectPositions('takeTokens', positions, [x.shape[0], null]);
  return tf.tidy(() => tf.matMul(oneHot(positions, x.shape[1]), x));
}

/**
 * Tokens at the given positions among `length`, zeros elsewhere, `[N, K, D]` to `[N, length, D]`: the transpose of
 * {@link takeTokens}. Tokens at the same position are added.
 *
 * @param x - `[N, K, D]`, finite; the caller keeps it.
 * @param positions - `[N, K]` int32, in [0, length).
 * @param length - L, tokens of the result.
 * @throws RangeError if the shapes do not fit; TypeError if the positions are not int32.
 */
export function placeTokens(x: tf.Tensor3D, positions: tf.Tensor2D, length: number): tf.Tensor3D {
  expectShape('placeTokens', x, [null, null, null], 'tokens [N, K, D]');
  expectPositions('placeTokens', positions, [x.shape[0], x.shape[1]]);
  expectPositiveIntegers('placeTokens', { length });
  return tf.tidy(() => tf.matMul(oneHot(positions, length), x, true, false));
}

/** `[N, K, L]`: 1 at the position of each token. */
function oneHot(positions: tf.Tensor2D, length: number): tf.Tensor3D {
  // tf.oneHot with dtype float32 writes the bits of integers on WebAssembly.
  return tf.cast(tf.oneHot(positions, length) as tf.Tensor3D, 'float32');
}

function expectPositions(
  caller: string,
  positions: tf.Tensor2D,
  [rows, columns]: readonly [number, number | null],
): void {
  expectTensor(caller, 'positions [N, K]', positions);
  const { shape, dtype } = positions;
  if (shape.length !== 2 || shape[0] !== rows || (columns ?? shape[1]) !== shape[1]) {
    throw new RangeError(
      `${caller}: expected positions [N, K] = [${rows}, ${columns ?? 'any'}], got [${shape.join(', ')}]`,
    );
  }
  if (dtype !== 'int32') {
    throw new TypeError(`${caller}: expected positions of int32, got ${dtype}`);
  }
}
