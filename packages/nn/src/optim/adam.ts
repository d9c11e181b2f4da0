import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectParams } from '../check.ts';
import { disposeParams, ownedVariable, type Params } from '../layer/params.ts';
import {
  decayOfEach,
  expectFactor,
  expectPositive,
  expectStep,
  type Gradients,
  type Optimizer,
  type WeightDecay,
} from './optimizer.ts';

/** Constants of {@link adam} and {@link adamW}. */
export interface AdamOptions extends WeightDecay {
  /** β1, the decay rate of the first moment, in [0, 1). Default: 0.9. */
  readonly beta1?: number | undefined;
  /** β2, the decay rate of the second moment, in [0, 1). Default: 0.999. */
  readonly beta2?: number | undefined;
  /** ε, above 0. Default: 1e-8. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1) with PyTorch's arithmetic (`optim.Adam`): for step t from 1,
 * g ← ∇ + λp; m ← m + (1 − β1)(g − m); v ← β2·v + (1 − β2)·g²;
 * p ← p − rate / (1 − β1^t) · m / (√v / √(1 − β2^t) + ε).
 *
 * The state holds m and v of each parameter as `firstMoment.<name>` and `secondMoment.<name>` (PyTorch's `exp_avg` and
 * `exp_avg_sq`), and the bias corrections 1 − β1^t and 1 − β2^t as `correction.first` and `correction.second`, `[]`.
 *
 * @remarks The bias corrections are updated with the step, c ← β·c + (1 − β), so that nothing is read back from a GPU.
 * PyTorch computes them from t in float64; the difference is a rounding of float32.
 * @param params - The parameters to update, by name.
 * @param options - Constants. Default weight decay: 0.
 * @throws RangeError if a constant is out of range.
 */
export function adam(params: Params, options: AdamOptions = {}): Optimizer {
  return adamOptimizer('adam', params, options);
}

/**
 * AdamW (Loshchilov and Hutter, ICLR 2019, algorithm 2) with PyTorch's arithmetic (`optim.AdamW`): as {@link adam}, with
 * the weight decay outside the moments, p ← p − rate·λ·p before the update, and g = ∇.
 *
 * @param params - The parameters to update, by name.
 * @param options - Constants. Default weight decay: 0.01, as in PyTorch.
 * @throws RangeError if a constant is out of range.
 */
export function adamW(params: Params, options: AdamOptions = {}): Optimizer {
  return adamOptimizer('adamW', params, options);
}

const optionNames: OptionNames<AdamOptions> = {
  beta1: true,
  beta2: true,
  epsilon: true,
  weightDecay: true,
  decayOn: true,
};

function adamOptimizer(caller: 'adam' | 'adamW', params: Params, options: AdamOptions): Optimizer {
  expectParams(caller, params);
  const {
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
  } = expectOptions(caller, options, optionNames);
  expectFactor(caller, 'beta1', beta1);
  expectFactor(caller, 'beta2', beta2);
  expectPositive(caller, 'epsilon', epsilon);
  const decays = decayOfEach(caller, params, options, caller === 'adamW' ? 0.01 : 0);
  const state: Record<string, tf.Variable> = {};
  const zeros = (name: string, shape: number[]): tf.Variable =>
    (state[name] = ownedVariable(tf.zeros(shape), false));
  const corrections = {
    first: zeros('correction.first', []),
    second: zeros('correction.second', []),
  };
  const slots = Object.entries(params).map(([name, param]) => ({
    ...{ name, param, decay: decays.get(name) as number },
    first: zeros(`firstMoment.${name}`, param.shape),
    second: zeros(`secondMoment.${name}`, param.shape),
  }));
  return {
    state,
    step(gradients: Gradients, learningRate: number) {
      expectStep(caller, params, gradients, learningRate);
      tf.tidy(() => {
        corrections.first.assign(average(corrections.first, beta1));
        corrections.second.assign(average(corrections.second, beta2));
        const rate = tf.div(tf.scalar(learningRate), corrections.first);
        const root = tf.sqrt(corrections.second);
        for (const { name, param, first, second, decay } of slots) {
          tf.tidy(() => {
            let p: tf.Tensor = param;
            let g = gradients[name] as tf.Tensor;
            if (decay > 0 && caller === 'adam') g = tf.add(g, tf.mul(p, decay));
            if (decay > 0 && caller === 'adamW') p = tf.mul(p, 1 - learningRate * decay);
            first.assign(tf.add(first, tf.mul(tf.sub(g, first), 1 - beta1)));
            second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(g), 1 - beta2)));
            const length = tf.add(tf.div(tf.sqrt(second), root), epsilon);
            param.assign(tf.sub(p, tf.mul(rate, tf.div(first, length))));
          });
        }
      });
    },
    dispose: () => disposeParams(state),
  };
}

/** β·c + (1 − β): 1 − β^t after t steps from 0. */
function average(correction: tf.Variable, beta: number): tf.Tensor {
  return tf.add(tf.mul(correction, beta), 1 - beta);
}
