import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import { expectPositiveIntegers, expectShape } from '../check.ts';
import type { Initializer } from '../layer/initializers.ts';
import type { Layer } from '../layer/layer.ts';
import { linear } from '../layer/linear.ts';
import { disposeParams, mergeParams, prefixed } from '../layer/params.ts';
import { expectPass } from '../layer/pass.ts';

/** Sizes and initial values of {@link multiHeadAttention}. */
export interface AttentionOptions {
  /** D: features of a token. */
  readonly features: number;
  /** H: number of heads; divides D. */
  readonly heads: number;
  /** Initial values of both weights. Default: PyTorch's U(-1/√D, 1/√D). */
  readonly weightInit?: Initializer;
  /** Initial values of both biases. Default: U(-1/√D, 1/√D). */
  readonly biasInit?: Initializer;
}

const optionNames: OptionNames<AttentionOptions> = {
  features: true,
  heads: true,
  weightInit: true,
  biasInit: true,
};

/**
 * Multi-head self-attention of L tokens, `[N, L, D]` to `[N, L, D]` (Vaswani et al., NeurIPS 2017, sections 3.2.1 and
 * 3.2.2): q, k, v = the thirds of W_qkv x + b_qkv; softmax(q kᵀ / √(D/H)) v in each head; W_proj · (the concatenated heads) + b_proj.
 *
 * Names, those of the vision transformers: `qkv.weight` `[3D, D]`, `qkv.bias` `[3D]`, `proj.weight` `[D, D]`,
 * `proj.bias` `[D]`; rows of `qkv` by q, k, v, then by head. For the gradient, one `[L, L]` per head is kept.
 *
 * @param rng - forked by layer; itself not drawn from.
 * @throws RangeError if a size is not a positive integer or D is not a multiple of H; `apply` throws if the input has another
 * shape.
 */
export function multiHeadAttention(
  options: AttentionOptions,
  rng: Random,
): Layer<tf.Tensor3D, tf.Tensor3D> {
  const { features, heads, ...inits } = expectOptions('multiHeadAttention', options, optionNames);
  expectPositiveIntegers('multiHeadAttention', { features, heads });
  expectRandom('multiHeadAttention', rng);
  if (features % heads !== 0) {
    throw new RangeError(
      `multiHeadAttention: expected features that are a multiple of ${heads} heads, got ${features}`,
    );
  }
  const size = features / heads;
  const qkv = linear({ inputs: features, outputs: 3 * features, ...inits }, rng.fork('qkv'));
  const proj = linear({ inputs: features, outputs: features, ...inits }, rng.fork('proj'));
  const params = mergeParams(prefixed('qkv', qkv.params), prefixed('proj', proj.params));
  return {
    params,
    buffers: {},
    apply(x, pass) {
      expectPass('multiHeadAttention', pass);
      expectShape('multiHeadAttention', x, [null, null, features], '[N, L, features]');
      const [clips, tokens] = x.shape;
      return tf.tidy(() => {
        const all = qkv.apply(tf.reshape(x, [clips * tokens, features]), pass);
        const parts = tf.reshape(all, [clips, tokens, 3, heads, size]);
        const [q, k, v] = tf
          .unstack(tf.transpose(parts, [2, 0, 3, 1, 4]))
          .map((part) => tf.reshape<tf.Rank.R3>(part, [clips * heads, tokens, size])) as [
          tf.Tensor3D,
          tf.Tensor3D,
          tf.Tensor3D,
        ];
        const seen = tf.reshape(attend(q, k, v), [clips, heads, tokens, size]);
        const rows = tf.reshape<tf.Rank.R2>(tf.transpose(seen, [0, 2, 1, 3]), [
          clips * tokens,
          features,
        ]);
        return tf.reshape<tf.Rank.R3>(proj.apply(rows, pass), [clips, tokens, features]);
      });
    },
    dispose: () => disposeParams(params),
  };
}

/** softmax(q kᵀ / √E) v for each of G groups, all `[G, L, E]`; one operation on the tape. */
function attend(q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D): tf.Tensor3D {
  const scale = 1 / Math.sqrt(q.shape[2]);
  return tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [q, k, v, save] = args as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D, tf.GradSaveFunc];
    const shares = tf.softmax(tf.matMul(tf.mul(q, scale), k, false, true));
    save([q, k, v, shares]);
    return {
      value: tf.matMul(shares, v),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const gradients = tf.tidy(() => attendBackward(dy, saved, scale));
        // TensorFlow.js would keep them until the whole backward pass is done.
        tf.dispose(saved);
        return gradients;
      },
    };
  })(q, k, v) as tf.Tensor3D;
}

/** The gradients of q, k and v. */
function attendBackward(dy: tf.Tensor, saved: readonly tf.Tensor[], scale: number): tf.Tensor[] {
  const [q, k, v, shares] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const dv = tf.matMul(shares, dy, true, false);
  const dShares = tf.mul(tf.matMul(dy, v, false, true), shares);
  const dScores = tf.mul(tf.sub(dShares, tf.mul(shares, tf.sum(dShares, 2, true))), scale);
  return [tf.matMul(dScores, k), tf.matMul(dScores, q, true, false), dv];
}
