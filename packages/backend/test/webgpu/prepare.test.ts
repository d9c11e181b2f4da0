import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { describeBackend, startBackend } from '@halp/backend';
import { bundled, expectClose, onBackend } from '@halp/testing';
import { webGpuBackend } from '../../src/webgpu/prepare.ts';

/** The output of a program in a separate process, in which webgpu runs on the CPU. */
async function inNewProcess(
  body: string,
): Promise<{ readonly said: string; readonly status: number | null }> {
  const source = async (path: string): Promise<string> =>
    JSON.stringify(pathToFileURL(await bundled(new URL(path, import.meta.url))).href);
  const script = `
    const { useSoftwareVulkan } = await import(${await source('../../../testing/src/software-vulkan.ts')});
    useSoftwareVulkan();
    const { startBackend } = await import(${await source('../../src/index.ts')});
    const tf = await import(${JSON.stringify(import.meta.resolve('@tensorflow/tfjs-core'))});
    const say = (error) => console.log(error.message);
    await startBackend({ prefer: 'webgpu' });
    ${body}`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  return { said: stdout.trim(), status };
}

describe('the webgpu backend', () => {
  onBackend('webgpu', () => {
    it('computes, with gradients', () => {
      expect(tf.getBackend()).toBe('webgpu');
      const gradient = tf.tidy(() => tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, -2])));
      expectClose(gradient, [2, -4], { absolute: 0 });
      gradient.dispose();
    });

    it('reads synchronously and asynchronously, interleaved', async () => {
      const [a, b] = tf.tidy(() => [tf.square(tf.range(0, 2000)), tf.neg(tf.range(0, 2000))]) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const later = a.data();
      expect(b.dataSync()[1999]).toBe(-1999);
      expect((await later)[1999]).toBe(1999 ** 2);
      tf.dispose([a, b]);
    });

    it('reads the numbers of every type', () => {
      tf.tidy(() => {
        const large = tf.range(0, 1200, 1, 'int32');
        expect([...tf.slice(tf.add(large, large), 3, 2).dataSync()]).toEqual([6, 8]);
        const even = tf.equal(tf.mod(large, tf.scalar(2, 'int32')), tf.scalar(0, 'int32'));
        expect([...tf.slice(even, 0, 3).dataSync()]).toEqual([1, 0, 1]);
      });
    });

    it('leaves setImmediate unchanged', () => {
      const before = globalThis.setImmediate;
      tf.tidy(() => tf.square(tf.range(0, 2000)).dataSync());
      expect(globalThis.setImmediate).toBe(before);
    });

    it('moves its tensors to another backend and back', async () => {
      const x = tf.tidy(() => tf.square(tf.range(0, 2000)));
      await startBackend({ prefer: 'cpu' });
      const y = tf.add(x, 1);
      await startBackend({ prefer: 'webgpu' });
      expect(tf.tidy(() => tf.sub(y, x).dataSync()[1999])).toBe(1);
      tf.dispose([x, y]);
    });

    it('names its device', async () => {
      const facts = await describeBackend({ name: 'webgpu', precision: 'float32', skipped: [] });
      expect(facts.device).toMatch(/^[CG]PU \(.+\)$/);
      expect(facts.gflops).toBeGreaterThan(0);
      expect(facts.advice).toHaveLength(facts.device.startsWith('CPU') ? 1 : 0);
    });

    it('is not started on another device in the same process', async () => {
      await expect(startBackend({ prefer: 'webgpu', device: 'another' })).rejects.toThrow(
        /it was started on .+; another would need a new process/,
      );
    });

    it('is not chosen automatically if it is software, even after it was started by name', async (context) => {
      if (!webGpuBackend().opened.software)
        context.skip('this processor has no need: there is a GPU');
      vi.stubEnv('HALP_BACKEND', '');
      vi.stubEnv('HALP_NATIVE', 'off');
      try {
        const { name, skipped } = await startBackend();
        const loaded = tf.findBackend('tensorflow') === null ? 'wasm' : 'tensorflow';
        expect(name).toBe(loaded);
        if (name === 'wasm')
          expect(skipped.map(({ reason }) => reason).join()).toContain('computes on the CPU');
      } finally {
        vi.unstubAllEnvs();
        await startBackend({ prefer: 'webgpu' });
      }
    });

    it('throws at the first device error, instead of reading zeros', async () => {
      const { said } = await inNewProcess(`
          const x = tf.ones([10]);
          tf.backend().device.createBuffer({ size: 2 ** 40, usage: 128 });
          try { tf.square(x).dataSync(); } catch (error) { say(error); }
          await x.data().catch(say);`);
      const [first, second] = said.split('\n');
      expect(first).toMatch(
        /^webgpu: an operation was refused \(Buffer size .*\) on .+: start a new process, and resume from the last checkpoint$/,
      );
      expect(second).toBe(first);
    });

    it('reports a lost device', async () => {
      const { said } = await inNewProcess(`
          const x = tf.square(tf.ones([2000]));
          tf.backend().device.destroy();
          await x.data().catch(say);`);
      expect(said).toMatch(/^webgpu: the device was lost \(destroyed: .*\) on .+: start a new/);
    });

    it('does not keep a program from exiting', async () => {
      const { said, status } = await inNewProcess(
        'console.log((await tf.square(tf.ones([2000])).data())[0]);',
      );
      expect([said, status]).toEqual(['1', 0]);
    });
  });
});
