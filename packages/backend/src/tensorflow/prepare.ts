import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { locateNative, prepareNative, startupAddon, type NativePackage } from '@halp/tfjs-native';
import * as tf from '@tensorflow/tfjs-core';

import { registerBatchNormKernel } from './batch-norm-kernel.ts';
import { registerMatMulKernel } from './matmul-kernel.ts';
import { registerNativeKernels } from './native-kernels.ts';
import { BackendUnavailable } from '../names/unavailable.ts';

const INSTALL = 'npx @halp/tfjs-native install';

/**
 * Starts TensorFlow's own library through `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`.
 *
 * Where neither has its binding it fails at once, having loaded nothing.
 *
 * @param threads - how many threads one operation may use; by default as many as there are cores.
 * @param device - the graphics processor that the library sees, as in `CUDA_VISIBLE_DEVICES`; by default all.
 * @returns why it runs without the kernels of this package, or undefined if it has them.
 * @throws BackendUnavailable if it cannot start, or was started with another number of threads.
 */
export async function startTensorflow(
  threads: number | undefined,
  device?: string,
): Promise<string | undefined> {
  const loaded = tf.findBackendFactory('tensorflow') !== null;
  if (!loaded) {
    const found = installed();
    if (threads !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
    if (device !== undefined) process.env['CUDA_VISIBLE_DEVICES'] = device;
    load(found);
  } else {
    requireThreads(threads);
    requireDevice(device);
  }
  if (!(await tf.setBackend('tensorflow'))) {
    throw new BackendUnavailable('tensorflow', 'its binding loads but does not start');
  }
  registerMatMulKernel();
  registerBatchNormKernel();
  return registerNativeKernels();
}

/** The number of threads was read when the library was loaded. */
function requireThreads(threads: number | undefined): void {
  if (threads === undefined || threads === tensorflowThreads()) return;
  const reason = `it was started with ${tensorflowThreads()} as its number of threads; ${threads} would need a new process`;
  throw new BackendUnavailable('tensorflow', reason);
}

/** So was the number of the graphics processor. */
function requireDevice(device: string | undefined): void {
  const present = process.env['CUDA_VISIBLE_DEVICES'];
  if (device === undefined || device === present) return;
  const reason = `it was started with CUDA_VISIBLE_DEVICES=${present ?? ''}; device ${device} would need a new process`;
  throw new BackendUnavailable('tensorflow', reason);
}

/** How many threads one operation of TensorFlow's library may use, from 1. */
export function tensorflowThreads(): number {
  const set = Number(process.env['TF_NUM_INTRAOP_THREADS']);
  return Number.isInteger(set) && set > 0 ? set : availableParallelism();
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

function load(found: NativePackage): void {
  // Otherwise it reports every large allocation on standard error, and takes a graphics processor's whole memory.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  prepareNative(found);
  try {
    quietly(found, () => createRequire(import.meta.url)(found.folder) as unknown);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = `${found.name} does not load (${message}); run: ${INSTALL}`;
    throw new BackendUnavailable('tensorflow', reason, { cause: error });
  }
}

/** Runs `work`, and lets through what it says on standard error but for the greeting of TensorFlow's library. */
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
  // `I` begins a message that is for information only; the library says it before it reads its log level.
  const heard = said
    .split('\n')
    .filter((line) => !/^(I\d{4} |WARNING: All log messages before absl)/.test(line));
  if (heard.some((line) => line !== '')) process.stderr.write(heard.join('\n'));
}
