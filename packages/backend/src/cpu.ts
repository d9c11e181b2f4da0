import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from './changes/changes.ts';
import { repeatingMatMul } from './kernels/batched-matmul.ts';
import { replaceKernel } from './kernels/replace-kernel.ts';
import { onMissing } from './names/missing-package.ts';
import { BackendUnavailable } from './names/unavailable.ts';

/**
 * Starts the backend in plain JavaScript, which runs everywhere.
 *
 * @param stock - whether the stock kernels stay.
 * @throws BackendUnavailable if its package is not installed, or it does not start all the same.
 */
export async function startCpu(stock: boolean, changes: Changes): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu').catch(
    onMissing('cpu', '@tensorflow/tfjs-backend-cpu'),
  );
  if (!(await tf.setBackend('cpu')))
    throw new BackendUnavailable('cpu', 'TensorFlow.js does not start it');
  if (!stock) replaceKernel(changes, 'startCpu', tf.BatchMatMul, 'cpu', repeatingMatMul);
  // It greets whoever uses it in Node with an advertisement for tfjs-node.
  (tf.backend() as tf.KernelBackend & { firstUse: boolean }).firstUse = false;
}
