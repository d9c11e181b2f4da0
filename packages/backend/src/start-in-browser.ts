import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from './changes/changes.ts';
import { type Backend, type BackendOptions, chooseBackend } from './choose.ts';
import { startCpu } from './cpu.ts';
import { repeatingMatMul } from './kernels/batched-matmul.ts';
import { replaceKernel } from './kernels/replace-kernel.ts';
import { onMissing } from './names/missing-package.ts';
import { type BackendName, BROWSER_BACKENDS } from './names/names.ts';
import { BackendUnavailable } from './names/unavailable.ts';
import { startServedWasm } from './wasm/served.ts';
import { openBrowserDevice } from './webgpu/browser-device.ts';
import { startWebGpu } from './webgpu/prepare.ts';

/**
 * Starts the backend for all tensor work of this page, like `startBackend` in Node: the fastest that starts of
 * `webgpu`, `webgl`, `wasm` and `cpu`, or the one chosen by name. The files of a backend are fetched when it is started.
 *
 * It changes the whole page until {@link Backend.stop}: the current backend of TensorFlow.js, and kernels as in Node unless
 * `kernels` is `'stock'`; a backend `webgpu` that the page has registered is replaced by one with all limits of its adapter.
 *
 * @throws BackendUnavailable if the chosen backend cannot start; the previous one stays current.
 * @throws RangeError if `prefer` is not the name of a backend.
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  return chooseBackend(
    {
      backends: BROWSER_BACKENDS,
      asked: () => undefined,
      askedPrecision: () => undefined,
      start,
    },
    options,
  );
}

async function start(
  name: BackendName,
  { wasmFiles, kernels }: BackendOptions,
  byName: boolean,
  changes: Changes,
): Promise<Pick<Backend, 'withoutKernels'>> {
  const stock = kernels === 'stock';
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  switch (name) {
    case 'tensorflow':
      throw new BackendUnavailable('tensorflow', 'it needs Node');
    case 'webgpu':
      await startWebGpu({ open: () => openBrowserDevice(byName), byName, stock }, changes);
      return {};
    case 'webgl':
      await startWebGl(stock, changes);
      return {};
    case 'wasm':
      await startServedWasm(stock, changes, wasmFiles);
      return {};
    case 'cpu':
      await startCpu(stock, changes);
      return {};
  }
}

/** Starts the WebGL backend. */
async function startWebGl(stock: boolean, changes: Changes): Promise<void> {
  await import('@tensorflow/tfjs-backend-webgl').catch(
    onMissing('webgl', '@tensorflow/tfjs-backend-webgl'),
  );
  if (!(await tf.setBackend('webgl'))) {
    throw new BackendUnavailable('webgl', 'this browser has no WebGL with float textures');
  }
  if (!stock) replaceKernel(changes, 'startWebGl', tf.BatchMatMul, 'webgl', repeatingMatMul);
}
