import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { compileAddon, NativeError } from '@halp/tfjs-native';
import * as tf from '@tensorflow/tfjs-core';

/** The part of the tensorflow backend that runs an operation of TensorFlow by its name. */
interface TensorflowBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice?: boolean;
  readonly binding: { readonly TF_ATTR_BOOL: number; readonly TF_ATTR_INT: number };
  executeMultipleOutputs(
    name: string,
    attributes: readonly { name: string; type: number; value: boolean | number }[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.TensorInfo[];
}

/** A kernel of TensorFlow.js that runs one operation of the add-on. */
interface NativeKernel {
  /** What it is called in TensorFlow.js and in the add-on. */
  readonly name: string;
  /** The attributes of the operation that are true or false, by the names that TensorFlow.js hands over. */
  readonly flags: readonly string[];
  /** How many inputs there are of each kind, if that is an attribute: all but `rest`, in equal shares. */
  readonly lists?: { readonly kinds: number; readonly rest: number };
  /** The number of outputs for a number of inputs of each kind. */
  readonly outputs: (count: number) => number;
}

/** The kernels, under the names by which `@halp/nn` looks for them. */
const kernels: readonly NativeKernel[] = [
  { name: 'HalpGruForward', flags: ['reversed', 'keep'], outputs: () => 2 },
  { name: 'HalpGruBackward', flags: ['reversed', 'last_only'], outputs: () => 9 },
  { name: 'HalpEma', flags: [], lists: { kinds: 2, rest: 1 }, outputs: (count) => count },
  { name: 'HalpSgd', flags: [], lists: { kinds: 3, rest: 1 }, outputs: (count) => 2 * count },
];

/**
 * The path of the add-on that holds the kernels of this package, compiled for this processor if that has not been
 * done before, which takes about 5 s. `useBackend` does it by itself; to do it earlier is to choose when to wait.
 *
 * @param onProgress - called when there is something to wait for.
 * @throws NativeError of `@halp/tfjs-native` if TensorFlow's library is not kept, or it cannot be compiled.
 */
export function compileKernels(onProgress?: (message: string) => void): Promise<string> {
  return compileAddon(
    {
      name: 'halp-kernels',
      folder: fileURLToPath(new URL('../native', import.meta.url)),
      sources: ['ops.cc'],
      include: ['absent'],
      flags: ['-O3', '-march=native', '-DNODE_GYP_MODULE_NAME=halp_kernels'],
    },
    onProgress === undefined ? {} : { onProgress: ({ message }) => onProgress(message) },
  );
}

/**
 * Registers the kernels that this package has in C++ on the tensorflow backend: a whole GRU layer, forward and
 * backward, and the updates of SGD and of a momentum encoder.
 *
 * They are compiled for this processor when they are first asked for (about 5 s), and kept beside TensorFlow's library.
 * The library's allocator is told to keep freed memory. `HALP_KERNELS=off` leaves all that out. On a GPU nothing is
 * registered. Registering twice changes nothing.
 *
 * @returns why there are none, in one line, or undefined.
 */
export async function registerNativeKernels(): Promise<string | undefined> {
  if (process.env['HALP_KERNELS'] === 'off') return 'they are turned off by HALP_KERNELS=off';
  const backend = tf.backend() as TensorflowBackend;
  if (backend.isUsingGpuDevice === true) return 'they are for processors, and this is a GPU';
  if (tf.getKernel('HalpGruForward', 'tensorflow') !== undefined) return undefined;
  try {
    createRequire(import.meta.url)(await compileKernels());
  } catch (error) {
    if (error instanceof NativeError) return error.message;
    return `they do not load (${error instanceof Error ? error.message : String(error)})`;
  }
  for (const kernel of kernels) register(kernel);
  return undefined;
}

function register({ name, flags, lists, outputs }: NativeKernel): void {
  tf.registerKernel({
    kernelName: name,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { binding } = backend as TensorflowBackend;
      const all = inputs as unknown as readonly tf.TensorInfo[];
      const count = lists === undefined ? 0 : (all.length - lists.rest) / lists.kinds;
      const attributes = flags.map((flag) => ({
        name: flag,
        type: binding.TF_ATTR_BOOL,
        value: attrs?.[flag] as unknown as boolean,
      }));
      const number = { name: 'N', type: binding.TF_ATTR_INT, value: count };
      return (backend as TensorflowBackend).executeMultipleOutputs(
        name,
        lists === undefined ? attributes : [...attributes, number],
        all,
        outputs(count),
      );
    },
  });
}
