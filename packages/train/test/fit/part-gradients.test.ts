import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Objective, ownedVariable, type StepContext } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { lossAndGradients, partGradients } from '@halp/train';

const context: StepContext = { epoch: 0, iteration: 0, step: 0, samples: 0 };

/** w·x + u b², where u is drawn from the stream; with a statistic that depends on no parameter. */
function objectiveWithStatistic() {
  const weight = ownedVariable(tf.tensor1d([2, 3]));
  const bias = ownedVariable(tf.scalar(4));
  const objective: Objective<tf.Tensor1D> = {
    params: { weight, bias },
    state: {},
    loss(x, _, rng) {
      const product = tf.sum<tf.Scalar>(tf.mul(weight, x));
      const square = tf.mul<tf.Scalar>(tf.square(bias), rng.uniform());
      const size = tf.sum<tf.Scalar>(tf.square(x));
      return { total: tf.add<tf.Scalar>(product, square), parts: { product, square, size } };
    },
    afterStep: () => undefined,
    dispose: () => tf.dispose([weight, bias]),
  };
  return objective;
}

onEachBackend(() => {
  describe('partGradients', () => {
    it('returns the gradient of each part, without statistics and without parameters it does not depend on', () => {
      const objective = objectiveWithStatistic();
      const x = tf.tensor1d([5, -7]);
      const rng = createRandom(3);
      const found = partGradients(objective, x, context, rng);
      expect(Object.entries(found).map(([part, each]) => [part, Object.keys(each)])).toEqual([
        ['product', ['weight']],
        ['square', ['bias']],
      ]);
      expectClose(found['product']?.['weight'] as tf.Tensor, [5, -7], {});
      const u = rng.fork('loss').uniform();
      expectClose(found['square']?.['bias'] as tf.Tensor, [8 * u], { relative: 1e-6 });
      const { losses, gradients } = lossAndGradients(objective, x, context, rng.fork('loss'));
      expectClose(gradients['bias'] as tf.Tensor, [8 * u], { relative: 1e-6 });
      tf.dispose([x, found, losses, gradients]);
      objective.dispose();
    });

    it('leaks nothing, also if the loss throws', () => {
      const objective = objectiveWithStatistic();
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      tf.tidy(() => void partGradients(objective, x, context, createRandom(0)));
      expect(tf.memory().numTensors).toBe(before);
      let calls = 0;
      const failing: Objective<tf.Tensor1D> = {
        ...objective,
        loss(...given) {
          calls += 1;
          const loss = objective.loss(...given);
          if (calls > 1) throw new Error('a failed loss');
          return loss;
        },
      };
      expect(() => tf.tidy(() => void partGradients(failing, x, context, createRandom(0)))).toThrow(
        'a failed loss',
      );
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });
  });
});
