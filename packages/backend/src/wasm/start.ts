import type * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { onMissing } from '../names/missing-package.ts';
import { BackendUnavailable } from '../names/unavailable.ts';
import { registerWasmKernels } from './kernels.ts';

/** Imports the package of the backend, only when it is used: other backends do not need it. */
export function importWasm(): Promise<typeof wasm> {
  const name = '@tensorflow/tfjs-backend-wasm';
  return import('@tensorflow/tfjs-backend-wasm').catch(onMissing('wasm', name));
}

/**
 * Starts the WebAssembly backend, with SIMD if the processor has it.
 *
 * @param stock - Whether to keep the stock kernels.
 * @throws BackendUnavailable if its package is not installed, or WebAssembly does not run here.
 */
export async function startWasm(stock: boolean, changes: Changes): Promise<void> {
  await importWasm();
  if (!(await tf.setBackend('wasm'))) {
    throw new BackendUnavailable('wasm', 'WebAssembly does not start here');
  }
  if (!stock) registerWasmKernels(changes);
}
