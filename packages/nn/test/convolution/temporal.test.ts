import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Layer, pointwiseConvolution, temporalConvolution, valueAndGradients } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectGradientClose, onEachBackend } from '@halp/testing';

type Convolution = Layer<tf.Tensor4D, tf.Tensor4D>;

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
}

/** y[n, t, v, o] and the gradients of Σ dy·y, as explicit sums. */
function oracle(
  { params }: Convolution,
  x: tf.Tensor4D,
  dy: (count: number) => ArrayLike<number>,
  { kernel, stride, dilation, padding }: Window,
): Record<'y' | 'x' | 'weight' | 'bias', Float64Array> & { readonly shape: number[] } {
  const [N, T, V, I] = x.shape;
  const [w, b, input] = [params['weight'], params['bias'], x].map((t) => t?.dataSync() ?? []) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const O = params['weight']?.shape[0] ?? 0;
  const frames = Math.floor((T + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  const count = N * frames * V * O;
  const upstream = dy(count);
  const y = new Float64Array(count);
  const dx = new Float64Array(x.size);
  const dw = new Float64Array(w.length);
  const db = new Float64Array(O);
  for (let n = 0; n < N; n++)
    for (let t = 0; t < frames; t++)
      for (let v = 0; v < V; v++)
        for (let o = 0; o < O; o++) {
          const at = ((n * frames + t) * V + v) * O + o;
          const d = upstream[at] as number;
          let sum = b[o] ?? 0;
          db[o] = (db[o] ?? 0) + d;
          for (let k = 0; k < kernel; k++) {
            const from = t * stride + k * dilation - padding;
            if (from < 0 || from >= T) continue;
            for (let i = 0; i < I; i++) {
              const ofX = ((n * T + from) * V + v) * I + i;
              const ofW = (o * I + i) * kernel + k;
              sum += (w[ofW] as number) * (input[ofX] as number);
              dx[ofX] = (dx[ofX] as number) + d * (w[ofW] as number);
              dw[ofW] = (dw[ofW] as number) + d * (input[ofX] as number);
            }
          }
          y[at] = sum;
        }
  return { y, x: dx, weight: dw, bias: db, shape: [N, frames, V, O] };
}

describe('temporalConvolution', () => {
  it('rejects invalid sizes and paddings', () => {
    const sizes = { inputs: 2, outputs: 3, kernel: 3 };
    expect(() => temporalConvolution({ ...sizes, kernel: 0 }, createRandom(0))).toThrow(
      'temporalConvolution: expected a positive integer kernel, got 0',
    );
    expect(() => temporalConvolution({ ...sizes, padding: 3 }, createRandom(0))).toThrow(
      'temporalConvolution: expected padding to be an integer in [0, 2], got 3',
    );
  });
});

onEachBackend(() => {
  it.each<Window & { readonly T: number }>([
    { T: 7, kernel: 3, stride: 1, dilation: 1, padding: 1 },
    { T: 7, kernel: 3, stride: 2, dilation: 1, padding: 1 },
    { T: 8, kernel: 3, stride: 2, dilation: 1, padding: 1 },
    { T: 10, kernel: 9, stride: 3, dilation: 1, padding: 4 },
    { T: 9, kernel: 3, stride: 1, dilation: 2, padding: 2 },
    { T: 9, kernel: 3, stride: 2, dilation: 2, padding: 2 },
    { T: 12, kernel: 5, stride: 3, dilation: 2, padding: 1 },
    { T: 5, kernel: 4, stride: 1, dilation: 1, padding: 0 },
    { T: 4, kernel: 4, stride: 2, dilation: 1, padding: 0 },
    { T: 1, kernel: 9, stride: 2, dilation: 1, padding: 4 },
    { T: 6, kernel: 1, stride: 1, dilation: 1, padding: 0 },
    { T: 6, kernel: 1, stride: 4, dilation: 1, padding: 0 },
  ])('equals its formula, with its gradients: %o', ({ T, ...window }) => {
    const layer = temporalConvolution({ inputs: 3, outputs: 4, ...window }, createRandom(1));
    tf.tidy(() => {
      const x = tf.variable(tf.randomNormal<tf.Rank.R4>([2, T, 5, 3], 0, 1, 'float32', 1));
      const upstream = tf.randomNormal([2 * T * 5 * 4], 0, 1, 'float32', 2).dataSync();
      const expected = oracle(layer, x, () => upstream, window);
      const y = layer.apply(x, { mode: 'train', rng: createRandom(0) });
      expectClose(y, { shape: expected.shape, data: expected.y }, { absolute: 1e-5 });
      const dy = tf.tensor(upstream.slice(0, y.size), y.shape);
      const { gradients } = valueAndGradients(
        () => tf.sum(tf.mul(layer.apply(x, { mode: 'train', rng: createRandom(0) }), dy)),
        {
          x,
          ...layer.params,
        },
      );
      for (const name of ['x', 'weight', 'bias'] as const) {
        const gradient = gradients[name] as tf.Tensor;
        expectGradientClose(
          gradient,
          { shape: gradient.shape, data: expected[name] },
          { relative: 1e-5 },
        );
      }
      x.dispose();
    });
    layer.dispose();
  });

  it('has the gradients of central differences', () => {
    const layer = temporalConvolution(
      { inputs: 2, outputs: 2, kernel: 3, stride: 2, bias: false },
      createRandom(2),
    );
    tf.tidy(() => {
      const x = tf.randomNormal([1, 4, 2, 2], 0, 1, 'float32', 1);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(x as tf.Tensor4D, { mode: 'train', rng: createRandom(0) })));
      checkGradient(loss, [x, ...Object.values(layer.params)]);
    });
    expect(Object.keys(layer.params)).toEqual(['weight']);
    layer.dispose();
  });

  it('keeps the number of frames by default, and has PyTorch’s initial values', () => {
    const layer = temporalConvolution({ inputs: 4, outputs: 50, kernel: 9 }, createRandom(3));
    tf.tidy(() => {
      expect(layer.apply(tf.zeros([2, 7, 3, 4]), { mode: 'eval' }).shape).toEqual([2, 7, 3, 50]);
    });
    expect(layer.params['weight']?.shape).toEqual([50, 4, 9, 1]);
    for (const name of ['weight', 'bias']) {
      const values = layer.params[name]?.dataSync<'float32'>() ?? new Float32Array();
      const largest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      expect(largest * 6).toBeGreaterThan(0.9);
      expect(largest * 6).toBeLessThanOrEqual(1.0001);
    }
    layer.dispose();
  });

  it('names the expected shape and number of frames', () => {
    const layer = temporalConvolution(
      { inputs: 2, outputs: 2, kernel: 5, padding: 1 },
      createRandom(0),
    );
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([1, 9, 2, 3]), { mode: 'eval' })).toThrow(
        'temporalConvolution: expected [N, T, V, inputs] = [any, any, any, 2], got [1, 9, 2, 3]',
      );
      expect(() => layer.apply(tf.zeros([1, 2, 2, 2]), { mode: 'eval' })).toThrow(
        'temporalConvolution: expected at least 3 frames, got 2',
      );
    });
    layer.dispose();
  });

  it('equals W x + b of every joint of every stride-th frame with a kernel of one frame', () => {
    const layer = pointwiseConvolution({ inputs: 2, outputs: 1, stride: 2 }, createRandom(0));
    expect(layer.params['weight']?.shape).toEqual([1, 2, 1, 1]);
    tf.tidy(() => {
      layer.params['weight']?.assign(tf.tensor([10, 1], [1, 2, 1, 1]));
      layer.params['bias']?.assign(tf.tensor([0.5]));
      const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 3, 1, 2]);
      expectClose(
        layer.apply(x, { mode: 'eval' }),
        { shape: [1, 2, 1, 1], data: [12.5, 56.5] },
        {},
      );
    });
    layer.dispose();
  });
});
