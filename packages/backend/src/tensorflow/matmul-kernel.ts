import * as tf from '@tensorflow/tfjs-core';
import { type Changes, createChanges } from '../changes/changes.ts';
import { replaceKernel } from '../kernels/replace-kernel.ts';
import type { TensorflowBackend } from './backend.ts';

/** The inputs of a `tf.matMul` kernel; shapes `[..., M, K]` and `[..., K, N]` before transposition. */
interface MatMulArguments {
  readonly inputs: { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
  readonly attrs: tf.BatchMatMulAttrs;
  readonly backend: TensorflowBackend;
}

/** Below this many multiplications, the reshapes around a folded product can cost more than it saves. */
const WORTH_FOLDING = 30_000_000;

/**
 * Registers a faster `BatchMatMul`, the kernel behind `tf.matMul`, on the tensorflow backend.
 *
 * The stock kernel runs TensorFlow's `BatchMatMulV2` for every product. This one runs `MatMul`, which is oneDNN's, for
 * two matrices, and for a batch of matrices times one matrix, `[..., M, K] · [K, N]`, which is the same product with
 * the batch folded into the rows, if it is large enough for the reshapes to pay off. Other products, and types other than
 * float32, use the stock kernel. `_FusedMatMul`, the kernel behind
 * `tf.fused.matMul`, calls `tf.matMul` and becomes faster as well. Registering again has no effect.
 *
 * @returns The stock kernel.
 * @throws Error if the tensorflow backend is not loaded.
 */
export function registerMatMulKernel(): tf.KernelConfig {
  return replaceMatMul(createChanges());
}

/** {@link registerMatMulKernel} with changes that can be undone. */
export function replaceMatMul(changes: Changes): tf.KernelConfig {
  return replaceKernel(
    changes,
    'registerMatMulKernel',
    tf.BatchMatMul,
    'tensorflow',
    (given, stock) => fasterMatMul(given as unknown as MatMulArguments) ?? stock(given),
  );
}

/** The product, or undefined if the stock kernel has to compute it. */
function fasterMatMul(given: MatMulArguments): tf.TensorInfo | undefined {
  const { a, b } = given.inputs;
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  if (a.shape.length === 2 && b.shape.length === 2) return multiply(a, b, given);
  return folds(given) ? foldedMatMul(given) : undefined;
}

/** Whether the batch of `a` can be folded into rows of one matrix, and the product is large enough to become faster. */
function folds({ inputs: { a, b }, attrs: { transposeA, transposeB } }: MatMulArguments): boolean {
  const [batchA, batchB] = [a, b].map(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2)));
  // Columns of several matrices are not contiguous.
  if (batchB !== 1 || (transposeA && batchA !== 1)) return false;
  return tf.util.sizeFromShape(a.shape) * (b.shape.at(transposeB ? -2 : -1) ?? 0) >= WORTH_FOLDING;
}

function foldedMatMul(given: MatMulArguments): tf.TensorInfo {
  const { inputs, attrs } = given;
  const [a, b] = [inputs.a as tf.Tensor, inputs.b as tf.Tensor];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const rows = a.shape.at(attrs.transposeA ? -1 : -2) ?? 0;
  const columns = b.shape.at(attrs.transposeB ? -2 : -1) ?? 0;
  return tf.tidy(() => {
    const product = multiply(
      tf.reshape(a, [-1, a.shape.at(-1) ?? 0]),
      tf.reshape(b, [-1, b.shape.at(-1) ?? 0]),
      given,
    );
    return tf.reshape(product as tf.Tensor, [...batch, rows, columns]);
  });
}

/** op(a) · op(b) of two matrices. */
function multiply(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { attrs: { transposeA, transposeB }, backend }: MatMulArguments,
): tf.TensorInfo {
  const { TF_ATTR_BOOL, TF_ATTR_TYPE, TF_FLOAT } = backend.binding;
  const attributes = [
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
  ];
  return backend.executeSingleOutput('MatMul', attributes, [a, b]);
}
