import * as tf from '@tensorflow/tfjs-core';
import {
  expectInteger,
  expectOneOf,
  expectOptions,
  expectText,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Changes, createChanges } from './changes/changes.ts';
import { type BackendName, isBackendName } from './names/names.ts';
import { isPrecision, type Precision, PRECISIONS, setPrecision } from './names/precision.ts';
import { BackendUnavailable } from './names/unavailable.ts';

/** Options of `startBackend`. */
export interface BackendOptions {
  /**
   * The backend to start. Default: in Node the value of `HALP_BACKEND` if set, otherwise the fastest that starts.
   */
  readonly prefer?: BackendName | undefined;
  /**
   * The kernels in use: `fast` replaces kernels of TensorFlow.js and adds kernels of this package; `stock` leaves the
   * registered kernels of TensorFlow.js as they are. Default: `fast`.
   */
  readonly kernels?: 'fast' | 'stock' | undefined;
  /**
   * The threads that one operation on `tensorflow` may use, from 1. Default: the number of cores. Fixed once
   * its library is loaded. The other backends use one thread.
   */
  readonly threads?: number | undefined;
  /**
   * The GPU that this process uses: on `tensorflow` its number, as in `CUDA_VISIBLE_DEVICES`; on
   * `webgpu` a part of its adapter's name. Fixed once the backend is started. Default: the value of `HALP_DEVICE` if set,
   * otherwise the backend's choice. The other backends use no GPU; in a browser, the browser chooses.
   */
  readonly device?: string | undefined;
  /**
   * The number format of the factors in a GRU's products, on `tensorflow` with this package's kernels. Default: in Node
   * the value of `HALP_PRECISION` if set, otherwise `float32`.
   */
  readonly precision?: Precision | undefined;
  /**
   * In a browser: the address of the three `.wasm` files of `@tensorflow/tfjs-backend-wasm`: the URL of their folder, or
   * the URL of each, by its name or by a path that ends with it. Default: next to the page. Node takes them from the package.
   */
  readonly wasmFiles?: string | Readonly<Record<string, string>> | undefined;
}

/** A faster backend that was not started, and why. */
export interface SkippedBackend {
  /** The backend. */
  readonly name: BackendName;
  /** Why it did not start, in one line, with what to do if there is a remedy. */
  readonly reason: string;
}

/** The running backend. */
export interface Backend {
  /** Its name, as returned by `tf.getBackend()`. */
  readonly name: BackendName;
  /** The number format of the factors in a GRU's products. */
  readonly precision: Precision;
  /** The faster backends that were tried before it; empty if it was chosen by name. */
  readonly skipped: readonly SkippedBackend[];
  /** On `tensorflow`: why it runs without the faster kernels of this package; undefined if it has them. */
  readonly withoutKernels?: string;
  /**
   * Undoes the changes that the `startBackend` call which returned this object made in the process: replaced kernels are
   * the stock ones again, added kernels are gone, environment variables and `navigator.gpu` are as before, and TensorFlow.js
   * uses the backend that was current before, if there was one. A second call does nothing.
   *
   * Loaded parts stay loaded: the backend, its tensors, and the gradients. Only on `webgpu` are the backend, its device
   * and its tensors removed. Changes of other `startBackend` calls stay; each has its own `stop`.
   */
  readonly stop: () => Promise<void>;
}

/** A backend without its `stop`. */
export type BackendChoice = Omit<Backend, 'stop'>;

/** The backends of a platform and how to start them. */
export interface Platform {
  /** Its backends, in the order in which they are tried. */
  readonly backends: readonly BackendName[];
  /** The value of `HALP_BACKEND`, if there is an environment. */
  readonly asked: () => string | undefined;
  /** The value of `HALP_PRECISION`, if there is an environment. */
  readonly askedPrecision: () => string | undefined;
  /**
   * Starts a backend, or fails with `BackendUnavailable`.
   *
   * @param byName - Whether the backend was chosen by name.
   * @param changes - Receives the changes in the process.
   */
  readonly start: (
    name: BackendName,
    options: BackendOptions,
    byName: boolean,
    changes: Changes,
  ) => Promise<Pick<Backend, 'withoutKernels'>>;
}

