import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Loss, valueAndGradients } from '@halp/nn';
import { inBfloat16 } from '@halp/testing';
import { type Case, goldenStep, LATE } from './golden-model.ts';

/** ‖found − expected‖ / ‖expected‖ over several arrays. */
function distance(
  pairs: readonly (readonly [found: ArrayLike<number>, expected: ArrayLike<number>])[],
): number {
  let [off, size] = [0, 0];
  for (const [found, expected] of pairs) {
    for (let i = 0; i < expected.length; i++) {
      off += ((found[i] ?? NaN) - (expected[i] ?? NaN)) ** 2;
      size += (expected[i] ?? NaN) ** 2;
    }
  }
  return Math.sqrt(off / size);
}

const pairOf = (tensor: tf.Tensor, step: Case, name: string) =>
  [tensor.dataSync<'float32'>(), step.numbers(name)] as const;

describe('one step of MoCo with HaLP', () => {
  inBfloat16(() => {
    for (const stream of ['joint', 'motion', 'bone'] as const) {
      it(`is close to the authors' step on ${stream} (moco_halp_${stream})`, async () => {
        const { step, model, views, draws } = goldenStep(stream);
        const { objective } = model;
        await objective.beforeStep?.(LATE);
        const losses: Record<string, tf.Scalar> = {};
        const { value, gradients } = valueAndGradients(() => {
          const { total, parts }: Loss = objective.loss(views, LATE, draws);
          for (const [name, part] of Object.entries(parts)) losses[name] = tf.keep(part);
          return total;
        }, objective.params);
        // Embeddings have a relative error of about one rounding, 2^-9, and similarities are divided by T = 0.07.
        const { temperature } = step.meta as { temperature: number };
        for (const name of ['infonce', 'halp']) {
          const [found = NaN] = (losses[name] as tf.Scalar).dataSync();
          const [expected = NaN] = step.numbers(`loss_${name}`);
          expect(Math.abs(found - expected)).toBeLessThan(2 ** -9 / temperature);
        }
        // Unbiased rounding errors of the forward and backward pass of three layers and nine frames.
        const off = distance(
          Object.entries(gradients).map(([name, gradient]) =>
            pairOf(gradient, step, `grad__${name.replaceAll('.', '__')}`),
          ),
        );
        expect(off).toBeLessThan(5 * 2 ** -9);
        // In float32 the error is at most 1e-6.
        expect(off).toBeGreaterThan(1e-4);
        tf.dispose([value, gradients, losses, { ...views }]);
        model.dispose();
      });
    }
  });
});
