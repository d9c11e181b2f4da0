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
 * Starts TensorFlow.js. Plain JavaScript, unless another is named: nothing to fetch, and for a few hundred points of three
 * numbers no slower than another.
 *
 * @throws BackendUnavailable if this browser does not have that backend; the one before it goes on then.
 */
export async function startPageBackend(prefer: BackendName = 'cpu'): Promise<void> {
  await startBackend({ prefer, wasmFiles });
}
