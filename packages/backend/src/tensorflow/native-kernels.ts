import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { compileAddon, NativeError } from '@halp/tfjs-native';
import type { Changes } from '../changes/changes.ts';
import { addKernel } from '../kernels/replace-kernel.ts';
import { type Precision, precisionOf } from '../names/precision.ts';
import type { Attribute, TensorflowBackend } from './backend.ts';

/** The attribute `factors` of the GRU operations, by precision; other values name an instruction, for tests. */
const FACTORS: Readonly<Record<Precision, number>> = { float32: 0, bfloat16: 1 };

/** A TensorFlow.js kernel that runs one operation of the add-on. */
interface NativeKernel {
  /** Its name in TensorFlow.js and in the add-on. */
  readonly name: string;
  /** The boolean attributes of the operation, by their names in TensorFlow.js. */
  readonly flags: readonly string[];
  /** Whether it uses the precision of the backend. */
  readonly precise?: boolean;
  /** The number of inputs of each kind, if that is an attribute: all inputs but `rest`, divided by the kinds. */
  readonly lists?: { readonly kinds: number; readonly rest: number };
  /** The number of outputs for a number of inputs of each kind. */
  readonly outputs: (count: number) => number;
}

/** The exports of the add-on. */
interface NativeAddon {
  /** The instructions for bfloat16 products: `amx_bf16`, `avx512_bf16` or `float32`. */
  readonly bfloat16: string;
}

/** The backend with the loaded add-on. */
interface NativeBackend extends TensorflowBackend {
  halpBfloat16?: string;
}

/** The instructions for bfloat16 products on the running backend: `amx_bf16`, `avx512_bf16`, or `float32`; undefined without kernels. */
export function bfloat16Instructions(): string | undefined {
  return (tf.backend() as NativeBackend).halpBfloat16;
}

/** The kernels, under the names that `@halp/nn` uses. */
const kernels: readonly NativeKernel[] = [
  { name: 'HalpGruForward', flags: ['reversed', 'keep'], precise: true, outputs: () => 2 },
  { name: 'HalpGruBackward', flags: ['reversed', 'last_only'], precise: true, outputs: () => 9 },
  { name: 'HalpEma', flags: [], lists: { kinds: 2, rest: 1 }, outputs: (count) => count },
  { name: 'HalpSgd', flags: [], lists: { kinds: 3, rest: 1 }, outputs: (count) => 2 * count },
];

/**
 * The path of the add-on with the kernels of this package, compiled for this processor if that has not been
 * done before, which takes about 5 s. `startBackend` calls it too; call it earlier to choose the time of the wait.
 *
 * @param onProgress - Called if there is a wait.
 * @throws NativeError of `@halp/tfjs-native` if TensorFlow's library is not installed, or the add-on does not compile.
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

/** The folder of this package, which has the sources of the add-on. */
function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@halp/backend/package.json'));
}

/**
 * Registers this package's C++ kernels on the tensorflow backend: a whole GRU layer, forward and
 * backward, and the updates of SGD and of a momentum encoder.
 *
 * They are compiled for this processor at their first use (about 5 s), and kept with TensorFlow's library.
 * The library's allocator is configured to keep freed memory. `HALP_KERNELS=off` disables all of this. On a GPU nothing is
 * registered. Registering again has no effect.
 *
 * @returns Why there are none, in one line, or undefined.
 */
export async function registerNativeKernels(changes: Changes): Promise<string | undefined> {
  if (process.env['HALP_KERNELS'] === 'off') return 'they are turned off by HALP_KERNELS=off';
  const backend = tf.backend() as TensorflowBackend;
  if (backend.isUsingGpuDevice === true) return 'they need a CPU, and this is a GPU';
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
