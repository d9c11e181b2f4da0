import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporalConvolution } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, expectGradientClose, onEachBackend } from '@halp/testing';
import { directConvolution } from '../../src/convolution/direct.ts';
import { frequencyConvolution, isFrequencyFaster } from '../../src/convolution/frequency.ts';
import { framesAfter, type TimeWindow } from '../../src/convolution/time-window.ts';

interface Case extends TimeWindow {
  readonly frames: number;
}

/** All kinds of windows that leave at least one frame. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    frames: fc.integer({ min: 1, max: 14 }),
    kernel: fc.integer({ min: 1, max: 9 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    share: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ share, ...window }) => ({
    ...window,
    padding: Math.floor((share * window.dilation * (window.kernel - 1)) / 4),
  }))
  .filter((window) => framesAfter(window.frames, window) > 0);

describe('isFrequencyFaster', () => {
  it('is true for many channels, a long kernel and enough frames', () => {
    const window = { kernel: 9, stride: 1, padding: 4, dilation: 1 };
    expect(isFrequencyFaster({ frames: 13, inputs: 256, outputs: 256 }, window)).toBe(true);
    expect(isFrequencyFaster({ frames: 50, inputs: 64, outputs: 64 }, window)).toBe(true);
    expect(isFrequencyFaster({ frames: 50, inputs: 16, outputs: 16 }, window)).toBe(false);
    const short = { ...window, kernel: 3, padding: 1 };
    expect(isFrequencyFaster({ frames: 13, inputs: 64, outputs: 64 }, short)).toBe(false);
  });
});

onEachBackend(() => {
  it('has the values and gradients of the direct convolution, for any window', () => {
    const property = fc.property(cases, ({ frames, ...window }) => {
      tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R4>([2, frames, 3, 4], 0, 1, 'float32', 1);
        const weight = tf.randomNormal<tf.Rank.R4>([5, 4, window.kernel, 1], 0, 1, 'float32', 2);
        const [frequency, direct] = [
          frequencyConvolution(frames, window),
          directConvolution(window),
        ];
        const y = direct.forward(x, weight);
        expectGradientClose(frequency.forward(x, weight), y, { relative: 1e-5, absolute: 1e-5 });
        const dy = tf.randomNormal<tf.Rank.R4>(y.shape, 0, 1, 'float32', 3);
        const [ours, theirs] = [frequency, direct].map((each) => each.gradients(x, weight, dy));
        for (const i of [0, 1] as const) {
          expectGradientClose(ours?.[i] as tf.Tensor, theirs?.[i] as tf.Tensor, {
            relative: 1e-5,
            absolute: 1e-5,
          });
        }
      });
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
    expect(framesAfter(1, { kernel: 1, stride: 1, padding: 0, dilation: 1 })).toBe(1);
  });

  it('is used by a wide layer, and is accurate to rounding', () => {
    const layer = temporalConvolution({ inputs: 96, outputs: 96, kernel: 9 }, createRandom(0));
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 13, 2, 96], 0, 1, 'float32', 1);
      const { weight, bias } = layer.params as { weight: tf.Variable; bias: tf.Variable };
      // The reference is in float64, because a backend's own convolution has larger rounding errors than this layer.
      const expected = convolved(x, weight, bias);
      expectClose(layer.apply(x, { mode: 'eval' }), expected, { absolute: 2e-6 });
    });
    layer.dispose();
  });
});

/** A convolution of 9 frames of `[N, T, V, 96]`, padded by 4, with weights `[96, 96, 9, 1]`, in float64. */
function convolved(x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor): number[] {
  const [N, T, V, I] = x.shape;
  const [values, weights, biases] = [x, weight, bias].map((each) => each.dataSync()) as [
    ...[tf.TypedArray, tf.TypedArray, tf.TypedArray],
  ];
  const result: number[] = [];
  for (let row = 0; row < N * T * V; row++) {
    const frame = Math.floor(row / V) % T;
    for (let o = 0; o < I; o++) {
      let sum = biases[o] as number;
      for (let k = Math.max(0, 4 - frame); k < Math.min(9, T + 4 - frame); k++) {
        for (let i = 0; i < I; i++) {
          const value = values[(row + (k - 4) * V) * I + i] as number;
          sum += value * (weights[(o * I + i) * 9 + k] as number);
        }
      }
      result.push(sum);
    }
  }
  return result;
}
