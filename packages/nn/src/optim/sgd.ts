import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, gotText } from '@halp/random/check';
import { expectParams } from '../check.ts';
import { disposeParams, ownedVariable, type Params } from '../layer/params.ts';
import { hasFused, runFused } from '../tape/fused.ts';

/** Changes variables so that a loss falls. */
export interface Optimizer {
  /** What a checkpoint needs to continue exactly, by name. */
  readonly state: Params;
  /**
   * Changes every parameter once.
   *
   * @param gradients - one for every parameter, by its name; stay the caller's.
   * @param learningRate - of this step.
   * @throws RangeError if a gradient is missing, unexpected or of another shape, or the rate is not finite and at least 0.
   */
  step(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void;
  /** Disposes `state`; the parameters stay. */
  dispose(): void;
}

/** Constants of {@link sgd}. */
export interface SgdOptions {
  /** μ, in [0, 1); 0 unless given. */
  readonly momentum?: number;
  /** λ, at least 0; 0 unless given. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent as PyTorch's `optim.SGD` (dampening 0, no Nesterov):
 * g ← ∇ + λp; v ← μv + g, from v = 0; p ← p − rate·v.
 *
 * The state is the velocity v of each parameter, named `momentum.<name>` (PyTorch's `momentum_buffer`); without
 * momentum there is none.
 *
 * @param params - what is changed, by name.
 * @throws RangeError if a constant lies outside its range.
 */
export function sgd(params: Params, options: SgdOptions = {}): Optimizer {
  expectParams('sgd', params);
  const { momentum = 0, weightDecay = 0 } = expectOptions('sgd', options);
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum < 1)) {
    throw new RangeError(`sgd: expected a momentum in [0, 1), got ${gotText(momentum)}`);
  }
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    throw new RangeError(
      `sgd: expected a finite weight decay of at least 0, got ${gotText(weightDecay)}`,
    );
  }
  const velocities: Record<string, tf.Variable> = {};
  if (momentum > 0) {
    for (const [name, param] of Object.entries(params)) {
      velocities[`momentum.${name}`] = ownedVariable(tf.zeros(param.shape), false);
    }
  }
  return {
    state: velocities,
    step(gradients, learningRate) {
      expectGradients(params, gradients);
      if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
        throw new RangeError(
          `sgd: expected a finite learning rate of at least 0, got ${learningRate}`,
        );
      }
      if (momentum > 0 && hasFused('HalpSgd')) {
        stepFused(params, velocities, gradients, [learningRate, momentum, weightDecay]);
        return;
      }
      tf.tidy(() => {
        const decay = weightDecay > 0 ? tf.scalar(weightDecay) : undefined;
        const inertia = tf.scalar(momentum);
        const rate = tf.scalar(learningRate);
        for (const [name, param] of Object.entries(params)) {
          tf.tidy(() => {
            const gradient = gradients[name] as tf.Tensor;
            const velocity = velocities[`momentum.${name}`];
            const terms = [gradient];
            if (decay !== undefined) terms.push(tf.mul(param, decay));
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

/** All parameters in one operation. */
function stepFused(
  params: Params,
  velocities: Params,
  gradients: Readonly<Record<string, tf.Tensor>>,
  constants: readonly [rate: number, momentum: number, decay: number],
): void {
  const names = Object.keys(params);
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

function expectGradients(params: Params, gradients: Readonly<Record<string, tf.Tensor>>): void {
  const unexpected = Object.keys(gradients).filter((name) => !Object.hasOwn(params, name));
  if (unexpected.length > 0) {
    throw new RangeError(
      `sgd: expected gradients of the parameters alone, got ${unexpected.join(', ')} too`,
    );
  }
  for (const [name, param] of Object.entries(params)) {
    const gradient = gradients[name];
    if (gradient === undefined)
      throw new RangeError(`sgd: expected a gradient for '${name}', got none`);
    if (!tf.util.arraysEqual(param.shape, gradient.shape)) {
      throw new RangeError(
        `sgd: expected a gradient [${param.shape.join(', ')}] for '${name}', got [${gradient.shape.join(', ')}]`,
      );
    }
  }
}
