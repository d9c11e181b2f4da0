import { BACKENDS, isBackendName, type BackendName } from './names.ts';
import { startCpu, startWasm } from './portable.ts';
import { startTensorflow } from './tensorflow.ts';
import { BackendUnavailable } from './unavailable.ts';
import { startWebGpu } from './webgpu.ts';

/** What `useBackend` may be told. */
export interface BackendOptions {
  /** The one backend to start. Without it `HALP_BACKEND` decides, and without that the fastest that starts. */
  readonly prefer?: BackendName | undefined;
  /**
   * How many threads one operation on `tensorflow` may use, from 1; by default as many as there are cores. Fixed once
   * its library is loaded. The other backends have one thread.
   */
  readonly threads?: number | undefined;
  /**
   * The one graphics processor that this process uses: on `tensorflow` its number, as in `CUDA_VISIBLE_DEVICES`; on
   * `webgpu` a part of its adapter's name. Fixed once the backend is started. Without it `HALP_DEVICE` decides, and
   * without that the backend. The other backends have none.
   */
  readonly device?: string | undefined;
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
  /** The faster ones that were tried before it; empty if it was asked for by name. */
  readonly passedOver: readonly PassedOver[];
  /** On `tensorflow`: why it runs without the faster kernels of this package; undefined if it has them. */
  readonly withoutKernels?: string;
}

/**
 * The backend that all tensor work of this process runs on from now, the fastest that starts:
 * `tensorflow`, then `webgpu` where there is a graphics processor, then `wasm`, then `cpu`.
 *
 * It also makes gradients available, which `@tensorflow/tfjs-core` alone does not have, and on
 * `tensorflow` registers the faster matrix products of `registerMatMulKernel`. Results are the same on every
 * backend within float32 rounding. May be called again, with another `prefer` too: tensors move along.
 *
 * Which one: `prefer` if given, else the environment variable `HALP_BACKEND` if set and not `auto`, else the
 * first that starts. One that is asked for is started or the call fails; there is no fallback from it.
 *
 * @throws BackendUnavailable if the backend that was asked for cannot start.
 * @throws RangeError if `prefer` or `HALP_BACKEND` is not the name of a backend, or `threads` is not a whole number from 1.
 *
 * @example
 * ```ts
 * const { name, passedOver } = await useBackend();
 * for (const other of passedOver) console.error(`not ${other.name}: ${other.reason}`);
 * ```
 */
export async function useBackend(options: BackendOptions = {}): Promise<Backend> {
  const { prefer, threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new RangeError(`useBackend: threads must be a whole number from 1, got ${threads}`);
  }
  const asked = askedFor(prefer);
  if (asked !== undefined) {
    return { name: asked, passedOver: [], ...(await start(asked, options, true)) };
  }
  const passedOver: PassedOver[] = [];
  for (const name of BACKENDS) {
    try {
      return { name, passedOver, ...(await start(name, options, false)) };
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      passedOver.push({ name, reason: error.reason });
    }
  }
  const reasons = passedOver.map((each) => `${each.name}: ${each.reason}`).join('; ');
  throw new BackendUnavailable('cpu', `no backend starts (${reasons})`);
}

function askedFor(prefer: BackendName | undefined): BackendName | undefined {
  const [from, value] =
    prefer === undefined ? ['HALP_BACKEND', process.env['HALP_BACKEND']] : ['prefer', prefer];
  if (value === undefined || value === '' || (value === 'auto' && prefer === undefined))
    return undefined;
  if (isBackendName(value)) return value;
  throw new RangeError(`useBackend: ${from} must be one of ${BACKENDS.join(', ')}, got '${value}'`);
}

async function start(
  name: BackendName,
  { threads, device = deviceOf(process.env) }: BackendOptions,
  byName: boolean,
): Promise<Pick<Backend, 'withoutKernels'>> {
  switch (name) {
    case 'tensorflow': {
      const withoutKernels = await startTensorflow(threads, device);
      return withoutKernels === undefined ? {} : { withoutKernels };
    }
    case 'webgpu':
      await startWebGpu({ device, software: byName });
      return {};
    case 'wasm':
      await startWasm();
      return {};
    case 'cpu':
      await startCpu();
      return {};
  }
}

function deviceOf(env: NodeJS.ProcessEnv): string | undefined {
  const device = env['HALP_DEVICE'] ?? '';
  return device === '' ? undefined : device;
}