const optionNames: OptionNames<BackendOptions> = {
  prefer: true,
  kernels: true,
  threads: true,
  device: true,
  precision: true,
  wasmFiles: true,
};

/** `startBackend` for a platform. */
export async function chooseBackend(
  { backends, asked, askedPrecision, start }: Platform,
  options: BackendOptions,
): Promise<Backend> {
  const {
    prefer,
    threads,
    device,
    kernels = 'fast',
  } = expectOptions('startBackend', options, optionNames);
  if (threads !== undefined) expectInteger('startBackend', 'threads', threads, 1);
  if (device !== undefined) expectText('startBackend', 'device to be a string', device);
  expectOneOf('startBackend', 'kernels', kernels, ['fast', 'stock']);
  const precision = precisionIn(options.precision, askedPrecision());
  const one = nameOf(prefer, asked(), backends);
  const before = currentName();
  const startOne = async (
    name: BackendName,
    byName: boolean,
  ): Promise<Omit<Backend, 'skipped'>> => {
    if (precision !== 'float32' && name !== 'tensorflow') {
      throw new BackendUnavailable(name, `${precision} is supported only on tensorflow`);
    }
    const changes = createChanges();
    try {
      const started = await start(name, options, byName, changes);
      if (precision !== 'float32' && started.withoutKernels !== undefined) {
        const reason = `it has no kernels for ${precision}: ${started.withoutKernels}`;
        throw new BackendUnavailable(name, reason);
      }
      setPrecision(precision, changes);
      return { name, precision, ...started, stop: () => stop(name, before, changes) };
    } catch (error) {
      changes.undo();
      throw error;
    }
  };
  try {
    if (one !== undefined) return { skipped: [], ...(await startOne(one, true)) };
    const skipped: SkippedBackend[] = [];
    for (const name of backends) {
      try {
        return { skipped, ...(await startOne(name, false)) };
      } catch (error) {
        if (!(error instanceof BackendUnavailable)) throw error;
        skipped.push({ name, reason: error.reason });
      }
    }
    const reasons = skipped.map((each) => `${each.name}: ${each.reason}`).join('; ');
    throw new BackendUnavailable('cpu', `no backend starts (${reasons})`);
  } catch (error) {
    if (before !== undefined) await tf.setBackend(before);
    throw error;
  }
}

/** The current backend of TensorFlow.js, if it has been initialised. */
function currentName(): string | undefined {
  const { backendName } = tf.engine() as { readonly backendName?: string | null };
  return backendName ?? undefined;
}

async function stop(
  name: BackendName,
  before: string | undefined,
  changes: Changes,
): Promise<void> {
  const current = currentName();
  changes.undo();
  const isOurs = current === name && before !== undefined && before !== name;
  if (isOurs && tf.findBackendFactory(before) !== null) await tf.setBackend(before);
}

function nameOf(
  prefer: BackendName | undefined,
  asked: string | undefined,
  backends: readonly BackendName[],
): BackendName | undefined {
  const [from, value] = prefer === undefined ? ['HALP_BACKEND', asked] : ['prefer', prefer];
  if (value === undefined || value === '' || (value === 'auto' && prefer === undefined))
    return undefined;
  if (isBackendName(value)) return value;
  throw new RangeError(
    `startBackend: expected ${from} among ${backends.join(', ')}, got ${gotText(value)}`,
  );
}

/** The backend argument. @throws TypeError unless it was returned by `startBackend`. */
export function expectBackend(caller: string, backend: BackendChoice): BackendChoice {
  const { name, skipped } = (backend ?? {}) as Partial<Backend>;
  if (typeof name === 'string' && Array.isArray(skipped)) return backend;
  throw new TypeError(
    `${caller}: expected a backend returned by startBackend, got ${gotText(backend)}`,
  );
}

function precisionIn(option: Precision | undefined, asked: string | undefined): Precision {
  const [from, value] = option === undefined ? ['HALP_PRECISION', asked] : ['precision', option];
  if (value === undefined || value === '') return 'float32';
  if (typeof value === 'string' && isPrecision(value)) return value;
  throw new RangeError(
    `startBackend: expected ${from} among ${PRECISIONS.join(', ')}, got ${gotText(value)}`,
  );
}
