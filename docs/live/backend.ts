import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { type BackendName, startBackend } from '@halp/backend';

const wasmFiles = {
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
};

/**
 * Starts a TensorFlow.js backend. Default: `cpu`, plain JavaScript, which needs no download and is not slower than the
 * others for a few hundred 3-D points.
 *
 * @throws BackendUnavailable if this browser does not have that backend. The previous backend stays active.
 */
export async function startPageBackend(prefer: BackendName = 'cpu'): Promise<void> {
  await startBackend({ prefer, wasmFiles });
}
