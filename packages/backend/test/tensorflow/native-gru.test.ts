import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, type TestContext } from 'vitest';
import { expectGradientClose, onBackend } from '@halp/testing';
import {
  columns,
  expectedOf,
  GRU_CASES,
  type GruCase,
  type GruTrial,
  gruTrial,
  runKernel,
  tensorsOf,
} from './gru-cases.ts';

/** The attribute `factors`: the format of the factors. */
const FACTORS = { float32: 0, rounded: 2, avx512_bf16: 3, amx_bf16: 4, emulated: 5 } as const;

const word = new Uint32Array(1);
const number = new Float32Array(word.buffer);

/** The nearest number of bfloat16, ties to even. */
function toBfloat16(value: number): number {
  number[0] = value;
  const bits = word[0] ?? 0;
  word[0] = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return number[0];
}

/** Skips the test if the kernels are missing, or the processor lacks the instructions. */
function requireInstructions(context: TestContext, factors: keyof typeof FACTORS): void {
  if (tf.getKernel('HalpGruForward', 'tensorflow') === undefined)
    context.skip('there are no kernels for tensorflow');
  if (factors !== 'avx512_bf16' && factors !== 'amx_bf16') return;
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  if (!new RegExp(`\\b${factors}\\b`).test(flags)) context.skip(`this processor has no ${factors}`);
}

/** The outputs of the kernels: the states of both halves, then nine gradients. */
function passOf(
  { x, halves, upstream }: GruTrial,
  { T, N, F, H, reversed, lastOnly }: GruCase,
  factors: number,
): tf.Tensor[] {
  return tf.tidy(() => {
    const shape = { T, N, F, H };
    const input = tf.tensor(Float32Array.from(x), [T, N, F]);
    const weights = halves.map((half) => tensorsOf(half, shape));
    const flags = { reversed, factors };
    const [y, gates] = runKernel('HalpGruForward', [input, ...weights.flat()], {
      ...flags,
      keep: true,
    }) as [tf.Tensor, tf.Tensor];
    const arriving = tf.tensor(Float32Array.from(upstream), lastOnly ? [N, 2 * H] : [T, N, 2 * H]);
    const pairs = weights.flatMap((all) => all.slice(0, 2));
    const gradients = runKernel('HalpGruBackward', [arriving, input, y, gates, ...pairs], {
      ...flags,
      last_only: lastOnly,
    });
    return [columns(y, 0, shape), columns(y, 1, shape), ...gradients];
  });
}

/** The error of each number, relative to the largest expected number. */
function errorsOf(found: tf.Tensor, expected: Float64Array): number[] {
  const got = found.dataSync<'float32'>();
  expect(got).toHaveLength(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // A layer of one step has no gradient of its recurrent weights: all of them are 0.
  const scale = largest === 0 ? 1 : largest;
  return [...expected].map((value, i) => Math.abs((got[i] ?? NaN) - value) / scale);
}

/**
 * Checks that the numbers result from the same arithmetic in another order: nearly all are as close as float32 sums. A factor
 * between two bfloat16 numbers is rounded to the other one if a sum differs in its last bit, and a product with it
 * differs by up to 2^-8 of itself, which the gradients of its row share. Without rounding, hardly any would be so close.
 */
function expectSameRounding(errors: readonly number[]): void {
  const close = errors.filter((error) => error <= 3e-6);
  expect(close.length / errors.length).toBeGreaterThan(0.95);
  expect(Math.max(...errors)).toBeLessThan(3 * 2 ** -8);
}

describe('the GRU layer in C++', () => {
  onBackend('tensorflow', () => {
    it.each(GRU_CASES)('computes the formula in float32: %o', (given) => {
      const trial = gruTrial(given);
      const { states, gradients } = expectedOf(trial);
      tf.tidy(() => {
        // Sums of up to N·T = 105 and 3H = 111 terms in float32.
        const close = { relative: 3e-6, absolute: 1e-6 };
        const found = passOf(trial, given, FACTORS.float32);
        [...states, ...gradients].forEach((data, i) => {
          const tensor = found[i] as tf.Tensor;
          expectGradientClose(tensor, { shape: tensor.shape, data }, close);
        });
      });
    });

    describe.each(['rounded', 'emulated', 'avx512_bf16', 'amx_bf16'] as const)(
      'with factors in bfloat16, %s',
      (factors) => {
        it.for(GRU_CASES)('computes the formula with rounded factors: %o', (given, context) => {
          requireInstructions(context, factors);
          const trial = gruTrial(given, toBfloat16);
          const { states, gradients } = expectedOf(trial);
          tf.tidy(() => {
            const found = passOf(trial, given, FACTORS[factors]);
            const arrays = [...states, ...gradients];
            expectSameRounding(arrays.flatMap((data, i) => errorsOf(found[i] as tf.Tensor, data)));
          });
        });
      },
    );

    it('rejects factors of an unknown kind', (context) => {
      requireInstructions(context, 'float32');
      const given = GRU_CASES[0] as GruCase;
      expect(() => tf.tidy(() => passOf(gruTrial(given), given, 7))).toThrow(
        'HalpGru: this processor cannot multiply factors of that kind',
      );
    });

    it('keeps NaN', (context) => {
      requireInstructions(context, 'float32');
      const given: GruCase = { T: 2, N: 1, F: 3, H: 2, reversed: false, lastOnly: false };
      const trial = gruTrial(given);
      // Rounding the largest NaN upwards would carry into the sign.
      word[0] = 0x7fffffff;
      trial.x.fill(number[0] ?? NaN);
      for (const factors of [FACTORS.float32, FACTORS.rounded, FACTORS.emulated]) {
        tf.tidy(() => {
          const [first] = passOf(trial, given, factors) as [tf.Tensor];
          expect([...first.dataSync()].every(Number.isNaN)).toBe(true);
        });
      }
    });
  });
});
