import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { expectClose, onBackend } from '@halp/testing';

type Make = () => tf.Tensor;

/** Asserts that webgpu gives the same as plain JavaScript. */
async function expectAsOnCpu(make: Make, absolute = 0): Promise<void> {
  await startBackend({ prefer: 'cpu' });
  const [shape, expected] = tf.tidy(() => {
    const tensor = make();
    return [tensor.shape, tensor.dataSync()] as const;
  });
  await startBackend({ prefer: 'webgpu' });
  // Otherwise small tensors would be computed in plain JavaScript.
  const forward = tf.env().getBool('WEBGPU_CPU_FORWARD');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  try {
    tf.tidy(() => {
      const tensor = make();
      expect(tensor.shape).toEqual(shape);
      expectClose(tensor, expected, { absolute });
    });
  } finally {
    tf.env().set('WEBGPU_CPU_FORWARD', forward);
  }
}

function uniform(shape: readonly number[], seed = 1, reach = 1): tf.Tensor {
  return tf.randomUniform([...shape], -reach, reach, 'float32', seed);
}

const SHAPES: readonly (readonly number[])[] = [
  [7],
  [3, 5],
  [2, 3, 4],
  [2, 3, 4, 5],
  [2, 3, 2, 3, 4],
  [2, 2, 3, 2, 2, 3],
];

describe('replaced kernels of webgpu', () => {
  onBackend('webgpu', () => {
    describe.each(SHAPES)('for shape %j', (...shape) => {
      const last = shape.length - 1;
      const x = (): tf.Tensor => uniform(shape);
      const cases: Readonly<Record<string, Make>> = {
        'pad, on both sides and by another number': () => {
          const around = shape.map((_, i): [number, number] => [i % 2, 2 - (i % 3)]);
          return tf.pad(x(), around, 0.5);
        },
        'pad nothing, and what is empty': () => {
          const none = shape.map((): [number, number] => [0, 0]);
          const empty = tf.zeros([...shape.slice(0, -1), 0]);
          const one = none.with(last, [1, 1]);
          return tf.concat([tf.pad(x(), none), tf.pad(empty, one, 3)], last);
        },
        'reverse every axis': () => tf.reverse(x()),
        'reverse one axis': () => tf.reverse(x(), last),
        'add a row': () => tf.add(x(), uniform([shape[last] ?? 1], 2)),
        'compare with a row': () => tf.greater(uniform([shape[last] ?? 1], 2), x()),
        'select by a mask': () => tf.where(tf.greater(x(), 0), x(), uniform(shape, 3)),
        'sum up forward': () => tf.cumsum(x(), last),
        'sum up backward, without the own number': () => tf.cumsum(x(), last, true, true),
        'multiply up backward, along the first axis': () => tf.cumprod(x(), 0, false, true),
        'find the largest': () => tf.argMax(x(), last),
        'find the smallest': () => tf.argMin(x(), 0),
      };
      it.each(Object.entries(cases))('%s', (_name, make) => expectAsOnCpu(make, 1e-6));
    });

    it('rejects strided slices of five axes, instead of returning wrong numbers', () => {
      const five = [2, 2, 2, 2, 2] as const;
      tf.tidy(() => {
        const x = tf.zeros([...five]);
        expect(() => tf.stridedSlice(x, [0, 0, 0, 0, 0], [...five], [1, 1, 1, 1, 2])).toThrow(
          'expected a tensor of at most 4 axes on webgpu, got [2, 2, 2, 2, 2]',
        );
      });
    });

    it.each([
      ['sin', (x: tf.Tensor) => tf.sin(x)],
      ['cos', (x: tf.Tensor) => tf.cos(x)],
      ['sigmoid', (x: tf.Tensor) => tf.sigmoid(x)],
    ] as const)('give %s in float32 precision', async (_name, f) => {
      for (const reach of [1e-3, 1, 4, 100])
        await expectAsOnCpu(() => f(uniform([2000], 1, reach)), 2e-7);
    });

    it('return the angle of a point in float32 precision, in all quadrants and on the axes', async () => {
      await expectAsOnCpu(() => tf.atan2(uniform([2000]), uniform([2000], 2)), 5e-7);
      const [y, x] = [
        [0, 0, 1, -1, 1, -1, 0, 1e-30, 1],
        [1, -1, 0, 0, 1, -1, 0, -1, 1e-30],
      ];
      await expectAsOnCpu(() => tf.atan2(y, x), 3e-7);
      await expectAsOnCpu(() => tf.atan2(uniform([4, 1]), uniform([3], 2)), 5e-7);
    });

    it('keep NaN, and return -Infinity for the logarithm of 0', () => {
      tf.tidy(() => {
        const x = tf.add(tf.tensor1d([NaN, 0]), tf.zeros([2]));
        for (const f of [tf.sigmoid, tf.sin, tf.cos, tf.log])
          expect(f<tf.Tensor>(x).dataSync()[0]).toBeNaN();
        expect(tf.atan2(x, tf.ones([2])).dataSync()[0]).toBeNaN();
        const large = tf.concat([tf.zeros([1]), tf.neg(tf.ones([1])), tf.ones([2000])]);
        expect([...tf.log(large).dataSync().subarray(0, 3)]).toEqual([-Infinity, NaN, 0]);
      });
    });

    it('saturate at large numbers', () => {
      tf.tidy(() => {
        const x = tf.concat([tf.tensor1d([100, -100, 1e4, -1e4, 1e38, -1e38]), tf.zeros([2000])]);
        expectClose(tf.slice(tf.sigmoid(x), 0, 6), [1, 0, 1, 0, 1, 0], { absolute: 1e-30 });
      });
    });
  });
});
