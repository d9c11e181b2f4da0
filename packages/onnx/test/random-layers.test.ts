import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onEachBackend } from '@halp/testing';
import { exportOnnx } from '../src/index.ts';
import { expectAgreement, features, layerOf } from './agreement.ts';

/** A step of a layer: `[N, ...]` to `[N, ...]`, with a number that chooses its variant. */
type Step = (x: tf.Tensor, pick: number) => tf.Tensor;

/** One of the axes after the first. */
function axisOf(x: tf.Tensor, pick: number): number {
  return 1 + (pick % (x.rank - 1));
}

function along(x: tf.Tensor, axis: number): number {
  return x.shape[axis] as number;
}

/** Pseudo-random numbers between -1 and 1. */
function numbers(shape: number[], pick: number): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => Math.sin(7 * i + pick)),
    shape,
  );
}

/** The other axes rotated, with N inserted at a position given by `pick`. */
function orderOf(x: tf.Tensor, pick: number): number[] {
  const axes = x.shape.map((_, axis) => axis);
  const turn = pick % x.rank;
  return [...axes.slice(turn), ...axes.slice(0, turn)];
}

/** `f` on x with its axes permuted, then permuted back; `f` keeps the shape. */
function turned(x: tf.Tensor, pick: number, f: (y: tf.Tensor) => tf.Tensor): tf.Tensor {
  const order = orderOf(x, pick);
  return tf.transpose(
    f(tf.transpose(x, order)),
    x.shape.map((_, axis) => order.indexOf(axis)),
  );
}

const steps: Readonly<Record<string, Step>> = {
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  leakyRelu: (x, pick) => tf.leakyRelu(x, pick / 100),
  positiveRoot: (x) => tf.sqrt(tf.add(tf.square(x), 0.1)),
  addNumbers: (x, pick) => tf.add(x, numbers([along(x, x.rank - 1)], pick)),
  scaleAxis: (x, pick) => {
    const axis = axisOf(x, pick);
    const shape = x.shape.map((size, i) => (i === axis ? size : 1));
    return tf.mul(x, numbers(shape, pick));
  },
  rowsTimesMatrix: (x, pick) => {
    const inputs = along(x, x.rank - 1);
    const outputs = 1 + (pick % 4);
    const matrix = numbers([outputs, inputs], pick) as tf.Tensor2D;
    const rows = tf.matMul(tf.reshape<tf.Rank.R2>(x, [-1, inputs]), matrix, false, true);
    return tf.reshape(rows, [...x.shape.slice(0, -1), outputs]);
  },
  columnsOfClips: (x, pick) =>
    turned(x, pick, (y) => {
      const first = along(y, 0);
      const square = numbers([first, first], pick) as tf.Tensor2D;
      // With N as the first axis, the matrix would depend on it.
      if (pick % x.rank === 0) return y;
      return tf.reshape(tf.matMul(square, tf.reshape<tf.Rank.R2>(y, [first, -1])), y.shape);
    }),
  softmaxOfTurned: (x, pick) => turned(x, pick, (y) => tf.softmax(y)),
  centre: (x, pick) => tf.sub(x, tf.mean(x, axisOf(x, pick), true)),
  maxOf: (x, pick) => tf.max(x, axisOf(x, pick), true),
  flip: (x, pick) => tf.reverse(x, axisOf(x, pick)),
  half: (x, pick) => {
    const axis = axisOf(x, pick);
    const size = Math.ceil(along(x, axis) / 2);
    const begin = x.shape.map((_, i) => (i === axis ? along(x, axis) - size : 0));
    return tf.slice(x, begin, x.shape.with(axis, size));
  },
  twice: (x, pick) => tf.concat([x, tf.neg(x)], axisOf(x, pick)),
  padded: (x, pick) => {
    const axis = axisOf(x, pick);
    return tf.pad(
      x,
      x.shape.map((_, i): [number, number] => (i === axis ? [1, 2] : [0, 0])),
      0.5,
    );
  },
  differences: (x, pick) => {
    const parts = tf.unstack(x, axisOf(x, pick));
    return tf.stack(
      parts.map((part, i) => tf.sub(part, parts[i - 1] ?? tf.zerosLike(part))),
      axisOf(x, pick),
    );
  },
  withStart: (x, pick) => {
    const axis = axisOf(x, pick);
    return tf.concat([tf.zeros(x.shape.with(axis, 1)), x], axis);
  },
  chosen: (x, pick) =>
    tf.gather(x, tf.tensor1d([0, pick % along(x, axisOf(x, pick))], 'int32'), axisOf(x, pick)),
  whereLarge: (x) => tf.where(tf.greater(x, 0.2), x, tf.mul(x, 0.5)),
  mergeAxes: (x) =>
    x.rank < 3 ? x : tf.reshape(x, [along(x, 0), along(x, 1) * along(x, 2), ...x.shape.slice(3)]),
};

/** Steps by name, each with the number that chooses its variant. */
const layers = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat({ max: 20 })), {
  minLength: 1,
  maxLength: 8,
});

const clips = { channels: 2, frames: 3, joints: 4, persons: 1 };

onEachBackend(() => {
  it('onnxruntime gives the same as TensorFlow.js for random layers', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (names) => {
        const layer = layerOf((x) =>
          features(names.reduce<tf.Tensor>((y, [name, pick]) => (steps[name] as Step)(y, pick), x)),
        );
        const bytes = await exportOnnx(layer, { clips });
        await expectAgreement(layer, bytes, clips, { relative: 1e-4, absolute: 1e-5 });
      }),
      { seed: 1, numRuns: 50 },
    );
    expect.hasAssertions();
  });
});
