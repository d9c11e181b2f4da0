import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { startBackend } from '@halp/backend';
import { drawPositives, halpLoss } from '@halp/positives';
import { createRandom } from '@halp/random';

const SIZES = { anchors: 64, prototypes: 20, count: 100 };
const rng = createRandom(0);
const { name } = await startBackend();
const rows = (count: number): tf.Tensor2D =>
  tf.tidy(() => {
    const x = tf.tensor2d(
      Float32Array.from({ length: count * 128 }, () => rng.normal()),
      [count, 128],
    );
    return tf.div(x, tf.norm(x, 2, 1, true));
  });
const [query, key, prototypes] = [rows(64), rows(64), rows(20)];
const draws = drawPositives(SIZES, rng);

describe(`the HaLP term of a batch of 64 with 100 positives of 20 prototypes, on ${name}`, () => {
  for (const boundary of ['pairwise', 'exact'] as const) {
    bench(`value and gradient, ${boundary}`, () => {
      tf.tidy(() => {
        const { value, grad } = tf.valueAndGrad((q) =>
          halpLoss(q as tf.Tensor2D, key, prototypes, { boundary }, draws),
        )(query);
        value.dataSync();
        grad.dataSync();
      });
    });
  }
  bench('its draws', () => void drawPositives(SIZES, rng));
});
