import * as tf from '@tensorflow/tfjs-core';

import { repeatingMatMul } from './kernels/batched-matmul.ts';
import { chooseBackend, type Backend, type BackendOptions } from './choose.ts';
import { BROWSER_BACKENDS, type BackendName } from './names/names.ts';
import { startCpu, startWasm } from './portable.ts';
import { replaceKernel } from './kernels/replace-kernel.ts';
import { BackendUnavailable } from './names/unavailable.ts';
import { openBrowserDevice } from './webgpu/browser-device.ts';
import { startWebGpu } from './webgpu/prepare.ts';

/**
 * The backend that all tensor work of this page runs on from now, as `startBackend` in Node: the fastest that starts of
 * `webgpu`, `webgl`, `wasm` and `cpu`, or the one that is asked for. What each needs is fetched when it is started.
 *
 * @throws BackendUnavailable if the backend that was asked for cannot start; the one before it goes on.
 * @throws RangeError if `prefer` is not the name of a backend.
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const before = tf.engine().backendName as string | undefined;
  try {
    return await chooseBackend(
      {
        backends: BROWSER_BACKENDS,
        asked: () => undefined,
        askedPrecision: () => undefined,
        start,
      },
      options,
    );
  } catch (error) {
    if (before !== undefined) await tf.setBackend(before);
    throw error;
  }
}

async function start(
  name: BackendName,
  { wasmFiles }: BackendOptions,
  byName: boolean,
): Promise<Pick<Backend, 'withoutKernels'>> {
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  switch (name) {
    case 'tensorflow':
      throw new BackendUnavailable('tensorflow', 'it is for Node');
    case 'webgpu':
      await startWebGpu(() => openBrowserDevice(byName), undefined, byName);
      return {};
    case 'webgl':
      await startWebGl();
      return {};
    case 'wasm':
      await startWasm(wasmFiles);
      return {};
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await startCpu();
      return {};
  }
}

/** Starts the WebGL backend. */
async function startWebGl(): Promise<void> {
  await import('@tensorflow/tfjs-backend-webgl');
  if (!(await tf.setBackend('webgl'))) {
    throw new BackendUnavailable('webgl', 'this browser has no WebGL with textures of numbers');
  }
  replaceKernel('startWebGl', tf.BatchMatMul, 'webgl', repeatingMatMul);
}
