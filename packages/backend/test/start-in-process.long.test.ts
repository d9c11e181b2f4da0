import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Backend } from '@halp/backend';
import { checkNative } from '@halp/tfjs-native';
import { inNewProcess } from './in-new-process.ts';

// Without TensorFlow's library there is nothing to test: these tests are skipped.
const native = (await checkNative()).ready;

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

  it('starts wasm, and computes on it, without printing', async () => {
    const { value, stderr } = await inNewProcess(
      `(await startBackend({ prefer: 'wasm' }), [...tf.square([3]).dataSync()])`,
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

  // As above: it needs TensorFlow.
  it.skipIf(!native)('starts tensorflow from any working directory', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'halp-backend-'));
    const { value } = await inNewProcess('await startBackend()', { HALP_BACKEND: '' }, elsewhere);
    await rm(elsewhere, { recursive: true });
    expect(value).toEqual({ name: 'tensorflow', precision: 'float32', skipped: [] });
  });

  // The number of threads is a setting of TensorFlow, without which there is nothing to set.
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
