import * as tf from '@tensorflow/tfjs-core';
import { type BackendChoice, expectBackend } from './choose.ts';
import type { BackendFacts } from './facts.ts';
import { measureMatMul } from './measure.ts';
import type { BackendName } from './names/names.ts';
import { importWasm } from './wasm/start.ts';
import { webGpuBackend } from './webgpu/prepare.ts';

/**
 * The facts about the running backend, including its measured speed (takes about half a second).
 *
 * @param backend - The backend returned by `startBackend`.
 */
export async function describeBackend(backend: BackendChoice): Promise<BackendFacts> {
  const { name, skipped } = expectBackend('describeBackend', backend);
  const threads = name === 'wasm' ? await wasmThreads() : 1;
  const { gflops } = await measureMatMul();
  return {
    backend: name,
    skipped,
    platform: (globalThis as unknown as { navigator: { userAgent: string } }).navigator.userAgent,
    tfjs: tf.version_core,
    device: deviceOf(name),
    threads,
    gflops,
    advice: skipped.map((other) => `${other.name} is faster: ${other.reason}`),
  };
}

async function wasmThreads(): Promise<number> {
  const { getThreadsCount } = await importWasm();
  return getThreadsCount();
}

function deviceOf(name: BackendName): string {
  switch (name) {
    case 'webgpu': {
      const { opened } = webGpuBackend();
      return `${opened.software ? 'CPU' : 'GPU'} (${opened.name})`;
    }
    case 'webgl':
      return 'GPU (or what the browser has in its place)';
    case 'tensorflow':
    case 'wasm':
    case 'cpu':
      return 'CPU';
  }
}
