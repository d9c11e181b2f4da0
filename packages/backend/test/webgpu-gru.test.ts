import { expectGradientClose, onBackend } from '@halp/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

import { gruHalf, type GruShape, type Half, type HalfResult } from './gru-oracle.ts';

/** A normal draw rounded to float32, so that both sides begin with the same numbers. */
function draw(shape: readonly number[], seed: number, scale = 1): Float64Array {
  const drawn = tf.tidy(() =>
    tf.randomNormal([...shape], 0, scale, 'float32', seed).dataSync<'float32'>(),
  );
  return Float64Array.from(drawn);
}

function halfOf({ F, H }: GruShape, seed: number): Half {
  return {
    wi: draw([3 * H, F], seed, 0.5),
    wh: draw([3 * H, H], seed + 1, 0.5),
    bi: draw([3 * H], seed + 2),
    bh: draw([3 * H], seed + 3),
  };
}

function tensorsOf({ wi, wh, bi, bh }: Half, { F, H }: GruShape): tf.Tensor[] {
  return [
    tf.tensor(Float32Array.from(wi), [3 * H, F]),
    tf.tensor(Float32Array.from(wh), [3 * H, H]),
    tf.tensor(Float32Array.from(bi), [3 * H]),
    tf.tensor(Float32Array.from(bh), [3 * H]),
  ];
}

function runKernel(
  name: string,
  inputs: readonly tf.Tensor[],
  attributes: Readonly<Record<string, boolean>>,
): tf.Tensor[] {
  return tf.engine().runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes);
}

/** The columns of one half of `[T, N, 2H]`. */
function columns(both: tf.Tensor, half: number, { T, N, H }: GruShape): tf.Tensor {
  return tf.slice(both, [0, 0, half * H], [T, N, H]);
}

const SHAPES: readonly GruShape[] = [
  { T: 1, N: 1, F: 1, H: 1 },
  { T: 5, N: 3, F: 4, H: 2 },
  // More than a tile of clips, of units and of terms, and no whole number of them.
  { T: 3, N: 35, F: 9, H: 37 },
];

describe('the GRU layer of webgpu', () => {
  onBackend('webgpu', () => {
    const cases = SHAPES.flatMap((shape) =>
      [true, false].flatMap((reversed) =>
        [true, false].map((lastOnly) => ({ ...shape, reversed, lastOnly })),
      ),
    );
    it.each(cases)(
      'is its formula, forward and backward: %o',
      ({ reversed, lastOnly, ...shape }) => {
        const { T, N, F, H } = shape;
        const x = draw([T, N, F], 1);
        const halves = [halfOf(shape, 2), halfOf(shape, 6)];
        const given = draw(lastOnly ? [N, 2 * H] : [T, N, 2 * H], 10);
        const results = halves.map((half, which): HalfResult => {
          const backward = which === 1 && reversed;
          const upstream = Float64Array.from({ length: T * N * H }, (_, i) => {
            const [t, n, j] = [Math.floor(i / (N * H)), Math.floor(i / H) % N, i % H];
            const column = which * H + j;
            if (!lastOnly) return given[(t * N + n) * 2 * H + column] ?? 0;
            return t === (backward ? 0 : T - 1) ? (given[n * 2 * H + column] ?? 0) : 0;
          });
          return gruHalf(x, half, upstream, backward, shape);
        }) as [HalfResult, HalfResult];
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
          results.forEach(({ h }, half) =>
            expectGradientClose(columns(y, half, shape), { shape: [T, N, H], data: h }, close),
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
          const dx = results[0].dx.map((value, i) => value + (results[1].dx[i] ?? 0));
          const expected = [
            dx,
            ...results.flatMap(({ gradient: { wi, wh, bi, bh } }) => [wi, wh, bi, bh]),
          ];
          expect(gradients).toHaveLength(9);
          expected.forEach((data, i) =>
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
    ])(
      'takes T + 4 dispatches forward and T + 17 backward, whatever the sizes: T %i, H %i',
      (T, H) => {
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
      },
    );
  });
});

/** How many dispatches `work` queues. */
function dispatchesOf(work: () => void): number {
  const { prototype } = GPUComputePassEncoder;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below.
  const { dispatchWorkgroups } = prototype;
  let count = 0;
  // Small tensors would be left to plain JavaScript.
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
