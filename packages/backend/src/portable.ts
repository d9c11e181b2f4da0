import * as tf from '@tensorflow/tfjs-core';

import type { Changes } from './changes/changes.ts';
import { repeatingMatMul } from './kernels/batched-matmul.ts';
import { replaceKernel } from './kernels/replace-kernel.ts';
import { BackendUnavailable } from './names/unavailable.ts';
import { registerWasmKernels } from './wasm/kernels.ts';

/**
 * Starts the WebAssembly backend, with SIMD where the processor has it.
 *
 * @param stock - whether the stock kernels stay.
 * @param files - where a browser finds its files; Node has them in its package.
 * @throws BackendUnavailable if WebAssembly does not run here.
 */
export async function startWasm(
  stock: boolean,
  changes: Changes,
  files?: string | Readonly<Record<string, string>>,
): Promise<void> {
  try {
    // Imported here, not above: whoever takes another backend does not pay for this one.
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (files !== undefined) setWasmPaths(files);
    if (await tf.setBackend('wasm')) {
      if (!stock) registerWasmKernels(changes);
      return;
    }
  } catch (error) {
    throw new BackendUnavailable('wasm', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  throw new BackendUnavailable('wasm', 'WebAssembly does not start here');
}

/**
 * Starts the backend in plain JavaScript, which runs everywhere, once it is imported.
 *
 * @param stock - whether the stock kernels stay.
 * @throws BackendUnavailable if it does not start all the same.
 */
export async function startCpu(stock: boolean, changes: Changes): Promise<void> {
  if (!(await tf.setBackend('cpu')))
    throw new BackendUnavailable('cpu', 'TensorFlow.js does not start it');
  if (!stock) replaceKernel(changes, 'startCpu', tf.BatchMatMul, 'cpu', repeatingMatMul);
  // It greets whoever uses it in Node with an advertisement for tfjs-node.
  (tf.backend() as tf.KernelBackend & { firstUse: boolean }).firstUse = false;
}
