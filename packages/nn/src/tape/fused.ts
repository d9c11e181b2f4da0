import * as tf from '@tensorflow/tfjs-core';

/**
 * The functions of this package for which a backend may register a kernel of its own; without one the plain version is
 * computed, which is also the oracle of the kernels' tests.
 *
 * - `HalpGruForward`: x `[T, N, F]`, then of each half `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`; attributes
 *   `reversed` and `keep`. Outputs y `[T, N, 2H]` and, if kept, r, z, n and c = W_hn h + b_hn, `[T, 2, N, 4H]`.
 * - `HalpGruBackward`: upstream (`[T, N, 2H]`, or `[N, 2H]` with `last_only`), x, y, kept, then of each half
 *   `weight_ih`, `weight_hh`; attributes `reversed` and `last_only`. Outputs dx and the eight gradients.
 * - `HalpEma`: targets, as many sources, the rate `[]`. Outputs t + rate·(s − t).
 * - `HalpSgd`: parameters, velocities, gradients, `[3]` rate, momentum and decay. Outputs the new parameters and velocities.
 * - `HalpBatchNorm`: x `[R, F]`, weight `[F]`, bias `[F]`, perhaps a summand `[R, F]`; attributes `epsilon` and `relu`.
 *   Outputs y = w·(x − mean)/√(variance + ε) + b, plus the summand, its negative numbers zero with `relu`; the mean
 *   `[F]` and the variance divided by R − 1 `[F]`; then what its gradient wants kept.
 * - `HalpBatchNormGradient`: dy, x, y, weight and what was kept; attributes as there. Outputs dx, dweight, dbias and
 *   the gradient of the summand.
 */
export type FusedKernel =
  | 'HalpGruForward'
  | 'HalpGruBackward'
  | 'HalpEma'
  | 'HalpSgd'
  | 'HalpBatchNorm'
  | 'HalpBatchNormGradient';

/** Whether the current backend has a kernel of that name. */
export function hasFused(name: FusedKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** What the current backend's kernel makes of the inputs; not recorded on the tape. */
export function runFused(
  name: FusedKernel,
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, boolean | number>> = {},
): tf.Tensor[] {
  // Kernels with lists of inputs take them as a list, as those of TensorFlow.js itself do.
  const listed = inputs as unknown as tf.NamedTensorMap;
  return tf.engine().runKernel<tf.Tensor[]>(name, listed, attributes);
}
