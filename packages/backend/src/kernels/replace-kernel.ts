import * as tf from '@tensorflow/tfjs-core';
import type { Changes } from '../changes/changes.ts';

/** A registered kernel with a reference to the kernel that it replaces. */
export interface ReplacedKernel extends tf.KernelConfig {
  readonly stock: tf.KernelConfig;
}

/** The arguments of a kernel. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** The replacement of a kernel; may pass a call on to the stock kernel. */
export type Replacement = (given: KernelCall, stock: tf.KernelFunc) => ReturnType<tf.KernelFunc>;

/**
 * Replaces a backend's stock kernel, once.
 *
 * @param caller - The function named in the error.
 * @returns The stock kernel.
 * @throws Error if the kernel is not registered.
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

/** Registers a kernel under a name that TensorFlow.js does not use, unless it is registered already. */
export function addKernel(changes: Changes, kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined) return;
  tf.registerKernel(kernel);
  changes.add(() => void unregister(kernel));
}

/** Unregisters a kernel; returns whether it was registered. */
function unregister(kernel: tf.KernelConfig): boolean {
  const { kernelName, backendName } = kernel;
  const isRegistered = tf.getKernel(kernelName, backendName) === kernel;
  if (isRegistered) tf.unregisterKernel(kernelName, backendName);
  return isRegistered;
}
