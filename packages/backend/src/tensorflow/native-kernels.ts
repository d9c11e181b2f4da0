import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { compileAddon, NativeError } from '@halp/tfjs-native';
import type { Changes } from '../changes/changes.ts';
import { addKernel } from '../kernels/replace-kernel.ts';
import { type Precision, precisionOf } from '../names/precision.ts';
import type { Attribute, TensorflowBackend } from './backend.ts';

/** The attribute `factors` of the operations of a GRU, for a precision; others name an instruction, for tests. */
const FACTORS: Readonly<Record<Precision, number>> = { float32: 0, bfloat16: 1 };

/** A kernel of TensorFlow.js that runs one operation of the add-on. */
interface NativeKernel {
  /** What it is called in TensorFlow.js and in the add-on. */
  readonly name: string;
  /** The attributes of the operation that are true or false, by the names that TensorFlow.js hands over. */
  readonly flags: readonly string[];
  /** Whether it multiplies with the precision of the backend. */
  readonly precise?: boolean;
  /** How many inputs there are of each kind, if that is an attribute: all but `rest`, in equal shares. */
  readonly lists?: { readonly kinds: number; readonly rest: number };
  /** The number of outputs for a number of inputs of each kind. */
  readonly outputs: (count: number) => number;
}

/** What the add-on exports. */
interface NativeAddon {
  /** What multiplies bfloat16 here: `amx_bf16`, `avx512_bf16` or `float32`. */
  readonly bfloat16: string;
}

/** The backend once the add-on is loaded. */
interface NativeBackend extends TensorflowBackend {
  halpBfloat16?: string;
}

/** What multiplies bfloat16 on the backend that runs now: `amx_bf16`, `avx512_bf16`, or `float32`; undefined without kernels. */
export function bfloat16Instructions(): string | undefined {
  return (tf.backend() as NativeBackend).halpBfloat16;
}

/** The kernels, under the names by which `@halp/nn` looks for them. */
const kernels: readonly NativeKernel[] = [
  { name: 'HalpGruForward', flags: ['reversed', 'keep'], precise: true, outputs: () => 2 },
  { name: 'HalpGruBackward', flags: ['reversed', 'last_only'], precise: true, outputs: () => 9 },
  { name: 'HalpEma', flags: [], lists: { kinds: 2, rest: 1 }, outputs: (count) => count },
  { name: 'HalpSgd', flags: [], lists: { kinds: 3, rest: 1 }, outputs: (count) => 2 * count },
];

/**
 * The path of the add-on that holds the kernels of this package, compiled for this processor if that has not been
 * done before, which takes about 5 s. `startBackend` does it by itself; to do it earlier is to choose when to wait.
 *
 * @param onProgress - called when there is something to wait for.
 * @throws NativeError of `@halp/tfjs-native` if TensorFlow's library is not kept, or it cannot be compiled.
 */
export function compileKernels(onProgress?: (message: string) => void): Promise<string> {
  return compileAddon(
    {
      name: 'halp-kernels',
      folder: join(packageFolder(), 'native'),
      sources: ['ops.cc'],
      include: ['absent'],
      flags: ['-O3', '-march=native', '-DNODE_GYP_MODULE_NAME=halp_kernels'],
    },
    onProgress === undefined ? {} : { onProgress: ({ message }) => onProgress(message) },
  );
}

/** The folder of this package, which holds the sources of the add-on. */
function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@halp/backend/package.json'));
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
export async function registerNativeKernels(changes: Changes): Promise<string | undefined> {
  if (process.env['HALP_KERNELS'] === 'off') return 'they are turned off by HALP_KERNELS=off';
  const backend = tf.backend() as TensorflowBackend;
  if (backend.isUsingGpuDevice === true) return 'they are for processors, and this is a GPU';
  if (tf.getKernel('HalpGruForward', 'tensorflow') !== undefined) return undefined;
  try {
    const addon = createRequire(import.meta.url)(await compileKernels()) as NativeAddon;
    (backend as NativeBackend).halpBfloat16 = addon.bfloat16;
  } catch (error) {
    if (error instanceof NativeError) return error.message;
    return `they do not load (${error instanceof Error ? error.message : String(error)})`;
  }
  for (const kernel of kernels) register(kernel, changes);
  return undefined;
}

function register(
  { name, flags, precise = false, lists, outputs }: NativeKernel,
  changes: Changes,
): void {
  addKernel(changes, {
    kernelName: name,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { binding } = backend as TensorflowBackend;
      const all = inputs as unknown as readonly tf.TensorInfo[];
      const count = lists === undefined ? 0 : (all.length - lists.rest) / lists.kinds;
      const attributes = flags.map<Attribute>((flag) => ({
        name: flag,
        type: binding.TF_ATTR_BOOL,
        value: attrs?.[flag] as unknown as boolean,
      }));
      const number = (name: string, value: number): Attribute => ({
        ...{ name, type: binding.TF_ATTR_INT, value },
      });
      const factors = attrs?.['factors'] ?? FACTORS[precisionOf(backend as tf.KernelBackend)];
      return (backend as TensorflowBackend).executeMultipleOutputs(
        name,
        [
          ...attributes,
          ...(precise ? [number('factors', factors as number)] : []),
          ...(lists === undefined ? [] : [number('N', count)]),
        ],
        all,
        outputs(count),
      );
    },
  });
}
