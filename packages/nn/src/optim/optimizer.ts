import * as tf from '@tensorflow/tfjs-core';
import { expectOneOf, gotText } from '@halp/random/check';
import type { Params } from '../layer/params.ts';

/** Updates parameters by their gradients. */
export interface Optimizer {
  /** The variables that a checkpoint saves, by name, so that training resumes exactly. */
  readonly state: Params;
  /**
   * Updates every parameter once.
   *
   * @param gradients - One per parameter, by name, with the parameter's shape. The caller keeps ownership.
   * @param learningRate - The learning rate of this step, finite and at least 0.
   * @throws RangeError if a gradient is missing, unexpected or of another shape, or the rate is out of range.
   */
  step(gradients: Gradients, learningRate: number): void;
  /** Disposes `state`, not the parameters. */
  dispose(): void;
}

/** Gradients by parameter name. */
export type Gradients = Readonly<Record<string, tf.Tensor>>;

/** Weight decay of an optimizer, and the parameters to which it applies. */
export interface WeightDecay {
  /** λ, finite and at least 0. */
  readonly weightDecay?: number | undefined;
  /**
   * The parameters that decay. `'weights'`: those with two axes or more, so that biases and the scale and shift of norms
   * do not decay, as in MAE and timm. Default: `'all'`, as in PyTorch.
   */
  readonly decayOn?: 'all' | 'weights' | undefined;
}

/**
 * The weight decay of each parameter.
 *
 * @param standard - λ if the options have none.
 * @throws RangeError if λ is out of range or `decayOn` is unknown.
 */
export function decayOfEach(
  caller: string,
  params: Params,
  options: WeightDecay,
  standard = 0,
): ReadonlyMap<string, number> {
  const { weightDecay = standard, decayOn = 'all' } = options;
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    throw new RangeError(
      `${caller}: expected a finite weight decay of at least 0, got ${gotText(weightDecay)}`,
    );
  }
  expectOneOf(caller, 'decayOn', decayOn, ['all', 'weights']);
  return new Map(
    Object.entries(params).map(([name, { rank }]) => [
      name,
      decayOn === 'all' || rank >= 2 ? weightDecay : 0,
    ]),
  );
}

/** @throws RangeError unless there is one gradient per parameter, of its shape, and the rate is in range. */
export function expectStep(
  caller: string,
  params: Params,
  gradients: Gradients,
  learningRate: number,
): void {
  const unexpected = Object.keys(gradients).filter((name) => !Object.hasOwn(params, name));
  if (unexpected.length > 0) {
    throw new RangeError(
      `${caller}: expected gradients of its parameters only, got ${unexpected.join(', ')} too`,
    );
  }
  for (const [name, param] of Object.entries(params)) {
    const gradient = gradients[name];
    if (gradient === undefined) {
      throw new RangeError(`${caller}: expected a gradient for '${name}', got none`);
    }
    if (!tf.util.arraysEqual(param.shape, gradient.shape)) {
      throw new RangeError(
        `${caller}: expected a gradient [${param.shape.join(', ')}] for '${name}', got [${gradient.shape.join(', ')}]`,
      );
    }
  }
  if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
    throw new RangeError(
      `${caller}: expected a finite learning rate of at least 0, got ${gotText(learningRate)}`,
    );
  }
}

/** @throws RangeError unless the value lies in [0, 1). */
export function expectFactor(caller: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value < 1) return;
  throw new RangeError(`${caller}: expected ${name} in [0, 1), got ${gotText(value)}`);
}

/** @throws RangeError unless the value is finite and above 0. */
export function expectPositive(caller: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(
    `${caller}: expected ${name} to be finite and above 0, got ${gotText(value)}`,
  );
}
