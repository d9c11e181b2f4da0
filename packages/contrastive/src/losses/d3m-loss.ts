import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectTensors, shapeText } from '../check.ts';
import { logSoftmax } from '../parts/log-softmax.ts';

/**
 * AimCLR's distributional divergence (D3M): the mean over the batch of -sum p log p', the cross-entropy between the
 * distributions over key and queue that a normally augmented view gives, p = softmax(normal), and an
 * extremely augmented one, p' = softmax(extreme). At least the entropy of p, which it is where both are alike.
 *
 * Source: Guo et al., AimCLR (arXiv 2112.03590), D3M loss; net/aimclr.py and processor/pretrain_aimclr.py of its code.
 * The gradient goes to the extreme view only.
 *
 * @param normal - logits `[N, 1 + K]` of `infoNCELogits`; a constant here.
 * @param extreme - logits `[N, 1 + K]` of the same keys; differentiable.
 * @throws RangeError if the shapes differ.
 * @remarks The authors' code takes the logarithm of a softmax, which is -Infinity where a probability is too small for
 * float32; here it is that of the logits, which never is.
 *
 * @example
 * ```ts
 * const logits = (query: tf.Tensor2D) => infoNCELogits(query, key, queue.keys, { temperature: 0.07 });
 * const loss = d3mLoss(logits(normal), logits(extreme));
 * ```
 */
export function d3mLoss(normal: tf.Tensor2D, extreme: tf.Tensor2D): tf.Scalar {
  expectTensors('d3mLoss', { 'the normal logits': normal, 'the extreme logits': extreme });
  const alike = tf.util.arraysEqual(normal.shape, extreme.shape);
  if (normal.rank !== 2 || normal.size === 0 || !alike) {
    throw new RangeError(
      `d3mLoss: expected logits of one shape [N, 1 + K], ` +
        `got ${shapeText(normal)} and ${shapeText(extreme)}`,
    );
  }
  return tf.tidy(() => {
    const probabilities = withoutGradient(() => tf.exp(logSoftmax(normal)));
    const crossEntropies = tf.sum(tf.mul(probabilities, logSoftmax(extreme)), 1);
    return tf.neg(tf.mean<tf.Scalar>(crossEntropies));
  });
}
