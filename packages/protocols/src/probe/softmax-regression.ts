import * as tf from '@tensorflow/tfjs-core';
import { disposeParams, mergeParams, prefixed, sgd } from '@halp/nn';
import type { Features } from '../features/features.ts';
import { crossEntropy, oneHot } from './cross-entropy.ts';

/** Weights of a linear classifier; plain data that owns no tensors. */
export interface LinearWeights {
  /** `[classes, D]`, row-major. */
  readonly weight: Float32Array;
  /** `[classes]`. */
  readonly bias: Float32Array;
}

/** Linear classifiers in training, one a stream, whose logits are averaged. */
export interface SoftmaxRegression {
  /**
   * Trains on the given rows in their order, `batchSize` at a time; the last batch may be smaller.
   * Returns the mean cross-entropy of every step, in nats, before its update.
   *
   * @param streams - features of the same clips, one for each classifier.
   */
  train(
    streams: readonly Features[],
    order: Int32Array,
    options: PassOptions,
  ): Promise<Float32Array>;
  /** `[n, classes]`, the logits of every row, averaged over the streams. */
  scores(streams: readonly Features[]): Promise<Float32Array>;
  /** The current weights, one for each stream. */
  weights(): Promise<LinearWeights[]>;
  /** Frees the variables. */
  dispose(): void;
}

/** Options of one pass of {@link SoftmaxRegression.train}. */
export interface PassOptions {
  /** Rows in a step. */
  readonly batchSize: number;
  /** Learning rate of the pass. */
  readonly learningRate: number;
}

/**
 * Softmax regression trained by SGD with momentum 0.9 and no decay, in PyTorch's form.
 *
 * Logits z = mean over the streams s of x_s W_sᵀ + b_s, p = softmax(z), loss = mean(-log p[label]). The
 * gradient is explicit, dz = (p - onehot) / N, dW_s = dzᵀ x_s / S, db_s = sum(dz) / S, since
 * recording the tape would cost more than the products.
 *
 * @param initial - the initial weights of each stream's classifier.
 */
export function softmaxRegression(
  classes: number,
  initial: readonly LinearWeights[],
): SoftmaxRegression {
  const classifiers = initial.map((weights) => variablesOf(weights, classes));
  const params = mergeParams(...classifiers.map((each, s) => prefixed(String(s), { ...each })));
  const optimizer = sgd(params, { momentum: 0.9 });

  const step = (
    inputs: readonly tf.Tensor2D[],
    targets: tf.Tensor2D,
    learningRate: number,
  ): tf.Scalar =>
    tf.tidy(() => {
      const { loss, logitGradient } = crossEntropy(logits(inputs, classifiers), targets);
      const own = inputs.length === 1 ? logitGradient : tf.div(logitGradient, inputs.length);
      const bias = tf.sum(own, 0);
      const gradients = Object.fromEntries(
        inputs.flatMap((x, s) => [
          [`${s}.weight`, tf.matMul(own, x, true, false)],
          [`${s}.bias`, bias],
        ]),
      );
      optimizer.step(gradients, learningRate);
      return loss;
    });

  return {
    async train(streams, order, { batchSize, learningRate }) {
      const losses: tf.Scalar[] = [];
      for (let start = 0; start < order.length; start += batchSize) {
        const rows = order.subarray(start, start + batchSize);
        const inputs = streams.map((stream) => gather(stream, rows));
        const targets = targetsOf(streams, rows, classes);
        losses.push(step(inputs, targets, learningRate));
        tf.dispose([inputs, targets]);
      }
      return readAll(losses);
    },
    async scores(streams) {
      const count = streams[0]?.labels.length ?? 0;
      const scores = new Float32Array(count * classes);
      const values = streams.reduce((sum, { features }) => sum + features.length, 0);
      const rows = Math.max(1, Math.floor((1 << 22) / (values / count)));
      for (let start = 0; start < count; start += rows) {
        const z = tf.tidy(() =>
          logits(
            streams.map((stream) => block(stream, start, start + rows)),
            classifiers,
          ),
        );
        scores.set(await z.data<'float32'>(), start * classes);
        z.dispose();
      }
      return scores;
    },
    weights: () =>
      Promise.all(
        classifiers.map(async ({ weight, bias }) => ({
          weight: Float32Array.from(await weight.data<'float32'>()),
          bias: Float32Array.from(await bias.data<'float32'>()),
        })),
      ),
    dispose() {
      optimizer.dispose();
      disposeParams(params);
    },
  };
}

interface Variables {
  readonly weight: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

function variablesOf({ weight, bias }: LinearWeights, classes: number): Variables {
  return tf.tidy(() => ({
    weight: tf.variable(tf.tensor2d(Float32Array.from(weight), [classes, weight.length / classes])),
    bias: tf.variable(tf.tensor1d(Float32Array.from(bias))),
  }));
}

function logits(inputs: readonly tf.Tensor2D[], classifiers: readonly Variables[]): tf.Tensor2D {
  const parts = classifiers.map(({ weight, bias }, s) =>
    tf.add<tf.Tensor2D>(tf.matMul(inputs[s] as tf.Tensor2D, weight, false, true), bias),
  );
  const [only] = parts;
  return parts.length === 1 && only ? only : tf.div(tf.addN(parts), parts.length);
}

/** `[N, D]`, the selected rows. */
function gather({ features, labels }: Features, rows: Int32Array): tf.Tensor2D {
  const size = features.length / labels.length;
  const x = new Float32Array(rows.length * size);
  rows.forEach((row, i) => x.set(features.subarray(row * size, (row + 1) * size), i * size));
  return tf.tensor2d(x, [rows.length, size]);
}

/** Rows in [start, end), or up to the last one. */
function block({ features, labels }: Features, start: number, end: number): tf.Tensor2D {
  const size = features.length / labels.length;
  const values = features.slice(start * size, end * size);
  return tf.tensor2d(values, [values.length / size, size]);
}

function targetsOf(streams: readonly Features[], rows: Int32Array, classes: number): tf.Tensor2D {
  const labels = rows.map((row) => streams[0]?.labels[row] ?? NaN);
  return tf.tensor2d(oneHot(labels, classes), [rows.length, classes]);
}

async function readAll(scalars: readonly tf.Scalar[]): Promise<Float32Array> {
  const stacked = tf.stack([...scalars]);
  try {
    return Float32Array.from(await stacked.data());
  } finally {
    tf.dispose([stacked, ...scalars]);
  }
}
