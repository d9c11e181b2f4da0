import * as tf from '@tensorflow/tfjs-core';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';

/** What TensorFlow.js can compute with in a browser. */
export type BrowserBackend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/**
 * Starts TensorFlow.js. Plain JavaScript, unless another is named: nothing to fetch, and for a few hundred points of three
 * numbers no slower than another.
 *
 * @throws Error if this browser does not have that backend; the one before it goes on then.
 */
export async function startBackend(name: BrowserBackend = 'cpu'): Promise<void> {
  const before = tf.engine().backendName as string | undefined;
  try {
    await load(name);
    if (await tf.setBackend(name)) return;
  } catch (error) {
    if (before !== undefined) await tf.setBackend(before);
    throw new Error(`${name} does not start in this browser`, { cause: error });
  }
  if (before !== undefined) await tf.setBackend(before);
  throw new Error(`${name} does not start in this browser`);
}

async function load(name: BrowserBackend): Promise<void> {
  switch (name) {
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return;
    case 'wasm': {
      const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
      setWasmPaths({
        'tfjs-backend-wasm.wasm': plain,
        'tfjs-backend-wasm-simd.wasm': simd,
        'tfjs-backend-wasm-threaded-simd.wasm': threaded,
      });
      return;
    }
    case 'webgl':
      await import('@tensorflow/tfjs-backend-webgl');
      return;
    case 'webgpu':
      await import('@tensorflow/tfjs-backend-webgpu');
      return;
  }
}
