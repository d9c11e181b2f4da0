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

/** Constants of {@link lars}. */
export interface LarsOptions extends WeightDecay {
  /** μ, in [0, 1). Default: 0.9. */
  readonly momentum?: number | undefined;
  /** η, the trust coefficient, above 0. Default: 0.001. */
  readonly trust?: number | undefined;
}

const optionNames: OptionNames<LarsOptions> = {
  momentum: true,
  trust: true,
  weightDecay: true,
  decayOn: true,
};

/**
 * LARS (You, Gitman and Ginsburg, 2017, algorithm 1) as SimCLR and BYOL use it:
 * q = η‖p‖ / (‖∇‖ + λ‖p‖), or 1 where ‖p‖ or ‖∇‖ is 0; v ← μv + q(∇ + λp), from v = 0; p ← p − rate·v.
 *
 * With `decayOn: 'weights'` biases and norms neither decay nor are scaled: q = 1, λ = 0. The state holds v of each
 * parameter as `momentum.<name>`.
 *
 * @param params - The parameters to update, by name.
 * @param options - Constants. Default weight decay: 0.
 * @throws RangeError if a constant is out of range.
 */
export function lars(params: Params, options: LarsOptions = {}): Optimizer {
  expectParams('lars', params);
  const { momentum = 0.9, trust = 0.001, decayOn } = expectOptions('lars', options, optionNames);
  expectFactor('lars', 'momentum', momentum);
  expectPositive('lars', 'trust', trust);
  const decays = decayOfEach('lars', params, options);
  const slots = Object.entries(params).map(([name, param]) => ({
    ...{ name, param, decay: decays.get(name) as number },
    isScaled: decayOn !== 'weights' || param.rank >= 2,
    velocity: ownedVariable(tf.zeros(param.shape), false),
  }));
  const state = Object.fromEntries(
    slots.map(({ name, velocity }) => [`momentum.${name}`, velocity]),
  );
  return {
    state,
    step(gradients: Gradients, learningRate: number) {
      expectStep('lars', params, gradients, learningRate);
      for (const { name, param, decay, isScaled, velocity } of slots) {
        tf.tidy(() => {
          const gradient = gradients[name] as tf.Tensor;
          const decayed = decay > 0 ? tf.add(gradient, tf.mul(param, decay)) : gradient;
          const scaled = isScaled
            ? tf.mul(decayed, trustRatio(param, gradient, trust, decay))
            : decayed;
          velocity.assign(tf.add(tf.mul(velocity, momentum), scaled));
          param.assign(tf.sub(param, tf.mul(velocity, learningRate)));
        });
      }
    },
    dispose: () => disposeParams(state),
  };
}

/** η‖p‖ / (‖∇‖ + λ‖p‖), or 1 where a norm is 0. */
function trustRatio(
  param: tf.Tensor,
  gradient: tf.Tensor,
  trust: number,
  decay: number,
): tf.Tensor {
  const [length, slope] = [tf.norm(param), tf.norm(gradient)];
  const isMoving = tf.logicalAnd(tf.greater(length, 0), tf.greater(slope, 0));
  const ratio = tf.divNoNan(tf.mul(length, trust), tf.add(slope, tf.mul(length, decay)));
  return tf.where(isMoving, ratio, tf.onesLike(ratio));
}
