import * as tf from '@tensorflow/tfjs-core';

/**
 * Starts TensorFlow.js in plain JavaScript: nothing to fetch, and for a few hundred points of three numbers no slower
 * than another.
 */
export async function startBackend(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
}
