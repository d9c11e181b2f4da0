import * as tf from '@tensorflow/tfjs-core';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { expectTemperature, expectTensors } from '../check.ts';

/** The temperature of InfoNCE. */
export interface InfoNCEOptions {
  /** Temperature T > 0 that divides the similarities; 0.07 in MoCo and HaLP. */
  readonly temperature: number;
}

/**
 * The InfoNCE logits `[N, 1 + K]`: column 0 is the positive, q . k / T, the others are q . negative / T.
 *
 * Source: He et al., MoCo, equation 1 (arXiv 1911.05722); Shah et al., HaLP, section 3.1.
 *
 * @param query - rows of unit length `[N, D]`; not normalised here.
 * @param key - rows of unit length `[N, D]`, the positives of the queries in the same rows.
 * @param negatives - rows of unit length `[K, D]`, shared by all queries.
 * @returns the logits, differentiable with respect to all three.
 * @throws RangeError if the shapes do not match (there is no broadcasting) or T is not positive.
 */
export function infoNCELogits(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  negatives: tf.Tensor2D,
  options: InfoNCEOptions,
): tf.Tensor2D {
  return logitsFor('infoNCELogits', query, key, negatives, options);
}

const optionNames: OptionNames<InfoNCEOptions> = {
  temperature: true,
};

/** {@link infoNCELogits} with another name in its errors. */
export function logitsFor(
  caller: string,
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  negatives: tf.Tensor2D,
  options: InfoNCEOptions,
): tf.Tensor2D {
  const { temperature } = expectOptions(caller, options, optionNames);
  checkShapes(caller, query, key, negatives);
  expectTemperature(caller, temperature);
  return tf.tidy(() => {
    // Dividing the queries equals dividing the logits, with less work by a factor of K / D.
    const scaled = tf.div(query, temperature);
    const positive = tf.sum(tf.mul(scaled, key), 1, true);
    return tf.concat([positive, tf.matMul(scaled, negatives, false, true)], 1) as tf.Tensor2D;
  });
}

/**
 * The InfoNCE loss, averaged over the batch: -log( exp(q.k/T) / (exp(q.k/T) + sum_j exp(q.n_j/T)) ), at least 0.
 *
 * The cross-entropy of {@link infoNCELogits} with target 0, computed with the largest logit
 * subtracted, so it does not overflow at any temperature.
 *
 * @param query - rows of unit length `[N, D]`; not normalised here.
 * @param key - rows of unit length `[N, D]`.
 * @param negatives - rows of unit length `[K, D]`.
 * @throws RangeError if the shapes do not match (there is no broadcasting) or T is not positive.
 *
 * @example
 * ```ts
 * const query = tf.tensor2d([[1, 0]]);
 * infoNCELoss(query, query, query, { temperature: 0.07 }).print(); // log 2: key and negative are equal
 * ```
 */
export function infoNCELoss(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  negatives: tf.Tensor2D,
  options: InfoNCEOptions,
): tf.Scalar {
  return tf.tidy(() => {
    const logits = logitsFor('infoNCELoss', query, key, negatives, options);
    const positive = tf.reshape(tf.slice(logits, [0, 0], [-1, 1]), [-1]);
    return tf.mean<tf.Scalar>(tf.sub(tf.logSumExp(logits, 1), positive));
  });
}

function checkShapes(
  caller: string,
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  negatives: tf.Tensor2D,
): void {
  expectTensors(caller, { query, key, negatives });
  const [shapeQ, shapeK, shapeN] = [query, key, negatives].map((t) => `[${t.shape.join(', ')}]`);
  const sameRows = query.rank === 2 && shapeQ === shapeK;
  const sameColumns = negatives.rank === 2 && negatives.shape[1] === query.shape[1];
  const filled = query.size > 0 && negatives.size > 0;
  if (!sameRows || !sameColumns || !filled) {
    throw new RangeError(
      `${caller}: expected query [N, D], key [N, D] and negatives [K, D], ` +
        `got ${shapeQ}, ${shapeK} and ${shapeN}`,
    );
  }
}
