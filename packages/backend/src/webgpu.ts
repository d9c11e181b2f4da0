import type * as TfjsWebGpu from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

import { BackendUnavailable } from './unavailable.ts';
import type { WebGpuBackend } from './webgpu-backend.ts';
import { explainMissing, openDevice, type DeviceChoice } from './webgpu-device.ts';
import { registerWebGpuBatchNorm } from './webgpu-batch-norm.ts';
import { registerWebGpuFunctions } from './webgpu-functions.ts';
import { registerWebGpuGru } from './webgpu-gru.ts';
import { guard } from './webgpu-guard.ts';
import { registerWebGpuRanks } from './webgpu-ranks.ts';
import { registerWebGpuUpdates } from './webgpu-updates.ts';

/**
 * Starts TensorFlow.js's WebGPU backend on Dawn, through the optional packages `webgpu` and
 * `@tensorflow/tfjs-backend-webgpu`.
 *
 * @throws BackendUnavailable if one of them is missing or no adapter will do, or it was started with another `device`.
 */
export async function startWebGpu(choice: DeviceChoice): Promise<void> {
  if (tf.findBackendFactory('webgpu') === null) await register(choice);
  else requireSame(choice);
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

async function register(choice: DeviceChoice): Promise<void> {
  const opened = await openDevice(choice);
  // The first import brings the gradients.
  await import('@tensorflow/tfjs');
  const { WebGPUBackend } = await loadBackend();
  // Its own factory asks for any adapter, and for fewer of its limits.
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => {
    const backend = new WebGPUBackend(opened.device, opened.info);
    const own = Object.assign(backend, { opened, choice }) as unknown as WebGpuBackend;
    guard(own, opened);
    return own;
  });
}

async function loadBackend(): Promise<Pick<typeof TfjsWebGpu, 'WebGPUBackend'>> {
  try {
    return await import('@tensorflow/tfjs-backend-webgpu');
  } catch (error) {
    throw explainMissing(error, '@tensorflow/tfjs-backend-webgpu');
  }
}

function requireSame({ device }: DeviceChoice): void {
  const present = tf.engine().findBackend('webgpu') as WebGpuBackend & { choice?: DeviceChoice };
  if (device === undefined || device === present.choice?.device) return;
  const reason = `it was started on ${present.opened.name}; ${device} would need a new process`;
  throw new BackendUnavailable('webgpu', reason);
}
