import * as tf from '@tensorflow/tfjs-core';
import type { TokenEncoder } from '@halp/encoders';

/** Added to the variance over the batch. */
const EPSILON = 1e-5;

/**
 * What the student predicts, `[R, L, D]`: the outputs of the teacher's last K blocks on the whole clip, each standardised and
 * then averaged, as data2vec describes it. Every feature of the token at each position has mean 0 and variance 1 over the R
 * rows of the batch, so 0 is predicted without looking at the clip.
 *
 * @remarks Departure: data2vec normalises every token over its features (images) or every feature over the tokens of a clip
 * (speech). Both leave a target that depends on the position alone and is the same for every clip. Here it collapsed to
 * that: see the README.
 *
 * @param clips - `[N, C, T, V, M]`, unmasked, at least two rows.
 * @param blocks - K, from 1 to the number of blocks.
 */
export function distillationTargets(
  teacher: TokenEncoder,
  clips: tf.Tensor5D,
  blocks: number,
): tf.Tensor3D {
  return tf.tidy(() => {
    const outputs = teacher.blockOutputs(teacher.embed(clips), { mode: 'eval' });
    return tf.div<tf.Tensor3D>(tf.addN(outputs.slice(-blocks).map(standardised)), blocks);
  });
}

function standardised(x: tf.Tensor3D): tf.Tensor3D {
  const centred = tf.sub(x, tf.mean(x, 0, true));
  const variance = tf.mean(tf.square(centred), 0, true);
  return tf.div(centred, tf.sqrt(tf.add(variance, EPSILON)));
}

/**
 * Smooth L1, element by element: d²/(2β) where |d| ≤ β, and |d| − β/2 elsewhere, with d the difference (the loss of data2vec;
 * Girshick, Fast R-CNN, ICCV 2015).
 *
 * @param beta - β, above 0.
 */
export function smoothL1(a: tf.Tensor, b: tf.Tensor, beta: number): tf.Tensor {
  return tf.tidy(() => {
    const distance = tf.abs(tf.sub(a, b));
    // min(|d|, β)·(|d| − min(|d|, β)/2)/β is both cases.
    const inside = tf.minimum(distance, beta);
    return tf.div(tf.mul(inside, tf.sub(distance, tf.div(inside, 2))), beta);
  });
}
