import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectGradientClose, onBackend } from '@halp/testing';
import {
  columns,
  draw,
  expectedOf,
  GRU_CASES,
  gruTrial,
  halfOf,
  runKernel,
  tensorsOf,
} from '../tensorflow/gru-cases.ts';

describe('the GRU layer of webgpu', () => {
  onBackend('webgpu', () => {
    it.each(GRU_CASES)(
      'equals its formula, forward and backward: %o',
      ({ reversed, lastOnly, ...shape }) => {
        const { T, N, F, H } = shape;
        const trial = gruTrial({ reversed, lastOnly, ...shape });
        const { x, halves, upstream: given } = trial;
        const expected = expectedOf(trial);
        tf.tidy(() => {
          const input = tf.tensor(Float32Array.from(x), [T, N, F]);
          const weights = halves.map((half) => tensorsOf(half, shape));
          const flags = { reversed, keep: true };
          const [y, gates] = runKernel('HalpGruForward', [input, ...weights.flat()], flags) as [
            tf.Tensor,
            tf.Tensor,
          ];
          // Sums of up to N·T = 105 and 3H = 111 terms in float32.
          const close = { relative: 3e-6, absolute: 1e-6 };
          expected.states.forEach((data, half) =>
            expectGradientClose(columns(y, half, shape), { shape: [T, N, H], data }, close),
          );
          const without = runKernel('HalpGruForward', [input, ...weights.flat()], {
            reversed,
            keep: false,
          });
          expect(without[0]?.dataSync()).toEqual(y.dataSync());
          const upstream = tf.tensor(
            Float32Array.from(given),
            lastOnly ? [N, 2 * H] : [T, N, 2 * H],
          );
          const gradients = runKernel(
            'HalpGruBackward',
            [upstream, input, y, gates, ...weights.flatMap((all) => all.slice(0, 2))],
            { reversed, last_only: lastOnly },
          );
          expect(gradients).toHaveLength(9);
          expected.gradients.forEach((data, i) =>
            expectGradientClose(
              gradients[i] as tf.Tensor,
              { shape: gradients[i]?.shape ?? [], data },
              close,
            ),
          );
          expect(gradients[0]?.shape).toEqual([T, N, F]);
          expect(gradients[2]?.shape).toEqual([3 * H, H]);
        });
      },
    );

    it.each([
      [4, 2],
      [20, 40],
    ])('uses T + 4 dispatches forward and T + 17 backward for any sizes: T %i, H %i', (T, H) => {
      const shape = { T, N: 3, F: 5, H };
      tf.tidy(() => {
        const input = tf.tensor(Float32Array.from(draw([T, 3, 5], 1)), [T, 3, 5]);
        const weights = [2, 6].map((seed) => tensorsOf(halfOf(shape, seed), shape));
        let kept: tf.Tensor[] = [];
        const forward = dispatchesOf(() => {
          const flags = { reversed: true, keep: true };
          kept = runKernel('HalpGruForward', [input, ...weights.flat()], flags);
        });
        const [y, gates] = kept as [tf.Tensor, tf.Tensor];
        const backward = dispatchesOf(() => {
          const pairs = weights.flatMap((all) => all.slice(0, 2));
          runKernel('HalpGruBackward', [tf.ones([T, 3, 2 * H]), input, y, gates, ...pairs], {
            reversed: true,
            last_only: false,
          });
        });
        expect([forward, backward]).toEqual([T + 4, T + 17]);
      });
    });
  });
});

/** The number of dispatches that `work` queues. */
function dispatchesOf(work: () => void): number {
  const { prototype } = GPUComputePassEncoder;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below.
  const { dispatchWorkgroups } = prototype;
  let count = 0;
  // Otherwise small tensors would be computed in plain JavaScript.
  const forward = tf.env().getBool('WEBGPU_CPU_FORWARD');
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  prototype.dispatchWorkgroups = function (this: GPUComputePassEncoder, ...args) {
    count += 1;
    dispatchWorkgroups.apply(this, args);
  };
  try {
    work();
  } finally {
    prototype.dispatchWorkgroups = dispatchWorkgroups;
    tf.env().set('WEBGPU_CPU_FORWARD', forward);
  }
  return count;
}
