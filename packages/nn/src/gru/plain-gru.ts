import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../layer/params.ts';
import type { GruDirection } from './gru.ts';

/**
 * The final states of the last layer's halves, `[N, 2H]`: the formula of {@link gru} in ordinary operations with tape
 * gradients. Slow; the oracle of its tests.
 *
 * @param x - `[N, T, F]`.
 * @param params - the parameters of {@link gru}, by name.
 */
export function plainGru(x: tf.Tensor3D, params: Params, direction: GruDirection): tf.Tensor2D {
  return tf.tidy(() => {
    const [clips, count, inputs] = x.shape;
    // Not tf.unstack: its gradient fails if there is only one frame.
    let frames = Array.from({ length: count }, (_, t) =>
      tf.reshape<tf.Rank.R2>(tf.slice(x, [0, t, 0], [clips, 1, inputs]), [clips, inputs]),
    );
    for (let layer = 0; ; layer++) {
      const first = run(frames, params, `_l${layer}`);
      const order = direction === 'stepwise' ? frames : frames.toReversed();
      const second = run(order, params, `_l${layer}_reverse`);
      if (params[`weight_ih_l${layer + 1}`] === undefined) {
        return tf.concat([first.at(-1) as tf.Tensor2D, second.at(-1) as tf.Tensor2D], 1);
      }
      const aligned = direction === 'stepwise' ? second : second.toReversed();
      frames = first.map((h, t) => tf.concat([h, aligned[t] as tf.Tensor2D], 1));
    }
  });
}

/** The state `[N, H]` after each frame. */
function run(frames: readonly tf.Tensor2D[], params: Params, end: string): tf.Tensor2D[] {
  const get = (name: string): tf.Tensor => params[name + end] as tf.Tensor;
  const hidden = get('weight_hh').shape[1] as number;
  let h = tf.zeros<tf.Rank.R2>([frames[0]?.shape[0] ?? 0, hidden]);
  return frames.map((x) => {
    const [xr, xz, xn] = gates(x, get('weight_ih'), get('bias_ih'));
    const [hr, hz, hn] = gates(h, get('weight_hh'), get('bias_hh'));
    const r = tf.sigmoid(tf.add(xr, hr));
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(r, hn)));
    h = tf.add(tf.mul(tf.sub(1, z), n), tf.mul(z, h));
    return h;
  });
}

/** x Wᵀ + b, split into the parts of the three gates. */
function gates(
  x: tf.Tensor2D,
  weight: tf.Tensor,
  bias: tf.Tensor,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  return tf.split(tf.add(tf.matMul(x, weight as tf.Tensor2D, false, true), bias), 3, 1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
}
