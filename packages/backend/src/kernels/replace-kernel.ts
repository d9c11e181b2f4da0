import * as tf from '@tensorflow/tfjs-core';

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
  return present;
}
