import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { repeatingMatMul } from '../kernels/batched-matmul.ts';
import { type ReplacedKernel, replaceKernel, type Replacement } from '../kernels/replace-kernel.ts';

/** The part of the WebAssembly backend that gives access to its memory. */
interface WasmBackend extends tf.KernelBackend {
  readSync(id: tf.DataId, start?: number, end?: number): Float32Array | Int32Array | Uint8Array;
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
}

/**
 * Registers faster `BatchMatMul` and `Unpack` kernels, used by `tf.matMul` and `tf.unstack`, on the wasm backend.
 *
 * The stock product uses XNNPACK only for two matrices that are not transposed, and is otherwise fifty times slower. Here
 * all products are converted to that case. The stock `Unpack` copies the whole tensor once for every part; here each part is
 * copied separately. Registering again has no effect.
 *
 * @throws Error if the wasm backend is not loaded.
 */
export function registerWasmKernels(changes: Changes): void {
  replaceKernel(changes, 'registerWasmKernels', tf.BatchMatMul, 'wasm', fasterMatMul);
  replaceKernel(changes, 'registerWasmKernels', tf.Unpack, 'wasm', fasterUnpack);
}

/**
 * The stock kernel that {@link registerWasmKernels} has replaced.
 *
 * @throws Error if no kernel of that name was replaced.
 */
export function stockWasmKernel(name: string): tf.KernelConfig {
  const present = tf.getKernel(name, 'wasm') as tf.KernelConfig | ReplacedKernel | undefined;
  if (present === undefined || !('stock' in present)) {
    throw new Error(`stockWasmKernel: expected a replaced kernel, got '${name}'`);
  }
  return present.stock;
}

const fasterMatMul: Replacement = (given, stock) => {
  const { a, b } = given.inputs as { a: tf.Tensor; b: tf.Tensor };
  const { transposeA, transposeB } = given.attrs as unknown as tf.BatchMatMulAttrs;
  const rank = a.shape.length;
  const sameBatch = tf.util.arraysEqual(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const float = a.dtype === 'float32' && b.dtype === 'float32';
  if (!float || !sameBatch || rank > 3 || a.size === 0 || b.size === 0) {
    return repeatingMatMul(given, stock);
  }
  const product = (left: tf.Tensor, right: tf.Tensor): tf.Tensor => {
    const inputs = {
      a: transposeA ? tf.transpose(left) : left,
      b: transposeB ? tf.transpose(right) : right,
    };
    const attrs = { transposeA: false, transposeB: false };
    const info = stock({ ...given, inputs, attrs }) as tf.TensorInfo;
    return tf.engine().makeTensorFromTensorInfo(info);
  };
  return tf.tidy(() => {
    if (rank === 2) return product(a, b);
    const right = tf.unstack(b);
    return tf.stack(tf.unstack(a).map((matrix, i) => product(matrix, right[i] as tf.Tensor)));
  });
};

const fasterUnpack: Replacement = (given, stock) => {
  const value = given.inputs['value'] as tf.TensorInfo;
  const { axis } = given.attrs as unknown as tf.UnpackAttrs;
  if (axis !== 0 || value.dtype === 'string') return stock(given);
  const backend = given.backend as WasmBackend;
  const [count = 0, ...shape] = value.shape;
  const size = tf.util.sizeFromShape(shape);
  return Array.from({ length: count }, (_, i) => {
    const part = backend.readSync(value.dataId, i * size, (i + 1) * size);
    const output = backend.makeOutput(shape, value.dtype);
    backend.typedArrayFromHeap(output).set(part);
    return output;
  });
};
