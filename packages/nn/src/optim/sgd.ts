import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectParams } from '../check.ts';
import { disposeParams, ownedVariable, type Params } from '../layer/params.ts';
import { hasFused, runFused } from '../tape/fused.ts';
import {
  decayOfEach,
  expectFactor,
  expectStep,
  type Gradients,
  type Optimizer,
  type WeightDecay,
} from './optimizer.ts';

/** Constants of {@link sgd}. */
export interface SgdOptions extends WeightDecay {
  /** μ, in [0, 1). Default: 0. */
  readonly momentum?: number | undefined;
}

const optionNames: OptionNames<SgdOptions> = {
  momentum: true,
  weightDecay: true,
  decayOn: true,
};

/**
 * Stochastic gradient descent as PyTorch's `optim.SGD` (dampening 0, no Nesterov):
 * g ← ∇ + λp; v ← μv + g, from v = 0; p ← p − rate·v.
 *
 * The state is the velocity v of each parameter, named `momentum.<name>` (PyTorch's `momentum_buffer`); it is
 * empty without momentum.
 *
 * @param params - The parameters to update, by name.
 * @param options - Constants. Default weight decay: 0.
 * @throws RangeError if a constant is out of range.
 */
export function sgd(params: Params, options: SgdOptions = {}): Optimizer {
  expectParams('sgd', params);
  const { momentum = 0 } = expectOptions('sgd', options, optionNames);
  expectFactor('sgd', 'momentum', momentum);
  const decays = decayOfEach('sgd', params, options);
  const velocities: Record<string, tf.Variable> = {};
  if (momentum > 0) {
    for (const [name, param] of Object.entries(params)) {
      velocities[`momentum.${name}`] = ownedVariable(tf.zeros(param.shape), false);
    }
  }
  return {
    state: velocities,
    step(gradients, learningRate) {
      expectStep('sgd', params, gradients, learningRate);
      if (momentum > 0 && hasFused('HalpSgd')) {
        for (const decay of new Set(decays.values())) {
          const names = Object.keys(params).filter((name) => decays.get(name) === decay);
          stepFused(names, params, velocities, gradients, [learningRate, momentum, decay]);
        }
        return;
      }
      tf.tidy(() => {
        const inertia = tf.scalar(momentum);
        const rate = tf.scalar(learningRate);
        for (const [name, param] of Object.entries(params)) {
          tf.tidy(() => {
            const gradient = gradients[name] as tf.Tensor;
            const decay = decays.get(name) as number;
            const velocity = velocities[`momentum.${name}`];
            const terms = [gradient];
            if (decay > 0) terms.push(tf.mul(param, decay));
            if (velocity !== undefined) terms.push(tf.mul(velocity, inertia));
            const next = terms.length > 1 ? tf.addN(terms) : gradient;
            velocity?.assign(next);
            param.assign(tf.sub(param, tf.mul(next, rate)));
          });
        }
      });
    },
    dispose: () => disposeParams(velocities),
  };
}

/** Updates the named parameters in one operation. */
function stepFused(
  names: readonly string[],
  params: Params,
  velocities: Params,
  gradients: Gradients,
  constants: readonly [rate: number, momentum: number, decay: number],
): void {
  tf.tidy(() => {
    const next = runFused('HalpSgd', [
      ...names.map((name) => params[name] as tf.Tensor),
      ...names.map((name) => velocities[`momentum.${name}`] as tf.Tensor),
      ...names.map((name) => gradients[name] as tf.Tensor),
      tf.tensor1d([...constants]),
    ]);
    names.forEach((name, i) => {
      params[name]?.assign(next[i] as tf.Tensor);
      velocities[`momentum.${name}`]?.assign(next[names.length + i] as tf.Tensor);
    });
  });
}
