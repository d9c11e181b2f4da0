import * as tf from '@tensorflow/tfjs-core';

/** A loss and its derivative. */
export interface CrossEntropy {
  /** Mean over the rows, nats. */
  readonly loss: tf.Scalar;
  /** `[N, classes]`, the derivative of the loss by the logits: (softmax(z) - targets) / N. */
  readonly logitGradient: tf.Tensor2D;
}

/**
 * The softmax cross-entropy of logits z, mean(log Σ exp z - z[label]), and its gradient, computed
 * without the tape.
 *
 * The largest logit of a row is subtracted first, so that no exponential overflows.
 *
 * @param z - `[N, classes]`.
 * @param targets - `[N, classes]`, one-hot rows.
 */
export function crossEntropy(z: tf.Tensor2D, targets: tf.Tensor2D): CrossEntropy {
  return tf.tidy(() => {
    const shifted = tf.sub(z, tf.max(z, 1, true));
    const exponentials = tf.exp(shifted);
    const sums = tf.sum(exponentials, 1, true);
    const rows = z.shape[0];
    const right = tf.sum(tf.mul(shifted, targets));
    return {
      loss: tf.div<tf.Scalar>(tf.sub(tf.sum(tf.log(sums)), right), rows),
      logitGradient: tf.div<tf.Tensor2D>(tf.sub(tf.div(exponentials, sums), targets), rows),
    };
  });
}

/** The loss of {@link crossEntropy}, differentiable with respect to the logits. */
export function crossEntropyLoss(z: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  // With an explicit gradient: the taped operations cost more and need kernels that WebAssembly lacks.
  return tf.customGrad((logits, save) => {
    const { loss, logitGradient } = crossEntropy(logits as tf.Tensor2D, targets);
    (save as tf.GradSaveFunc)([logitGradient]);
    return {
      value: loss,
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) => tf.mul(saved[0] as tf.Tensor, dy),
    };
  })(z);
}

/**
 * One-hot rows `[N, classes]`, as a plain array.
 *
 * @param labels - `[N]`, each in 0..classes - 1.
 */
export function oneHot(labels: Int32Array, classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => {
    targets[i * classes + label] = 1;
  });
  return targets;
}
