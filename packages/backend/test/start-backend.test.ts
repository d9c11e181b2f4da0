import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BACKENDS, BackendUnavailable, isBackendName, startBackend } from '@halp/backend';
import { checkNative } from '@halp/tfjs-native';
import { inNewProcess } from './in-new-process.ts';

// Without TensorFlow's library there is nothing to test: these tests are skipped.
const native = (await checkNative()).ready;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('startBackend', () => {
  it.each(['wasm', 'cpu'] as const)('starts %s by name, with gradients', async (name) => {
    expect(await startBackend({ prefer: name })).toEqual({
      name,
      precision: 'float32',
      skipped: [],
      stop: expect.any(Function) as () => Promise<void>,
    });
    expect(tf.getBackend()).toBe(name);
    const gradient = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.mul(x, x)))(tf.tensor1d([1, -2]))
        .dataSync(),
    );
    expect([...gradient]).toEqual([2, -4]);
  });

  it.skipIf(!native)('starts tensorflow by default, and reports no skipped backend', async () => {
    vi.stubEnv('HALP_BACKEND', '');
    expect(await startBackend()).toEqual({
      name: 'tensorflow',
      precision: 'float32',
      skipped: [],
      stop: expect.any(Function) as () => Promise<void>,
    });
    expect(tf.getBackend()).toBe('tensorflow');
  });

  it('uses HALP_BACKEND if no backend is chosen by name', async () => {
    vi.stubEnv('HALP_BACKEND', 'cpu');
    expect((await startBackend()).name).toBe('cpu');
  });

  it('prefers the name in the options to HALP_BACKEND', async () => {
    vi.stubEnv('HALP_BACKEND', 'cpu');
    expect((await startBackend({ prefer: 'wasm' })).name).toBe('wasm');
  });

  it('treats HALP_BACKEND=auto as unset', async () => {
    vi.stubEnv('HALP_BACKEND', 'auto');
    vi.stubEnv('HALP_WEBGPU', 'off');
    expect((await startBackend()).name).toBe(native ? 'tensorflow' : 'wasm');
  });

  it('rejects an unknown name, and names its origin', async () => {
    vi.stubEnv('HALP_BACKEND', 'cuda');
    await expect(startBackend()).rejects.toThrow(
      new RangeError(
        "startBackend: expected HALP_BACKEND among tensorflow, webgpu, wasm, cpu, got 'cuda'",
      ),
    );
    await expect(startBackend({ prefer: 'auto' as 'cpu' })).rejects.toThrow(
      /expected prefer among .* got 'auto'/,
    );
  });

  it.each([0, -1, 1.5, NaN])('rejects %d threads', async (threads) => {
    await expect(startBackend({ prefer: 'wasm', threads })).rejects.toThrow(RangeError);
  });

  it('moves tensors between backends', async () => {
    await startBackend({ prefer: 'wasm' });
    const x = tf.tensor1d([1, 2, 3]);
    await startBackend({ prefer: 'cpu' });
    const sum = tf.tidy(() => tf.sum(x).dataSync()[0]);
    x.dispose();
    expect(sum).toBe(6);
  });
});

// The other backends in processes of their own are tested in the long lane.
it('startBackend in a separate process starts cpu, and computes on it, without printing', async () => {
  const { value, stderr } = await inNewProcess(
    "(await startBackend({ prefer: 'cpu' }), [...tf.square([3]).dataSync()])",
    {},
  );
  expect(value).toEqual([9]);
  expect(stderr).toBe('');
});

describe('BackendUnavailable', () => {
  it('carries the backend and the reason', () => {
    const error = new BackendUnavailable('wasm', 'no WebAssembly', { cause: 'x' });
    expect(error).toMatchObject({
      name: 'BackendUnavailable',
      backend: 'wasm',
      reason: 'no WebAssembly',
      cause: 'x',
    });
    expect(error.message).toBe('startBackend: wasm cannot start: no WebAssembly');
  });
});

describe('isBackendName', () => {
  it('is true for every backend and for nothing else', () => {
    expect([...BACKENDS, 'webgl'].map(isBackendName)).toEqual([true, true, true, true, true]);
    expect(['', 'webnn', 'TensorFlow'].map(isBackendName)).toEqual([false, false, false]);
  });
});
