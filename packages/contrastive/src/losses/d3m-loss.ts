import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectTensors, shapeText } from '../check.ts';
import { logSoftmax } from '../parts/log-softmax.ts';

/**
 * AimCLR's distributional divergence loss (D3M): the mean over the batch of -sum p log p', the cross-entropy between the
 * distribution over key and queue of a normally augmented view, p = softmax(normal), and that of an extremely
 * augmented view, p' = softmax(extreme). Its minimum is the entropy of p, for p' = p.
 *
 * Source: Guo et al., AimCLR (arXiv 2112.03590), D3M loss; net/aimclr.py and processor/pretrain_aimclr.py of its code.
 * Only the extreme view receives a gradient.
 *
 * @param normal - logits `[N, 1 + K]` of `infoNCELogits`; a constant here.
 * @param extreme - logits `[N, 1 + K]` for the same keys; differentiable.
 * @throws RangeError if the shapes differ.
 * @remarks The authors' code takes the logarithm of a softmax, which is -Infinity if a probability is too small for
 * float32. Here the log-softmax is computed from the logits and is always finite.
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
