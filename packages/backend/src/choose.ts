import * as tf from '@tensorflow/tfjs-core';
import { expectInteger, expectOneOf, expectOptions, expectText, gotText } from '@halp/random/check';
import { type Changes, createChanges } from './changes/changes.ts';
import { type BackendName, isBackendName } from './names/names.ts';
import { isPrecision, type Precision, PRECISIONS, setPrecision } from './names/precision.ts';
import { BackendUnavailable } from './names/unavailable.ts';

/** Options of `startBackend`. */
export interface BackendOptions {
  /**
   * The one backend to start. Without it, in Node, `HALP_BACKEND` decides, and without that the fastest that starts.
   */
  readonly prefer?: BackendName | undefined;
  /**
   * Which kernels compute: `fast` replaces kernels of TensorFlow.js and adds kernels of this package; `stock` leaves the
   * registered kernels of TensorFlow.js as they are. Default: `fast`.
   */
  readonly kernels?: 'fast' | 'stock' | undefined;
  /**
   * How many threads one operation on `tensorflow` may use, from 1; by default as many as there are cores. Fixed once
   * its library is loaded. The other backends have one thread.
   */
  readonly threads?: number | undefined;
  /**
   * The one graphics processor that this process uses: on `tensorflow` its number, as in `CUDA_VISIBLE_DEVICES`; on
   * `webgpu` a part of its adapter's name. Fixed once the backend is started. Without it `HALP_DEVICE` decides, and
   * without that the backend. The other backends have none; in a browser it is the browser that chooses.
   */
  readonly device?: string | undefined;
  /**
   * What the factors of a GRU's products are kept as, on `tensorflow` with this package's kernels. Without it, in Node,
   * `HALP_PRECISION` decides, and without that `float32`.
   */
  readonly precision?: Precision | undefined;
  /**
   * In a browser: where the three `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served: the address of their folder, or
   * that of each by its name or by a path that ends with it. Default: beside the page. Node takes them from the package.
   */
  readonly wasmFiles?: string | Readonly<Record<string, string>> | undefined;
}

/** A faster backend that was not taken, and why. */
export interface PassedOver {
  /** The backend. */
  readonly name: BackendName;
  /** Why it did not start, in one line, with the way out where there is one. */
  readonly reason: string;
}

/** The backend that runs now. */
export interface Backend {
  /** Its name, as `tf.getBackend()` has it. */
  readonly name: BackendName;
  /** What the factors of a GRU's products are kept as. */
  readonly precision: Precision;
  /** The faster ones that were tried before it; empty if it was asked for by name. */
  readonly passedOver: readonly PassedOver[];
  /** On `tensorflow`: why it runs without the faster kernels of this package; undefined if it has them. */
  readonly withoutKernels?: string;
  /**
   * Undoes what the call of `startBackend` that returned this object has changed in the process: replaced kernels are
   * the stock ones again, added kernels are gone, environment variables and `navigator.gpu` are as before, and TensorFlow.js
   * computes on the backend that was current before, if there was one. A second call does nothing.
   *
   * What was loaded stays loaded: the backend, its tensors, and the gradients. Only on `webgpu` are the backend, its device
   * and its tensors gone. Changes of other calls of `startBackend` stay; each has a `stop` of its own.
   */
  readonly stop: () => Promise<void>;
}

/** A backend without its `stop`: what describes it. */
export type BackendChoice = Omit<Backend, 'stop'>;

/** What starts the backends of a platform. */
export interface Platform {
  /** Its backends, in the order in which they are tried. */
  readonly backends: readonly BackendName[];
  /** What `HALP_BACKEND` says, if there is such a thing. */
  readonly asked: () => string | undefined;
  /** What `HALP_PRECISION` says, if there is such a thing. */
  readonly askedPrecision: () => string | undefined;
  /**
   * Starts one, or fails with `BackendUnavailable`.
   *
   * @param byName - whether it was asked for, and is not the first that starts.
   * @param changes - gets what is changed in the process.
   */
  readonly start: (
    name: BackendName,
    options: BackendOptions,
    byName: boolean,
    changes: Changes,
  ) => Promise<Pick<Backend, 'withoutKernels'>>;
}

/** `startBackend` of a platform. */
export async function chooseBackend(
  { backends, asked, askedPrecision, start }: Platform,
  options: BackendOptions,
): Promise<Backend> {
  const { prefer, threads, device, kernels = 'fast' } = expectOptions('startBackend', options);
  if (threads !== undefined) expectInteger('startBackend', 'threads', threads, 1);
  if (device !== undefined) expectText('startBackend', 'device to be a text', device);
  expectOneOf('startBackend', 'kernels', kernels, ['fast', 'stock']);
  const precision = precisionIn(options.precision, askedPrecision());
  const one = nameOf(prefer, asked(), backends);
  const before = currentName();
  const startOne = async (
    name: BackendName,
    byName: boolean,
  ): Promise<Omit<Backend, 'passedOver'>> => {
    if (precision !== 'float32' && name !== 'tensorflow') {
      throw new BackendUnavailable(name, `${precision} is multiplied on tensorflow alone`);
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
    if (one !== undefined) return { passedOver: [], ...(await startOne(one, true)) };
    const passedOver: PassedOver[] = [];
    for (const name of backends) {
      try {
        return { passedOver, ...(await startOne(name, false)) };
      } catch (error) {
        if (!(error instanceof BackendUnavailable)) throw error;
        passedOver.push({ name, reason: error.reason });
      }
    }
    const reasons = passedOver.map((each) => `${each.name}: ${each.reason}`).join('; ');
    throw new BackendUnavailable('cpu', `no backend starts (${reasons})`);
  } catch (error) {
    if (before !== undefined) await tf.setBackend(before);
    throw error;
  }
}

/** The backend on which TensorFlow.js computes, if it has begun to. */
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

/** The backend that a caller gives. @throws TypeError if it is not what `startBackend` returned. */
export function expectBackend(caller: string, backend: BackendChoice): BackendChoice {
  const { name, passedOver } = (backend ?? {}) as Partial<Backend>;
  if (typeof name === 'string' && Array.isArray(passedOver)) return backend;
  throw new TypeError(`${caller}: expected what startBackend returned, got ${gotText(backend)}`);
}

function precisionIn(option: Precision | undefined, asked: string | undefined): Precision {
  const [from, value] = option === undefined ? ['HALP_PRECISION', asked] : ['precision', option];
  if (value === undefined || value === '') return 'float32';
  if (typeof value === 'string' && isPrecision(value)) return value;
  throw new RangeError(
    `startBackend: expected ${from} among ${PRECISIONS.join(', ')}, got ${gotText(value)}`,
  );
}
