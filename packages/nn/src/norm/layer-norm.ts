import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, gotText, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers } from '../check.ts';
import { disposeParams, ownedVariable, type Params } from '../layer/params.ts';
import { expectPass, type Pass } from '../layer/pass.ts';

/** Size and constant of {@link layerNorm}. */
export interface LayerNormOptions {
  /** F: features of a row. */
  readonly features: number;
  /** Added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
}

/** The {@link layerNorm} layer: a `Layer` for tensors of any rank whose last axis holds the features. */
export interface LayerNorm {
  /** `weight` and `bias`, `[F]`. */
  readonly params: Params;
  /** None. */
  readonly buffers: Params;
  /**
   * The normalised tensor, owned by the caller, of the shape of x.
   *
   * @param x - `[..., F]`; the caller keeps it.
   * @param pass - in either mode the layer computes the same.
   */
  apply<T extends tf.Tensor>(x: T, pass: Pass): T;
  /** Disposes `params`. */
  dispose(): void;
}

const optionNames: OptionNames<LayerNormOptions> = {
  features: true,
  epsilon: true,
};

/**
 * Layer normalisation of each row of F numbers, as PyTorch's `LayerNorm(F)` (Ba, Kiros and Hinton, arXiv 1607.06450,
 * section 3): y = w·(x − mean) / √(variance + ε) + b with the mean and the variance (divided by F) of the row.
 *
 * Names: `weight` (starts at 1), `bias` (at 0). The layer is one operation on the tape.
 *
 * @throws RangeError if the size is not a positive integer or ε not positive; `apply` throws if the input's last axis has
 * another size.
 */
export function layerNorm(options: LayerNormOptions): LayerNorm {
  const { features, epsilon = 1e-5 } = expectOptions('layerNorm', options, optionNames);
  expectPositiveIntegers('layerNorm', { features });
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new RangeError(`layerNorm: expected a positive epsilon, got ${gotText(epsilon)}`);
  }
  const weight = ownedVariable(tf.ones([features]));
  const bias = ownedVariable(tf.zeros([features]));
  const params = { weight, bias };
  return {
    params,
    buffers: {},
    apply<T extends tf.Tensor>(x: T, pass: Pass): T {
      expectPass('layerNorm', pass);
      if (x.shape.at(-1) !== features || x.size === 0) {
        throw new RangeError(
          `layerNorm: expected [..., features] = [..., ${features}], got [${x.shape.join(', ')}]`,
        );
      }
      if (x.dtype !== 'float32') throw new TypeError(`layerNorm: expected float32, got ${x.dtype}`);
      return tf.tidy(() => {
        const rows = tf.reshape<tf.Rank.R2>(x, [-1, features]);
        return tf.reshape(normaliseRows(rows, weight, bias, epsilon), x.shape) as T;
      });
    },
    dispose: () => disposeParams(params),
  };
}

function normaliseRows(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, weight, bias, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
    const unit = tf.mul(centred, scale);
    save([unit, scale, weight]);
    return { value: tf.add(tf.mul(unit, weight), bias), gradFunc: backward };
  })(x, weight, bias);
}

function backward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const gradients = tf.tidy(() => {
    const [unit, scale, weight] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    const d = tf.mul(dy, weight);
    // The mean and the variance of a row depend on all its numbers; their gradients are subtracted from d.
    const along = tf.mul(unit, tf.mean(tf.mul(d, unit), 1, true));
    const dx = tf.mul(tf.sub(tf.sub(d, tf.mean(d, 1, true)), along), scale);
    return [dx, tf.sum(tf.mul(dy, unit), 0), tf.sum(dy, 0)];
  });
  // TensorFlow.js would keep them until the whole backward pass is done.
  tf.dispose(saved);
  return gradients;
}
