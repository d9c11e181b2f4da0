import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { multiHeadAttention, type Params } from '@halp/nn';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

/** The attention of every token of every clip and head, as explicit sums. */
function oracle(params: Params, x: tf.Tensor3D, heads: number): Float64Array {
  const [N, L, D] = x.shape;
  const E = D / heads;
  const read = (name: string): Float32Array =>
    Float32Array.from(params[name]?.dataSync<'float32'>() ?? []);
  const [input, w, b] = [x.dataSync<'float32'>(), read('qkv.weight'), read('qkv.bias')];
  const [wo, bo] = [read('proj.weight'), read('proj.bias')];
  const project = (row: number, n: number, l: number): number => {
    let sum = b[row] as number;
    for (let i = 0; i < D; i++)
      sum += (w[row * D + i] as number) * (input[(n * L + l) * D + i] as number);
    return sum;
  };
  const y = new Float64Array(N * L * D);
  for (let n = 0; n < N; n++)
    for (let l = 0; l < L; l++) {
      const seen = new Float64Array(D);
      for (let h = 0; h < heads; h++) {
        const shares = Array.from({ length: L }, (_, m) => {
          let score = 0;
          for (let e = 0; e < E; e++)
            score += project(h * E + e, n, l) * project(D + h * E + e, n, m);
          return Math.exp(score / Math.sqrt(E));
        });
        const total = shares.reduce((a, s) => a + s);
        for (let e = 0; e < E; e++)
          for (let m = 0; m < L; m++)
            seen[h * E + e] =
              (seen[h * E + e] as number) +
              ((shares[m] as number) / total) * project(2 * D + h * E + e, n, m);
      }
      for (let o = 0; o < D; o++) {
        let sum = bo[o] as number;
        for (let i = 0; i < D; i++) sum += (wo[o * D + i] as number) * (seen[i] as number);
        y[(n * L + l) * D + o] = sum;
      }
    }
  return y;
}

describe('multiHeadAttention', () => {
  it('rejects heads that do not divide the features', () => {
    expect(() => multiHeadAttention({ features: 6, heads: 4 }, createRandom(0))).toThrow(
      'multiHeadAttention: expected features that are a multiple of 4 heads, got 6',
    );
  });
});

onEachBackend(() => {
  it('equals the sums of its formula', () => {
    const layer = multiHeadAttention({ features: 6, heads: 2 }, createRandom(1));
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R3>([2, 5, 6], 0, 2, 'float32', 1);
      const data = oracle(layer.params, x, 2);
      expectClose(
        layer.apply(x, { mode: 'train', rng: createRandom(0) }),
        { shape: [2, 5, 6], data },
        { absolute: 1e-5 },
      );
    });
    layer.dispose();
  });

  it('has the gradients of central differences', () => {
    const layer = multiHeadAttention({ features: 4, heads: 2 }, createRandom(2));
    tf.tidy(() => {
      const x = tf.randomNormal([2, 3, 4], 0, 1, 'float32', 2);
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(x as tf.Tensor3D, { mode: 'train', rng: createRandom(0) })));
      checkGradient(loss, [x, ...Object.values(layer.params)]);
    });
    layer.dispose();
  });

  it('is equivariant to the order of tokens', () => {
    const layer = multiHeadAttention({ features: 8, heads: 4 }, createRandom(3));
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R3>([2, 7, 8], 0, 1, 'float32', 3);
      const turned = layer.apply(tf.reverse(x, 1), { mode: 'eval' });
      expectClose(tf.reverse(turned, 1), layer.apply(x, { mode: 'eval' }), { absolute: 1e-6 });
    });
    layer.dispose();
  });

  it('averages the values if all scores are equal, and is finite for large scores', () => {
    const layer = multiHeadAttention({ features: 2, heads: 1 }, createRandom(4));
    tf.tidy(() => {
      const [qkv, proj] = [layer.params['qkv.weight'], layer.params['proj.weight']];
      for (const name of ['qkv.bias', 'proj.bias'])
        layer.params[name]?.assign(tf.zeros([name === 'qkv.bias' ? 6 : 2]));
      proj?.assign(tf.eye(2));
      // Zero queries, identity keys and values: every token sees the mean.
      qkv?.assign(tf.concat([tf.zeros([2, 2]), tf.eye(2), tf.eye(2)]));
      const x = tf.tensor3d([1, 2, 3, 6], [1, 2, 2]);
      expectClose(layer.apply(x, { mode: 'eval' }), [2, 4, 2, 4], { absolute: 1e-6 });
      // Queries times a thousand: each token sees only the token with the largest product, the second.
      qkv?.assign(tf.concat([tf.mul(tf.eye(2), 1000), tf.eye(2), tf.eye(2)]));
      expectClose(layer.apply(x, { mode: 'eval' }), [3, 6, 3, 6], { absolute: 1e-6 });
    });
    layer.dispose();
  });

  it('names the expected shape', () => {
    const layer = multiHeadAttention({ features: 4, heads: 2 }, createRandom(0));
    tf.tidy(() => {
      expect(() => layer.apply(tf.zeros([1, 2, 3]), { mode: 'eval' })).toThrow(
        'multiHeadAttention: expected [N, L, features] = [any, any, 4], got [1, 2, 3]',
      );
    });
    layer.dispose();
  });
});
