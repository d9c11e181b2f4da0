import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  BackendUnavailable,
  bfloat16Instructions,
  currentPrecision,
  isPrecision,
  startBackend,
} from '@halp/backend';
import { onBackend } from '@halp/testing';
import { draw, halfOf, runKernel, tensorsOf } from '../tensorflow/gru-cases.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the precision of a backend', () => {
  it('is float32 by default', async () => {
    expect(await startBackend({ prefer: 'wasm' })).toMatchObject({ precision: 'float32' });
    expect(currentPrecision()).toBe('float32');
  });

  it.each(['wasm', 'cpu'] as const)(
    'is rejected on %s, which supports only float32',
    async (prefer) => {
      await expect(startBackend({ prefer, precision: 'bfloat16' })).rejects.toThrow(
        new BackendUnavailable(prefer, 'bfloat16 is supported only on tensorflow'),
      );
    },
  );

  it('accepts two names, as an option and in the environment', async () => {
    const wrong = { prefer: 'wasm', precision: 'float16' as 'float32' } as const;
    await expect(startBackend(wrong)).rejects.toThrow(
      "startBackend: expected precision among float32, bfloat16, got 'float16'",
    );
    vi.stubEnv('HALP_PRECISION', 'bf16');
    await expect(startBackend({ prefer: 'wasm' })).rejects.toThrow(
      "startBackend: expected HALP_PRECISION among float32, bfloat16, got 'bf16'",
    );
    expect(['float32', 'bfloat16', 'float64'].map(isPrecision)).toEqual([true, true, false]);
  });

  onBackend('tensorflow', () => {
    it('sets the precision of the kernels for each call of startBackend', async (context) => {
      const instructions = bfloat16Instructions();
      if (instructions === undefined) context.skip('there are no kernels for tensorflow');
      expect(['float32', 'avx512_bf16', 'amx_bf16']).toContain(instructions);
      const states = (): number[] =>
        tf.tidy(() => {
          const shape = { T: 3, N: 2, F: 5, H: 4 };
          const weights = [2, 6].flatMap((seed) => tensorsOf(halfOf(shape, seed), shape));
          const x = tf.tensor(Float32Array.from(draw([3, 2, 5], 1)), [3, 2, 5]);
          const [y] = runKernel('HalpGruForward', [x, ...weights], {
            reversed: false,
            keep: false,
          });
          return [...(y as tf.Tensor).dataSync()];
        });
      const before = states();
      vi.stubEnv('HALP_PRECISION', 'bfloat16');
      expect(await startBackend({ prefer: 'tensorflow' })).toMatchObject({ precision: 'bfloat16' });
      expect(currentPrecision()).toBe('bfloat16');
      const rounded = states();
      const furthest = Math.max(...rounded.map((value, i) => Math.abs(value - (before[i] ?? 0))));
      expect(furthest).toBeGreaterThan(1e-5);
      expect(furthest).toBeLessThan(2e-2);
      await startBackend({ prefer: 'tensorflow', precision: 'float32' });
      expect(states()).toEqual(before);
    });
  });
});
