import { chooseBackend, type Backend, type BackendOptions } from './choose.ts';
import { BACKENDS, type BackendName } from './names/names.ts';
import { startCpu, startWasm } from './portable.ts';
import { startTensorflow } from './tensorflow/prepare.ts';
import { BackendUnavailable } from './names/unavailable.ts';
import { openDawn } from './webgpu/dawn-device.ts';
import { startWebGpu } from './webgpu/prepare.ts';

/**
 * The backend that all tensor work of this process runs on from now, the fastest that starts:
 * `tensorflow`, then `webgpu` where there is a graphics processor, then `wasm`, then `cpu`; in a browser `webgpu`, `webgl`,
 * `wasm`, `cpu`.
 *
 * It also makes gradients available, which `@tensorflow/tfjs-core` alone does not have, and on
 * `tensorflow` registers the faster matrix products of `registerMatMulKernel`. Results are the same on every
 * backend within float32 rounding. May be called again, with another `prefer` too: tensors move along.
 *
 * Which one: `prefer` if given, else the environment variable `HALP_BACKEND` if set and not `auto`, else the
 * first that starts. One that is asked for is started or the call fails; there is no fallback from it.
 *
 * With `precision: 'bfloat16'` the kernels of this package for a GRU multiply rounded factors: on processors with `amx_bf16`,
 * and on AMD's with `avx512_bf16`, by their own instructions, elsewhere as float32, which is no faster and the same
 * arithmetic. It is for `tensorflow` alone.
 *
 * @throws BackendUnavailable if the backend that was asked for cannot start, or does not have the precision.
 * @throws RangeError if `prefer` or `HALP_BACKEND` is not the name of a backend, or `threads` is not a whole number from 1.
 *
 * @example
 * ```ts
 * const { name, passedOver } = await startBackend();
 * for (const other of passedOver) console.error(`not ${other.name}: ${other.reason}`);
 * ```
 */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  return chooseBackend(
    {
      backends: BACKENDS,
      asked: () => process.env['HALP_BACKEND'],
      askedPrecision: () => process.env['HALP_PRECISION'],
      start,
    },
    options,
  );
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
      await startWebGpu(
        async () => {
          const opened = await openDawn({ device, software: byName });
          await bringGradients();
          return opened;
        },
        device,
        byName,
      );
      return {};
    case 'webgl':
      throw new BackendUnavailable('webgl', 'it is for browsers; take webgpu');
    case 'wasm':
      await bringGradients();
      await startWasm();
      return {};
    case 'cpu':
      await bringGradients();
      await startCpu();
      return {};
  }
}

/** The gradients and the backend `cpu`. Imported here, not above: whoever takes `tensorflow` does not pay for it. */
async function bringGradients(): Promise<void> {
  await import('@tensorflow/tfjs');
}

function deviceOf(env: NodeJS.ProcessEnv): string | undefined {
  const device = env['HALP_DEVICE'] ?? '';
  return device === '' ? undefined : device;
}
