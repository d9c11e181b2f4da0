import { sgd } from '@halp/nn';
import * as tf from '@tensorflow/tfjs-core';
import type { Features } from './features.ts';

/** Weights of a linear classifier; plain data that owns no tensors. */
export interface LinearWeights {
  /** `[classes, D]`, row-major. */
  readonly weight: Float32Array;
  /** `[classes]`. */
  readonly bias: Float32Array;
}

/** A linear classifier under training. */
export interface SoftmaxRegression {
  /**
   * Trains on the given rows in their order, `batchSize` at a time; the last batch may be smaller.
   * Gives the mean cross-entropy of every step, in nats, before that step.
   */
  train(data: Features, order: Int32Array, options: PassOptions): Promise<Float32Array>;
  /** `[n]`, the class with the largest logit of every row; the smallest one on a tie. */
  predict(features: Float32Array): Promise<Int32Array>;
  /** The weights as they are now. */
  weights(): Promise<LinearWeights>;
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
 * Logits z = x Wᵀ + b, p = softmax(z), loss = mean(-log p[label]). The gradient is written out,
 * dz = (p - onehot) / N, dW = dzᵀ x, db = sum(dz), since recording a tape would cost more than the
 * products do.
 */
export function softmaxRegression(classes: number, initial: LinearWeights): SoftmaxRegression {
  const size = initial.weight.length / classes;
  const params = tf.tidy(() => ({
    weight: tf.variable(tf.tensor2d(Float32Array.from(initial.weight), [classes, size])),
    bias: tf.variable(tf.tensor1d(Float32Array.from(initial.bias))),
  }));
  const optimizer = sgd(params, { momentum: 0.9 });

  const step = (x: tf.Tensor2D, targets: tf.Tensor2D, learningRate: number): tf.Scalar =>
    tf.tidy(() => {
      const { loss, logitGradient } = crossEntropy(logits(x, params), targets);
      const gradients = {
        weight: tf.matMul(logitGradient, x, true, false),
        bias: tf.sum(logitGradient, 0),
      };
      optimizer.step(gradients, learningRate);
      return loss;
    });

  return {
    async train(data, order, { batchSize, learningRate }) {
      const losses: tf.Scalar[] = [];
      for (let start = 0; start < order.length; start += batchSize) {
        const { x, targets } = gather(data, order.subarray(start, start + batchSize), {
          size,
          classes,
        });
        losses.push(step(x, targets, learningRate));
        tf.dispose([x, targets]);
      }
      return readAll(losses);
    },
    async predict(features) {
      const predictions = new Int32Array(features.length / size);
      const rows = Math.max(1, Math.floor((1 << 22) / size));
      for (let start = 0; start < predictions.length; start += rows) {
        const block = features.slice(start * size, (start + rows) * size);
        const z = tf.tidy(() => logits(tf.tensor2d(block, [block.length / size, size]), params));
        predictions.set(largestOfRows(await z.data<'float32'>(), classes), start);
        z.dispose();
      }
      return predictions;
    },
    async weights() {
      const [weight, bias] = await Promise.all([
        params.weight.data<'float32'>(),
        params.bias.data<'float32'>(),
      ]);
      return { weight: Float32Array.from(weight), bias: Float32Array.from(bias) };
    },
    dispose() {
      optimizer.dispose();
      tf.dispose(params);
    },
  };
}

function logits(
  x: tf.Tensor2D,
  { weight, bias }: { weight: tf.Tensor2D; bias: tf.Tensor1D },
): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight, false, true), bias);
}

interface CrossEntropy {
  /** Mean over the rows, nats. */
  readonly loss: tf.Scalar;
  /** `[N, classes]`, of the loss by the logits. */
  readonly logitGradient: tf.Tensor2D;
}

/** `targets` are one-hot rows. */
function crossEntropy(z: tf.Tensor2D, targets: tf.Tensor2D): CrossEntropy {
  const shifted = tf.sub(z, tf.max(z, 1, true));
  const exponentials = tf.exp(shifted);
  const sums = tf.sum(exponentials, 1, true);
  const rows = z.shape[0];
  const right = tf.sum(tf.mul(shifted, targets));
  return {
    loss: tf.div(tf.sub(tf.sum(tf.log(sums)), right), rows),
    logitGradient: tf.div(tf.sub(tf.div(exponentials, sums), targets), rows),
  };
}

interface Batch {
  /** `[N, D]`. */
  readonly x: tf.Tensor2D;
  /** `[N, classes]`, one-hot. */
  readonly targets: tf.Tensor2D;
}

function gather(
  { features, labels }: Features,
  rows: Int32Array,
  { size, classes }: { readonly size: number; readonly classes: number },
): Batch {
  const x = new Float32Array(rows.length * size);
  const targets = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    x.set(features.subarray(row * size, (row + 1) * size), i * size);
    targets[i * classes + (labels[row] ?? NaN)] = 1;
  });
  return {
    x: tf.tensor2d(x, [rows.length, size]),
    targets: tf.tensor2d(targets, [rows.length, classes]),
  };
}

async function readAll(scalars: readonly tf.Scalar[]): Promise<Float32Array> {
  const stacked = tf.stack([...scalars]);
  try {
    return Float32Array.from(await stacked.data());
  } finally {
    tf.dispose([stacked, ...scalars]);
  }
}

function largestOfRows(values: Float32Array, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, row) => {
    const scores = values.subarray(row * columns, (row + 1) * columns);
    return scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  });
}
