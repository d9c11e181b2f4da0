import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Backend, type BackendName, BackendUnavailable, startBackend } from '@halp/backend';
import { useSoftwareVulkan } from '@halp/testing';

/** The state that `startBackend` may change in its process, apart from kernels. */
function processNow(): object {
  const { navigator } = globalThis as { readonly navigator?: object };
  return {
    environment: { ...process.env },
    // `proto` is left by `google-protobuf`, which `@tensorflow/tfjs-node` loads.
    globals: Object.getOwnPropertyNames(globalThis).filter((name) => name !== 'proto'),
    gpu: navigator && Object.getOwnPropertyDescriptor(navigator, 'gpu'),
    current: tf.getBackend(),
  };
}

/** The kernels of a backend, by name. */
function kernelsOf(name: BackendName): ReadonlyMap<string, tf.KernelConfig> {
  return new Map(tf.getKernelsForBackend(name).map((kernel) => [kernel.kernelName, kernel]));
}

/** The names of the kernels that this package has replaced or added. */
function ours(name: BackendName): string[] {
  return [...kernelsOf(name)]
    .filter(([kernelName, kernel]) => kernelName.startsWith('Halp') || 'stock' in kernel)
    .map(([kernelName]) => kernelName);
}

/** Starts a backend, or skips the test if this machine cannot. */
async function start(
  context: TestContext,
  options: Parameters<typeof startBackend>[0],
): Promise<Backend> {
  try {
    return await startBackend(options);
  } catch (error) {
    if (error instanceof BackendUnavailable) context.skip(error.reason);
    throw error;
  }
}

function product(): number[] {
  return tf.tidy(() => [...tf.matMul([[1, 2]], [[3], [4]]).dataSync()]);
}

beforeAll(async () => {
  useSoftwareVulkan();
  // A program that used TensorFlow.js before.
  await import('@tensorflow/tfjs');
  await tf.setBackend('cpu');
});

describe.each(['cpu', 'wasm', 'tensorflow', 'webgpu'] as const)('a backend %s', (prefer) => {
  it('with stock kernels has only those of TensorFlow.js, and restores the process when stopped', async (context) => {
    const before = processNow();
    const backend = await start(context, {
      ...{ prefer, kernels: 'stock' },
      ...(prefer === 'tensorflow' ? { threads: 1, device: '' } : {}),
    });
    expect(tf.getBackend()).toBe(prefer);
    expect(ours(prefer)).toEqual([]);
    if (prefer !== 'cpu') expect(processNow()).not.toEqual(before);
    if (prefer === 'tensorflow') expect(process.env['TF_NUM_INTRAOP_THREADS']).toBe('1');
    expect(backend.withoutKernels).toBe(
      prefer === 'tensorflow' ? "kernels: 'stock' leaves them out" : undefined,
    );
    expect(product()).toEqual([11]);
    await backend.stop();
    expect(processNow()).toEqual(before);
  });

  it('with fast kernels replaces some, and restores every original kernel when stopped', async (context) => {
    // The kernels of TensorFlow.js stay loaded.
    await (await start(context, { prefer, kernels: 'stock' })).stop();
    const [before, stock] = [processNow(), kernelsOf(prefer)];
    const backend = await startBackend({ prefer });
    expect(ours(prefer)).toContain('BatchMatMul');
    expect(product()).toEqual([11]);
    await backend.stop();
    const after = kernelsOf(prefer);
    expect([...after.keys()].sort()).toEqual([...stock.keys()].sort());
    for (const [name, kernel] of stock) expect(after.get(name), name).toBe(kernel);
    expect(processNow()).toEqual(before);
    await backend.stop();
    expect(processNow()).toEqual(before);
    expect(product()).toEqual([11]);
  });

  it('restarts after a stop, with its kernels', async (context) => {
    await (await start(context, { prefer })).stop();
    const backend = await startBackend({ prefer });
    expect(ours(prefer)).toContain('BatchMatMul');
    expect(tf.getBackend()).toBe(prefer);
    expect(product()).toEqual([11]);
    await backend.stop();
  });

  it('keeps the changes of another call when stopped', async (context) => {
    const first = await start(context, { prefer });
    const second = await startBackend({ prefer });
    await second.stop();
    expect(ours(prefer)).toContain('BatchMatMul');
    expect(product()).toEqual([11]);
    await first.stop();
    expect(ours(prefer)).toEqual([]);
  });
});

describe('startBackend', () => {
  it('changes the environment of tensorflow while it runs, and remembers the values at loading', async (context) => {
    const before = processNow();
    const backend = await start(context, { prefer: 'tensorflow' });
    await backend.stop();
    expect(processNow()).toEqual(before);
    await expect(startBackend({ prefer: 'tensorflow', threads: 3 })).rejects.toThrow(
      'it was started with 1 as its number of threads; 3 would need a new process',
    );
  });

  it('changes neither the current backend nor a kernel if it fails', async () => {
    const before = processNow();
    await expect(startBackend({ prefer: 'webgl' })).rejects.toThrow('it needs a browser');
    await expect(startBackend({ prefer: 'cpu', precision: 'bfloat16' })).rejects.toThrow(
      'bfloat16 is supported only on tensorflow',
    );
    expect(processNow()).toEqual(before);
    expect(ours('cpu')).toEqual([]);
  });

  it('rejects other kernels than fast and stock', async () => {
    await expect(startBackend({ prefer: 'cpu', kernels: 'own' as 'fast' })).rejects.toThrow(
      "startBackend: expected kernels among fast, stock, got 'own'",
    );
  });
});
