import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gumbelTopK } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectNoLeak, onEachBackend } from '@halp/testing';

const rows = (indices: tf.Tensor2D): number[][] => indices.arraySync();

onEachBackend(() => {
  it('rejects a k that is not in [1, L]', () => {
    tf.tidy(() => {
      for (const k of [0, 4, 1.5]) {
        expect(() => gumbelTopK(tf.zeros([2, 3]), k, createRandom(0))).toThrow(
          new RangeError(`gumbelTopK: expected k to be an integer in [1, 3], got ${k}`),
        );
      }
    });
  });

  it('sorts logit − log(−log u) of each row, with the uniform numbers in row-major order', () => {
    tf.tidy(() => {
      const logits = tf.randomNormal<tf.Rank.R2>([7, 9], 0, 1, 'float32', 1);
      const rng = createRandom(2);
      const wanted = logits.arraySync().map((row) => {
        const keys = row.map((logit) => logit - Math.log(-Math.log(rng.uniform())));
        return row
          .map((_, i) => i)
          .sort((a, b) => (keys[b] as number) - (keys[a] as number))
          .slice(0, 4);
      });
      const got = gumbelTopK(logits, 4, createRandom(2));
      expect(got.dtype).toBe('int32');
      expect(rows(got)).toEqual(wanted);
    });
  });

  it('draws without replacement in proportion to exp(logit)', () => {
    const draws = 40_000;
    const weights = [1, 2, 5];
    const found = tf.tidy(() => {
      const logits = tf.log(tf.tile(tf.tensor2d([weights]), [draws, 1]));
      return rows(gumbelTopK(logits, 2, createRandom(3)));
    });
    const total = 8;
    for (const [a, first] of weights.entries())
      for (const [b, second] of weights.entries()) {
        const wanted = a === b ? 0 : (first / total) * (second / (total - first));
        const share = found.filter(([x, y]) => x === a && y === b).length / draws;
        // Five standard deviations.
        expect(Math.abs(share - wanted)).toBeLessThanOrEqual(
          5 * Math.sqrt((wanted * (1 - wanted)) / draws),
        );
      }
  });

  it('with k = L gives every column once, and the first columns do not depend on k', () => {
    tf.tidy(() => {
      const logits = tf.zeros<tf.Rank.R2>([20, 6]);
      const all = rows(gumbelTopK(logits, 6, createRandom(4)));
      for (const row of all) expect([...row].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      expect(rows(gumbelTopK(logits, 2, createRandom(4)))).toEqual(all.map((r) => r.slice(0, 2)));
    });
  });

  it('leaves no tensor behind', async () => {
    const logits = tf.zeros<tf.Rank.R2>([2, 3]);
    await expectNoLeak(() => gumbelTopK(logits, 2, createRandom(0)).dispose());
    logits.dispose();
  });
});
