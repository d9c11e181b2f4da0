import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Backend,
  BACKENDS,
  BackendUnavailable,
  isBackendName,
  startBackend,
} from '@halp/backend';
import { bundled } from '@halp/testing';
import { checkNative } from '@halp/tfjs-native';

// Without TensorFlow's library there is nothing to test: these tests are skipped.
const native = (await checkNative()).ready;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The result of a separate process: the value of an expression over `startBackend`, its output, and its loaded modules. */
async function inNewProcess(
  expression: string,
  env: NodeJS.ProcessEnv,
  cwd = process.cwd(),
): Promise<{ value: unknown; stderr: string }> {
  const path = await bundled(new URL('../src/index.ts', import.meta.url));
  const source = pathToFileURL(path).href;
  const core = import.meta.resolve('@tensorflow/tfjs-core');
  const script = `
    import { readdirSync } from 'node:fs';
    import { createRequire } from 'node:module';
    const { startBackend } = await import(${JSON.stringify(source)});
    const tf = await import(${JSON.stringify(core)});
    const tasks = () => readdirSync('/proc/self/task').length;
    const loaded = () => Object.keys(createRequire(import.meta.url).cache);
    const value = await (async () => ${expression})().catch((error) => ({ error: error.name, message: error.message }));
    console.log(JSON.stringify(value));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  return { value: last === '' ? undefined : (JSON.parse(last) as unknown), stderr };
}

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

describe('startBackend in a separate process', () => {
  it('falls back to wasm if the others are turned off, and reports why', async () => {
    const { value, stderr } = await inNewProcess('await startBackend()', {
      HALP_NATIVE: 'off',
      HALP_WEBGPU: 'off',
      HALP_BACKEND: '',
    });
    expect(value).toEqual({
      name: 'wasm',
      precision: 'float32',
      skipped: [
        { name: 'tensorflow', reason: 'it is turned off by HALP_NATIVE=off' },
        { name: 'webgpu', reason: 'it is turned off by HALP_WEBGPU=off' },
      ],
    });
    expect(stderr).toBe('');
  });

  it.runIf(
    process.platform === 'linux' && !existsSync('/dev/dri') && !existsSync('/dev/nvidiactl'),
  )('skips webgpu without a graphics processor, and loads none of its modules', async () => {
    const { value, stderr } = await inNewProcess('[await startBackend(), loaded()]', {
      HALP_NATIVE: 'off',
      HALP_BACKEND: '',
    });
    const [backend, modules] = value as [Backend, string[]];
    expect(backend.skipped.at(-1)).toEqual({
      name: 'webgpu',
      reason: 'this machine shows no graphics processor',
    });
    expect(modules.filter((each) => /webgpu|dawn/.test(each))).toEqual([]);
    expect(stderr).toBe('');
  });

  it('names the packages to install if there is no backend', async () => {
    const hooks = `export const resolve = (name, context, next) => {
      if (!/^(@tensorflow.tfjs-backend-|webgpu$)/.test(name)) return next(name, context);
      throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
    }`;
    const nothing = `((await import('node:module')).register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))}), await startBackend())`;
    const { value } = await inNewProcess(nothing, {
      HALP_NATIVE: 'off',
      HALP_WEBGPU: 'off',
      HALP_BACKEND: '',
    });
    expect(value).toEqual({
      error: 'BackendUnavailable',
      message:
        'startBackend: cpu cannot start: no backend starts (tensorflow: it is turned off by HALP_NATIVE=off; webgpu: it is turned off by HALP_WEBGPU=off; ' +
        'wasm: the package @tensorflow/tfjs-backend-wasm is not installed; run: npm install @tensorflow/tfjs-backend-wasm; ' +
        'cpu: the package @tensorflow/tfjs-backend-cpu is not installed; run: npm install @tensorflow/tfjs-backend-cpu)',
    });
  });

  it('does not fall back from tensorflow if it was chosen by name', async () => {
    const { value } = await inNewProcess("await startBackend({ prefer: 'tensorflow' })", {
      HALP_NATIVE: 'off',
    });
    expect(value).toEqual({
      error: 'BackendUnavailable',
      message: 'startBackend: tensorflow cannot start: it is turned off by HALP_NATIVE=off',
    });
  });

  it('takes the device from HALP_DEVICE, for tensorflow as CUDA_VISIBLE_DEVICES, once', async (context) => {
    if (!native) context.skip('there is no tensorflow');
    const asked = (device: string): string =>
      `await startBackend({ prefer: 'tensorflow', device: '${device}' })`;
    const set = "await startBackend({ prefer: 'tensorflow' }), process.env.CUDA_VISIBLE_DEVICES";
    expect((await inNewProcess(`(${set})`, { HALP_DEVICE: '3' })).value).toBe('3');
    expect((await inNewProcess(`(${asked('1')}, ${asked('1')}, ${asked('2')})`, {})).value).toEqual(
      {
        error: 'BackendUnavailable',
        message:
          'startBackend: tensorflow cannot start: it was started with CUDA_VISIBLE_DEVICES=1; device 2 would need a new process',
      },
    );
  });

  it.each(['cpu', 'wasm'])('starts %s, and computes on it, without printing', async (name) => {
    const { value, stderr } = await inNewProcess(
      `(await startBackend({ prefer: '${name}' }), [...tf.square([3]).dataSync()])`,
      {},
    );
    expect(value).toEqual([9]);
    expect(stderr).toBe('');
  });

  it('loads no part of tensorflow for wasm', async () => {
    const { value } = await inNewProcess("(await startBackend({ prefer: 'wasm' }), loaded())", {});
    const modules = value as string[];
    expect(modules.some((each) => each.includes('tfjs-backend-wasm'))).toBe(true);
    expect(modules.filter((each) => each.includes('tfjs-node'))).toEqual([]);
  });

  // Without TensorFlow there is nothing to start; CI fails if it could have been installed.
  it.skipIf(!native)('starts tensorflow without output on standard error', async () => {
    const { value, stderr } = await inNewProcess(
      "await startBackend({ prefer: 'tensorflow' })",
      {},
    );
    expect(value).toEqual({ name: 'tensorflow', precision: 'float32', skipped: [] });
    expect(stderr).toBe('');
  });

  it.skipIf(!native)('starts tensorflow from any working directory', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'halp-backend-'));
    const { value } = await inNewProcess('await startBackend()', { HALP_BACKEND: '' }, elsewhere);
    await rm(elsewhere, { recursive: true });
    expect(value).toEqual({ name: 'tensorflow', precision: 'float32', skipped: [] });
  });

  // The number of threads is a setting of TensorFlow.
  it.skipIf(!native)('starts tensorflow with the requested number of threads, once', async () => {
    const asked = (threads: number): string =>
      `await startBackend({ prefer: 'tensorflow', threads: ${threads} })`;
    // The threads of the process: Node's, TensorFlow's, and the requested ones.
    const count = async (threads: number): Promise<number> =>
      (await inNewProcess(`(${asked(threads)}, tasks())`, {})).value as number;
    expect((await count(5)) - (await count(1))).toBe(4);
    const again = `(${asked(1)}, ${asked(2)})`;
    expect((await inNewProcess(again, {})).value).toEqual({
      error: 'BackendUnavailable',
      message:
        'startBackend: tensorflow cannot start: it was started with 1 as its number of threads; 2 would need a new process',
    });
  });
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
