import type { Changes } from './changes/changes.ts';
import { type Backend, type BackendOptions, chooseBackend } from './choose.ts';
import { startCpu } from './cpu.ts';
import { registerGradients } from './gradients.ts';
import { type BackendName, BACKENDS } from './names/names.ts';
import { BackendUnavailable } from './names/unavailable.ts';
import { startTensorflow } from './tensorflow/prepare.ts';
import { startWasm } from './wasm/start.ts';
import { openDawn } from './webgpu/dawn-device.ts';
import type { WebGpuDevice } from './webgpu/device.ts';
import { startWebGpu } from './webgpu/prepare.ts';

/**
 * Starts the backend for all tensor work of this process, the fastest that starts:
 * `tensorflow`, then `webgpu` if there is a GPU, then `wasm`, then `cpu`; in a browser `webgpu`, `webgl`,
 * `wasm`, `cpu`.
 *
 * The choice: `prefer` if given, otherwise the environment variable `HALP_BACKEND` if set and not `auto`, otherwise the
 * first that starts. A backend chosen by name is started, or the call fails: there is no fallback. Results are the
 * same on every backend within float32 rounding. It may be called again, also with another `prefer`: tensors are moved.
 *
 * It changes the whole process, including other code that uses TensorFlow.js, until {@link Backend.stop}:
 *
 * - it makes the backend the current one, and registers the gradients, which `@tensorflow/tfjs-core` alone
 *   lacks;
 * - it replaces kernels: `tf.matMul` on every backend, by a faster or corrected one; `tf.unstack` on `wasm`; kernels
 *   on `webgpu` that are wrong or imprecise. It also adds kernels for the functions of `@halp/nn`. With
 *   `kernels: 'stock'` it does neither;
 * - on `tensorflow` it sets in `process.env`, before the library is loaded, `TF_CPP_MIN_LOG_LEVEL` and
 *   `TF_FORCE_GPU_ALLOW_GROWTH` if they are unset, `TF_NUM_INTRAOP_THREADS` for `threads`, and `CUDA_VISIBLE_DEVICES` for
 *   `device`;
 * - on `webgpu` in Node it defines `navigator.gpu` and the classes of WebGPU (`GPUBufferUsage` and others) globally.
 *
 * With `precision: 'bfloat16'` this package's GRU kernels multiply rounded factors: on processors with `amx_bf16`,
 * and on AMD's with `avx512_bf16`, by these instructions; on others in float32, which is the same arithmetic and no
 * faster. Only on `tensorflow`.
 *
 * @throws BackendUnavailable if the chosen backend cannot start or does not support the precision; kernels,
 * environment and globals are then as before.
 * @throws RangeError if `prefer` or `HALP_BACKEND` is not the name of a backend, or `threads` is not a whole number from 1.
 *
 * @example
 * ```ts
 * const { name, skipped, stop } = await startBackend();
 * for (const other of skipped) console.error(`not ${other.name}: ${other.reason}`);
 * // ... all tensor work ...
 * await stop();
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
  { threads, device = deviceOf(process.env), kernels }: BackendOptions,
  byName: boolean,
  changes: Changes,
): Promise<Pick<Backend, 'withoutKernels'>> {
  const stock = kernels === 'stock';
  switch (name) {
    case 'tensorflow': {
      const withoutKernels = await startTensorflow({ threads, device, stock }, changes);
      return withoutKernels === undefined ? {} : { withoutKernels };
    }
    case 'webgpu': {
      const open = async (): Promise<WebGpuDevice> => {
        const opened = await openDawn({ device, software: byName }, changes);
        await registerGradients();
        return opened;
      };
      await startWebGpu({ open, device, byName, stock }, changes);
      return {};
    }
    case 'webgl':
      throw new BackendUnavailable('webgl', 'it needs a browser; use webgpu');
    case 'wasm':
      await registerGradients();
      await startWasm(stock, changes);
      return {};
    case 'cpu':
      await registerGradients();
      await startCpu(stock, changes);
      return {};
  }
}

function deviceOf(env: NodeJS.ProcessEnv): string | undefined {
  const device = env['HALP_DEVICE'] ?? '';
  return device === '' ? undefined : device;
}
