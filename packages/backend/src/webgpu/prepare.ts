import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';
import { onMissing } from '../names/missing-package.ts';
import { BackendUnavailable } from '../names/unavailable.ts';
import type { WebGpuBackend } from './backend.ts';
import { registerWebGpuBatchNorm } from './batch-norm.ts';
import type { WebGpuDevice } from './device.ts';
import { registerWebGpuFunctions } from './functions.ts';
import { registerWebGpuGru } from './gru.ts';
import { guard } from './guard.ts';
import { registerWebGpuRanks } from './ranks.ts';
import { registerWebGpuUpdates } from './updates.ts';

/** Options for starting the WebGPU backend. */
export interface WebGpuStart {
  /** Opens the device, at the first start. */
  readonly open: () => Promise<WebGpuDevice>;
  /** The requested part of its name, if any. */
  readonly device?: string | undefined;
  /** Whether the backend was chosen by name. */
  readonly byName: boolean;
  /** Whether to keep the stock kernels and add none. */
  readonly stock: boolean;
}

/**
 * Starts TensorFlow.js's WebGPU backend with the kernels of this package.
 *
 * @throws BackendUnavailable if `open` does, it was started with another `device`, or it runs in software and was not chosen by name.
 */
export async function startWebGpu(
  { open, device, byName, stock }: WebGpuStart,
  changes: Changes,
): Promise<void> {
  const present = tf.engine().findBackend('webgpu') as OwnBackend | null;
  if (present?.opened === undefined) await register(await open(), device, changes);
  else if (present.opened.software && !byName) {
    throw new BackendUnavailable(
      'webgpu',
      `its adapter, ${present.opened.name}, computes on the CPU; choose it by name to use it anyway`,
    );
  } else requireSame(present, device);
  if (!(await tf.setBackend('webgpu'))) {
    throw new BackendUnavailable('webgpu', 'TensorFlow.js does not start it');
  }
  if (stock) return;
  registerWebGpuFunctions(changes);
  registerWebGpuRanks(changes);
  registerWebGpuGru(changes);
  registerWebGpuBatchNorm(changes);
  registerWebGpuUpdates(changes);
}

/** The backend, once it runs. */
export function webGpuBackend(): WebGpuBackend {
  return tf.backend() as WebGpuBackend;
}

type OwnBackend = WebGpuBackend & { readonly asked: string | undefined };

async function register(
  opened: WebGpuDevice,
  asked: string | undefined,
  changes: Changes,
): Promise<void> {
  const before = tf.findBackendFactory('webgpu') as BackendFactory | null;
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu').catch(
    onMissing('webgpu', '@tensorflow/tfjs-backend-webgpu'),
  );
  // Its own factory requests any adapter, and fewer of its limits.
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  const factory = (): tf.KernelBackend => {
    const backend = new WebGPUBackend(opened.device, opened.info);
    const own = Object.assign(backend, { opened, asked }) as unknown as OwnBackend;
    guard(own, opened);
    return own;
  };
  tf.registerBackend('webgpu', factory);
  changes.add(() => {
    if (tf.findBackendFactory('webgpu') !== factory) return;
    tf.removeBackend('webgpu');
    opened.device.destroy();
    if (before !== null) tf.registerBackend('webgpu', before, STOCK_PRIORITY);
  });
}

type BackendFactory = Parameters<typeof tf.registerBackend>[1];

/** The priority under which `@tensorflow/tfjs-backend-webgpu` registers itself. */
const STOCK_PRIORITY = 3;

function requireSame({ asked, opened }: OwnBackend, device: string | undefined): void {
  if (device === undefined || device === asked) return;
  const reason = `it was started on ${opened.name}; ${device} would need a new process`;
  throw new BackendUnavailable('webgpu', reason);
}
