import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { locateNative, type NativePackage, prepareNative, startupAddon } from '@halp/tfjs-native';
import type { Changes } from '../changes/changes.ts';
import { setVariable } from '../changes/environment.ts';
import { BackendUnavailable } from '../names/unavailable.ts';
import { registerBatchNormKernel } from './batch-norm-kernel.ts';
import { replaceMatMul } from './matmul-kernel.ts';
import { registerNativeKernels } from './native-kernels.ts';

const INSTALL = 'npx @halp/tfjs-native install';

/** Options for starting TensorFlow's library. */
export interface TensorflowStart {
  /** The threads that one operation may use. Default: the number of cores. */
  readonly threads?: number | undefined;
  /** The GPU that the library sees, as in `CUDA_VISIBLE_DEVICES`. Default: all. */
  readonly device?: string | undefined;
  /** Whether to keep the stock kernels and add none. */
  readonly stock: boolean;
}

/**
 * Starts TensorFlow's library through `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`.
 *
 * If neither has its binding, it fails before loading anything.
 *
 * @returns Why it runs without the kernels of this package, or undefined if it has them.
 * @throws BackendUnavailable if it cannot start, or was started with another number of threads.
 */
export async function startTensorflow(
  { threads, device, stock }: TensorflowStart,
  changes: Changes,
): Promise<string | undefined> {
  const isLoaded = tf.findBackendFactory('tensorflow') !== null;
  if (isLoaded) {
    requireThreads(threads);
    requireDevice(device);
  } else {
    const found = installed();
    if (threads !== undefined) setVariable(changes, THREADS, String(threads));
    if (device !== undefined) setVariable(changes, DEVICE, device);
    load(found, changes);
  }
  if (!(await tf.setBackend('tensorflow'))) {
    throw new BackendUnavailable('tensorflow', 'its binding loads but does not start');
  }
  if (!isLoaded) (tf.backend() as LoadedBackend).halpLoaded = settingsNow();
  if (stock) return "kernels: 'stock' leaves them out";
  replaceMatMul(changes);
  registerBatchNormKernel(changes);
  return registerNativeKernels(changes);
}

const THREADS = 'TF_NUM_INTRAOP_THREADS';
const DEVICE = 'CUDA_VISIBLE_DEVICES';

/** The environment variables that the library reads once, when it is loaded. */
interface LoadSettings {
  readonly threads: number;
  readonly device: string | undefined;
}

/** The backend, once this package has loaded it. */
interface LoadedBackend extends tf.KernelBackend {
  halpLoaded?: LoadSettings;
}

/** The values with which the library was loaded; the current values if this package has not loaded it. */
function loadSettings(): LoadSettings {
  const backend = tf.findBackend('tensorflow') as LoadedBackend | null;
  return backend?.halpLoaded ?? settingsNow();
}

function settingsNow(): LoadSettings {
  const set = Number(process.env[THREADS]);
  const threads = Number.isInteger(set) && set > 0 ? set : availableParallelism();
  return { threads, device: process.env[DEVICE] };
}

/** The number of threads was read when the library was loaded. */
function requireThreads(threads: number | undefined): void {
  if (threads === undefined || threads === tensorflowThreads()) return;
  const reason = `it was started with ${tensorflowThreads()} as its number of threads; ${threads} would need a new process`;
  throw new BackendUnavailable('tensorflow', reason);
}

/** The number of the GPU was read at the same time. */
function requireDevice(device: string | undefined): void {
  const present = loadSettings().device;
  if (device === undefined || device === present) return;
  const reason = `it was started with ${DEVICE}=${present ?? ''}; device ${device} would need a new process`;
  throw new BackendUnavailable('tensorflow', reason);
}

/** The threads that one operation of TensorFlow's library may use, from 1. */
export function tensorflowThreads(): number {
  return loadSettings().threads;
}

function installed(): NativePackage {
  if (process.env['HALP_NATIVE'] === 'off') {
    throw new BackendUnavailable('tensorflow', 'it is turned off by HALP_NATIVE=off');
  }
  const folders = [dirname(fileURLToPath(import.meta.url)), process.cwd()];
  const all = folders.map(locateNative).filter((each) => each !== undefined);
  const found = all.find(({ bound }) => bound) ?? all[0];
  if (found === undefined) {
    throw new BackendUnavailable(
      'tensorflow',
      `@tensorflow/tfjs-node-gpu is not installed; run: ${INSTALL}`,
    );
  }
  if (!found.bound) {
    throw new BackendUnavailable('tensorflow', `${found.name} has no binding; run: ${INSTALL}`);
  }
  return found;
}

function load(found: NativePackage, changes: Changes): void {
  // Otherwise it reports every large allocation on standard error, and takes the whole memory of a GPU.
  const quiet = { TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true' };
  for (const [name, value] of Object.entries(quiet)) {
    if (process.env[name] === undefined) setVariable(changes, name, value);
  }
  prepareNative(found);
  try {
    quietly(found, () => createRequire(import.meta.url)(found.folder) as unknown);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = `${found.name} does not load (${message}); run: ${INSTALL}`;
    throw new BackendUnavailable('tensorflow', reason, { cause: error });
  }
}

/** Runs `work`; its standard error is passed on without the greeting of TensorFlow's library. */
function quietly(found: NativePackage, work: () => void): void {
  const addon = startupAddon(found);
  if (!existsSync(addon)) {
    work();
    return;
  }
  const stderr = createRequire(import.meta.url)(addon) as { begin(): void; end(): string };
  stderr.begin();
  try {
    work();
  } finally {
    letThrough(stderr.end());
  }
}

function letThrough(said: string): void {
  // `I` starts a message of level INFO; the library prints it before it reads its log level.
  const heard = said
    .split('\n')
    .filter((line) => !/^(I\d{4} |WARNING: All log messages before absl)/.test(line));
  if (heard.some((line) => line !== '')) process.stderr.write(heard.join('\n'));
}
