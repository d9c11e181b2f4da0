import { describe, expect, it } from 'vitest';
import { describeBackend, measureMatMul, startBackend } from '@halp/backend';
import { onEachBackend } from '@halp/testing';

describe('measureMatMul', () => {
  onEachBackend(() => {
    it('returns a plausible rate, and leaves no tensor', async () => {
      const { gflops, size } = await measureMatMul({ duration: 20 });
      expect(gflops).toBeGreaterThan(0.1);
      expect(gflops).toBeLessThan(1e5);
      expect([128, 256, 512, 1024, 2048]).toContain(size);
    });
  });
});

describe('describeBackend', () => {
  it('explains how to get the faster backend that did not start', async () => {
    await startBackend({ prefer: 'wasm' });
    const reason = '@tensorflow/tfjs-node has no binding; run: npx @halp/tfjs-native install';
    const facts = await describeBackend({
      name: 'wasm',
      precision: 'float32',
      skipped: [{ name: 'tensorflow', reason }],
    });
    expect(facts).toMatchObject({
      backend: 'wasm',
      threads: 1,
      node: process.version.slice(1),
      tfjs: '4.22.0',
    });
    expect(facts.tensorflow).toBeUndefined();
    expect(facts.device).toMatch(/^CPU \(.+\)$/);
    expect(facts.advice).toEqual([`tensorflow is faster: ${reason}`]);
  });

  it('advises another choice if tensorflow was not tried', async () => {
    const backend = await startBackend({ prefer: 'wasm' });
    expect((await describeBackend(backend)).advice).toEqual([
      'tensorflow is faster if it is installed: choose it by name, or choose none by prefer and HALP_BACKEND',
    ]);
  });

  onEachBackend((name) => {
    it('names the version of the library if there is one', async () => {
      const facts = await describeBackend({ name, precision: 'float32', skipped: [] });
      expect(facts.tensorflow).toEqual(
        name === 'tensorflow' ? expect.stringMatching(/^\d+\.\d+\.\d+/) : undefined,
      );
      expect(facts.gflops).toBeGreaterThan(0.1);
    });
  });
});
