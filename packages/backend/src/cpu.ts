import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from './changes/changes.ts';
import { repeatingMatMul } from './kernels/batched-matmul.ts';
import { replaceKernel } from './kernels/replace-kernel.ts';
import { onMissing } from './names/missing-package.ts';
import { BackendUnavailable } from './names/unavailable.ts';

/**
 * Starts the plain JavaScript backend, which runs everywhere.
 *
 * @param stock - Whether to keep the stock kernels.
 * @throws BackendUnavailable if its package is not installed, or it does not start.
 */
export async function startCpu(stock: boolean, changes: Changes): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu').catch(
    onMissing('cpu', '@tensorflow/tfjs-backend-cpu'),
  );
  if (!(await tf.setBackend('cpu')))
    throw new BackendUnavailable('cpu', 'TensorFlow.js does not start it');
  if (!stock) replaceKernel(changes, 'startCpu', tf.BatchMatMul, 'cpu', repeatingMatMul);
  // In Node it prints an advertisement for tfjs-node when it is first used.
  (tf.backend() as tf.KernelBackend & { firstUse: boolean }).firstUse = false;
}
