import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';

/** A registered kernel that knows the one in whose place it stands. */
export interface ReplacedKernel extends tf.KernelConfig {
  readonly stock: tf.KernelConfig;
}

/** What a kernel is called with. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** What stands in a kernel's place; may leave a call to the stock one. */
export type Replacement = (given: KernelCall, stock: tf.KernelFunc) => ReturnType<tf.KernelFunc>;

/**
 * Puts another kernel in the place of a backend's stock kernel, once.
 *
 * @param caller - who is named where the kernel is not registered.
 * @returns the stock kernel.
 * @throws Error if it is not.
 */
export function replaceKernel(
  changes: Changes,
  caller: string,
  name: string,
  backendName: string,
  replacement: Replacement,
): tf.KernelConfig {
  const present = tf.getKernel(name, backendName) as tf.KernelConfig | ReplacedKernel | undefined;
  if (present === undefined) {
    throw new Error(
      `${caller}: expected the ${backendName} backend to be loaded, got none; call startBackend first`,
    );
  }
  if ('stock' in present) return present.stock;
  const kernel: ReplacedKernel = {
    ...present,
    kernelFunc: (given) => replacement(given, present.kernelFunc),
    stock: present,
  };
  tf.unregisterKernel(name, backendName);
  tf.registerKernel(kernel);
  changes.add(() => {
    if (unregister(kernel)) tf.registerKernel(present);
  });
  return present;
}

/** Registers a kernel under a name that TensorFlow.js does not have, unless there is one. */
export function addKernel(changes: Changes, kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined) return;
  tf.registerKernel(kernel);
  changes.add(() => void unregister(kernel));
}

/** Whether a kernel was still registered; it is not from now on. */
function unregister(kernel: tf.KernelConfig): boolean {
  const { kernelName, backendName } = kernel;
  const isRegistered = tf.getKernel(kernelName, backendName) === kernel;
  if (isRegistered) tf.unregisterKernel(kernelName, backendName);
  return isRegistered;
}
