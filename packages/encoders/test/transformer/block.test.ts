import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { transformerBlock } from '../../src/transformer/block.ts';
import { awake, read } from '../graph/four-joints.ts';

/** Φ(x) from its series, accurate to 1e-12 for |x| < 6. */
function distribution(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

onEachBackend(() => {
  it('matches its formula for one token, which attends only to itself', () => {
    const block = transformerBlock({ features: 4, heads: 2, hidden: 6 }, createRandom(1));
    awake(block, /norm|bias/);
    const apply = (name: string, x: readonly number[], from = 0, to = Infinity): number[] => {
      const [w, b] = [read(block, `${name}.weight`), read(block, `${name}.bias`)];
      return Array.from(b, (bias, o) =>
        x.reduce((sum, each, i) => sum + (w[o * x.length + i] as number) * each, bias),
      ).slice(from, to);
    };
    const norm = (name: string, x: readonly number[]): number[] => {
      const [w, b] = [read(block, `${name}.weight`), read(block, `${name}.bias`)];
      const mean = x.reduce((a, each) => a + each) / x.length;
      const variance = x.reduce((a, each) => a + (each - mean) ** 2, 0) / x.length;
      return x.map(
        (each, i) =>
          ((w[i] as number) * (each - mean)) / Math.sqrt(variance + 1e-5) + (b[i] as number),
      );
    };
    const plus = (a: readonly number[], b: readonly number[]): number[] =>
      a.map((each, i) => each + (b[i] as number));
    tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R3>([5, 1, 4], 0, 1, 'float32', 1);
      const data = x.arraySync().flatMap(([token]) => {
        const values = apply('attn.qkv', norm('norm1', token as number[]), 8, 12);
        const y = plus(token as number[], apply('attn.proj', values));
        const units = apply('mlp.fc1', norm('norm2', y)).map((u) => u * distribution(u));
        return plus(y, apply('mlp.fc2', units));
      });
      expectClose(block.apply(x, { mode: 'eval' }), { shape: [5, 1, 4], data }, { absolute: 1e-5 });
      tf.dispose(Object.values(block.params));
    });
  });
});
