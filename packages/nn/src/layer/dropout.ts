import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectDropProbability, expectTensor } from '../check.ts';
import type { Layer } from './layer.ts';
import { expectPass, type Pass } from './pass.ts';

/** The option of {@link dropout} and {@link stochasticDepth}. */
export interface DropOptions {
  /** The probability of a zero, in [0, 1). */
  readonly probability: number;
}

/** A layer without variables, for tensors of any shape. */
export interface DropLayer extends Layer<tf.Tensor, tf.Tensor> {
  /**
   * A tensor of the shape of `x`, owned by the caller.
   *
   * @param x - the input; the caller keeps it.
   * @param pass - in `eval` mode the output equals the input.
   */
  apply<T extends tf.Tensor>(x: T, pass: Pass): T;
}

/**
 * Dropout (Srivastava et al., JMLR 2014; PyTorch's `nn.Dropout`): in `train` mode each element is 0 with probability p
 * and x/(1 − p) otherwise; in `eval` mode the output equals the input.
 *
 * In `train` mode it draws one uniform number for each element, in row-major order; none if p is 0.
 *
 * @throws RangeError if the probability is outside [0, 1).
 *
 * @example
 * ```ts
 * const layer = dropout({ probability: 0.5 });
 * const y = layer.apply(x, { mode: 'train', rng });
 * ```
 */
export function dropout(options: DropOptions): DropLayer {
  return dropLayer('dropout', options, (shape) => shape);
}

/**
 * Stochastic depth (Huang et al., ECCV 2016; timm's `DropPath`): in `train` mode all elements of an entry of the first
 * axis are 0 with probability p and x/(1 − p) otherwise; in `eval` mode the output equals the input. Applied to the
 * branch of a residual block, it skips the block for some clips.
 *
 * In `train` mode it draws one uniform number for each entry of the first axis; none if p is 0.
 *
 * @throws RangeError if the probability is outside [0, 1).
 */
export function stochasticDepth(options: DropOptions): DropLayer {
  return dropLayer('stochasticDepth', options, ([entries = 1, ...rest]) => [
    entries,
    ...rest.map(() => 1),
  ]);
}

const optionNames: OptionNames<DropOptions> = {
  probability: true,
};

/** A layer that multiplies by zeros and 1/(1 − p) of the shape `shapeOf(shape of x)`. */
function dropLayer(
  caller: string,
  options: DropOptions,
  shapeOf: (shape: readonly number[]) => readonly number[],
): DropLayer {
  const { probability } = expectOptions(caller, options, optionNames);
  expectDropProbability(caller, 'probability', probability);
  return {
    params: {},
    buffers: {},
    apply<T extends tf.Tensor>(x: T, pass: Pass): T {
      expectPass(caller, pass);
      expectTensor(caller, 'x', x);
      if (pass.mode === 'eval' || probability === 0) return tf.clone(x);
      return tf.tidy(() => tf.mul<T>(x, scales(shapeOf(x.shape), probability, pass.rng)));
    },
    dispose: () => undefined,
  };
}

function scales(shape: readonly number[], probability: number, rng: Random): tf.Tensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  const kept = 1 / (1 - probability);
  for (let i = 0; i < values.length; i++) values[i] = rng.uniform() < probability ? 0 : kept;
  return tf.tensor(values, [...shape]);
}
