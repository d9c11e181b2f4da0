import * as tf from '@tensorflow/tfjs-core';

/**
 * The functions of this package for which a backend may register a kernel. Without a kernel the plain version runs, which
 * is also the oracle of the kernels' tests.
 *
 * - `HalpGruForward`: x `[T, N, F]`, then `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh` of each half; attributes
 *   `reversed` and `keep`. Outputs y `[T, N, 2H]` and, if kept, r, z, n and c = W_hn h + b_hn, `[T, 2, N, 4H]`.
 * - `HalpGruBackward`: upstream (`[T, N, 2H]`, or `[N, 2H]` with `last_only`), x, y, kept, then
 *   `weight_ih`, `weight_hh` of each half; attributes `reversed` and `last_only`. Outputs dx and the eight gradients.
 * - `HalpEma`: targets, the same number of sources, the rate `[]`. Outputs t + rate·(s − t).
 * - `HalpSgd`: parameters, velocities, gradients, `[3]` rate, momentum and decay. Outputs the new parameters and velocities.
 * - `HalpBatchNorm`: x `[R, F]`, weight `[F]`, bias `[F]`, optionally a residual `[R, F]`; attributes `epsilon` and `relu`.
 *   Outputs y = w·(x − mean)/√(variance + ε) + b, plus the residual, then a ReLU with `relu`; the mean `[F]` and
 *   the variance divided by R − 1 `[F]`; then the tensors that its gradient needs.
 * - `HalpBatchNormGradient`: dy, x, y, weight and the kept tensors; the same attributes. Outputs dx, dweight, dbias
 *   and the gradient of the residual.
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

/** The outputs of the current backend's kernel; not recorded on the tape. */
export function runFused(
  name: FusedKernel,
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, boolean | number>> = {},
): tf.Tensor[] {
  // The inputs are a list, as for TensorFlow.js's own kernels with a variable number of inputs.
  const listed = inputs as unknown as tf.NamedTensorMap;
  return tf.engine().runKernel<tf.Tensor[]>(name, listed, attributes);
}
