import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { checkGradient, expectClose } from '@halp/testing';
import { motionIntensity, motionTokens, standardTokens } from '../motion.ts';
import { clips } from './small.ts';

beforeAll(() => startBackend());

describe('motionTokens', () => {
  it.each([1, 3])('is x[t + %i] − x[t] of joint v in segment s at token s·V + v', (stride) => {
    tf.tidy(() => {
      const x = clips(1);
      const values = x.arraySync();
      const wanted: number[] = [];
      for (let n = 0; n < 3; n++)
        for (let m = 0; m < 2; m++)
          for (let s = 0; s < 4; s++)
            for (let v = 0; v < 4; v++)
              for (let c = 0; c < 3; c++)
                for (const t of [2 * s, 2 * s + 1]) {
                  const at = (frame: number): number => values[n]?.[c]?.[frame]?.[v]?.[m] as number;
                  wanted.push(t + stride < 8 ? at(t + stride) - at(t) : 0);
                }
      const tokens = motionTokens(x, 2, stride);
      expectClose(tokens, { shape: [6, 16, 6], data: wanted }, { absolute: 1e-6 });
    });
  });

  it('rejects a stride that leaves no motion', () => {
    tf.tidy(() => {
      expect(() => motionTokens(clips(1), 2, 8)).toThrow(
        new RangeError('motionTokens: expected stride in [1, 7], got 8'),
      );
    });
  });
});

describe('motionIntensity', () => {
  it('is the sum of absolute motions as a fraction of the largest of the row', () => {
    tf.tidy(() => {
      const motion = tf.tensor3d([[[1, -1], [3, 1]], [[0.1, 0], [0.1, -0.3]], [[0, 0], [0, 0]]]); // prettier-ignore
      expectClose(motionIntensity(motion), [0.5, 1, 0.25, 1, 0, 0], { absolute: 1e-6 });
    });
  });

  it('does not depend on the unit of the coordinates', () => {
    tf.tidy(() => {
      const x = clips(2);
      const intensity = (unit: number): tf.Tensor =>
        motionIntensity(motionTokens(tf.mul(x, unit), 2, 1));
      expectClose(intensity(1000), [...intensity(1).dataSync()], { absolute: 1e-5 });
    });
  });
});

describe('standardTokens', () => {
  it('gives every token mean 0 and variance 1, and a token without motion zeros', () => {
    tf.tidy(() => {
      const x = tf.concat([tf.mul(motionTokens(clips(3), 2, 1), 5), tf.zeros([6, 1, 6])], 1);
      const { mean, variance } = tf.moments(standardTokens(x as tf.Tensor3D), 2);
      const row = (last: number): number[] => [...new Array<number>(16).fill(1 - last), last];
      const rows = (values: number[]): number[] => new Array<number[]>(6).fill(values).flat();
      expectClose(mean, new Array<number>(6 * 17).fill(0), { absolute: 1e-6 });
      expectClose(variance, rows(row(0)), { absolute: 1e-4 });
    });
  });

  it('hardly amplifies a motion of less than a millimetre', () => {
    tf.tidy(() => {
      // ±1e-4: the variance is 1e-8, the result ±1e-4 / √(1e-8 + 1e-6).
      const tiny = 1e-4 / Math.sqrt(1.01e-6);
      const x = tf.tensor3d([1e-4, -1e-4], [1, 1, 2]);
      expectClose(standardTokens(x), [tiny, -tiny], { absolute: 1e-5 });
    });
  });

  it('has a gradient that agrees with central differences', () => {
    tf.tidy(() => {
      const weights = tf.randomNormal([1, 2, 6], 0, 1, 'float32', 1);
      const x = tf.randomNormal([1, 2, 6], 0, 1, 'float32', 2);
      checkGradient((y) => tf.sum(tf.mul(standardTokens(y as tf.Tensor3D), weights)), [x]);
    });
  });
});
