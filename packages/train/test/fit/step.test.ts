import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type Objective, ownedVariable, type StepContext } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { gradientStep, lossAndGradients } from '@halp/train';
import { quadratic } from './quadratic.ts';

const context: StepContext = { epoch: 0, iteration: 0, step: 0, samples: 0 };
const rng = createRandom(0);

/** w·x + b with parts, on inputs of two numbers. */
function affine(
  change: (loss: ReturnType<Objective<tf.Tensor1D>['loss']>) => void = () => undefined,
) {
  const weight = ownedVariable(tf.tensor1d([2, 3]));
  const bias = ownedVariable(tf.scalar(1));
  const objective: Objective<tf.Tensor1D> = {
    params: { weight, bias },
    state: {},
    loss(x) {
      const product = tf.sum<tf.Scalar>(tf.mul(weight, x));
      const loss = {
        total: tf.add<tf.Scalar>(product, bias),
        parts: { product, bias: bias as tf.Scalar },
      };
      change(loss);
      return loss;
    },
    afterStep: () => undefined,
    dispose: () => tf.dispose([weight, bias]),
  };
  return objective;
}

onEachBackend(() => {
  describe('lossAndGradients', () => {
    it('returns the losses and the gradients of total by name: x and 1 for w·x + b', () => {
      const objective = affine();
      const x = tf.tensor1d([5, -7]);
      const { losses, gradients } = lossAndGradients(objective, x, context, rng);
      expectClose(
        [...Object.values(losses).map((loss) => loss.dataSync()[0] ?? NaN)],
        [-10, -11, 1],
        {},
      );
      expect(Object.keys(losses)).toEqual(['total', 'product', 'bias']);
      expectClose(gradients['weight'] as tf.Tensor, [5, -7], {});
      expectClose(gradients['bias'] as tf.Tensor, [1], {});
      tf.dispose([x, losses, gradients]);
      objective.dispose();
    });

    it('returns tensors that a surrounding tf.tidy disposes', () => {
      const objective = affine();
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      tf.tidy(() => void lossAndGradients(objective, x, context, rng));
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });

    it('leaks no tensor if total does not depend on a parameter, and names the parameter', () => {
      const objective = affine((loss) => {
        const { product } = loss.parts;
        Object.assign(loss, { total: product });
      });
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      expect(() => lossAndGradients(objective, x, context, rng)).toThrow(/bias/);
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });

    it('leaks no tensor if total is not a scalar', () => {
      const objective = affine((loss) => {
        Object.assign(loss, { total: tf.reshape(tf.stack([loss.total, loss.total]), [2]) });
      });
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      expect(() => lossAndGradients(objective, x, context, rng)).toThrow();
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });

    it('leaks no tensor if a gradient throws during the backward pass', () => {
      const broken = tf.customGrad((x) => ({
        value: tf.square(x as tf.Tensor),
        gradFunc: (): tf.Tensor => {
          throw new Error('no gradient');
        },
      }));
      const objective = affine((loss) => {
        Object.assign(loss, { total: tf.tanh(broken(loss.total)) });
      });
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      expect(() => lossAndGradients(objective, x, context, rng)).toThrow('no gradient');
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });

    it('keeps the tape of a surrounding gradient intact if the loss throws', () => {
      const objective = affine(() => {
        throw new Error('no loss');
      });
      const x = tf.tensor1d([5, -7]);
      const around = tf.grad((y) => {
        const square = tf.square(y);
        expect(() => lossAndGradients(objective, x, context, rng)).toThrow('no loss');
        return square;
      });
      tf.tidy(() => expectClose(around(tf.scalar(3)), [6], {}));
      x.dispose();
      objective.dispose();
    });

    it("rejects a part named 'total', which would replace the total", () => {
      const objective = affine((loss) => {
        Object.assign(loss, { parts: { total: loss.parts['product'] } });
      });
      const x = tf.tensor1d([5, -7]);
      const before = tf.memory().numTensors;
      expect(() => lossAndGradients(objective, x, context, rng)).toThrow(
        "other names than total, got 'total'",
      );
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      objective.dispose();
    });
  });

  describe('gradientStep', () => {
    it('updates the parameters and returns the losses before the update', () => {
      const model = quadratic(3);
      const input = tf.scalar(1);
      const before = tf.memory().numTensors;
      const losses = gradientStep(model.objective, input, model.optimizer, 0.25, context, rng);
      expect(tf.memory().numTensors).toBe(before + 2);
      expectClose(losses['total'] as tf.Tensor, [2], {});
      expectClose(model.weight, [2.5], {});
      tf.dispose([input, losses]);
      model.dispose();
    });
  });
});
