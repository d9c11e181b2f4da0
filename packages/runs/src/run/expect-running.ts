import * as tf from '@tensorflow/tfjs-core';

/**
 * Throws if no backend of TensorFlow.js is registered, whose own error does not say what to do.
 *
 * @throws Error with the function that starts one.
 */
export function expectRunning(caller: string): void {
  if (Object.keys(tf.engine().registryFactory).length > 0) return;
  throw new Error(
    `${caller}: expected a backend of TensorFlow.js, got none; call startBackend of @halp/backend first`,
  );
}
