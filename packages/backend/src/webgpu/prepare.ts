import * as tf from '@tensorflow/tfjs-core';

import { BackendUnavailable } from '../names/unavailable.ts';
import type { WebGpuBackend } from './backend.ts';
import { registerWebGpuBatchNorm } from './batch-norm.ts';
import type { WebGpuDevice } from './device.ts';
import { registerWebGpuFunctions } from './functions.ts';
import { registerWebGpuGru } from './gru.ts';
import { guard } from './guard.ts';
import { registerWebGpuRanks } from './ranks.ts';
import { registerWebGpuUpdates } from './updates.ts';

/**
 * Starts TensorFlow.js's WebGPU backend with the kernels of this package.
 *
 * @param open - opens the device, the first time.
 * @param device - what was asked for as its name, if anything.
 * @param byName - whether the backend was asked for, and is not the first that starts.
 * @throws BackendUnavailable if `open` does, it was started with another `device`, or it runs on software and nobody asked.
 */
export async function startWebGpu(
  open: () => Promise<WebGpuDevice>,
  device: string | undefined,
  byName: boolean,
): Promise<void> {
  const present = tf.engine().findBackend('webgpu') as OwnBackend | null;
  if (present?.opened === undefined) await register(await open(), device);
  else if (present.opened.software && !byName) {
    throw new BackendUnavailable(
      'webgpu',
      `its adapter, ${present.opened.name}, computes on the processor; ask for it by name if you want that`,
    );
  } else requireSame(present, device);
  if (!(await tf.setBackend('webgpu'))) {
    throw new BackendUnavailable('webgpu', 'TensorFlow.js does not start it');
  }
  registerWebGpuFunctions();
  registerWebGpuRanks();
  registerWebGpuGru();
  registerWebGpuBatchNorm();
  registerWebGpuUpdates();
}

/** The backend, once it runs. */
export function webGpuBackend(): WebGpuBackend {
  return tf.backend() as WebGpuBackend;
}

type OwnBackend = WebGpuBackend & { readonly asked: string | undefined };

async function register(opened: WebGpuDevice, asked: string | undefined): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  // Its own factory asks for any adapter, and for fewer of its limits.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => {
    const backend = new WebGPUBackend(opened.device, opened.info);
    const own = Object.assign(backend, { opened, asked }) as unknown as OwnBackend;
    guard(own, opened);
    return own;
  });
}

function requireSame({ asked, opened }: OwnBackend, device: string | undefined): void {
  if (device === undefined || device === asked) return;
  const reason = `it was started on ${opened.name}; ${device} would need a new process`;
  throw new BackendUnavailable('webgpu', reason);
}
