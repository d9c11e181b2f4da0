import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  barlowTwinsLoss,
  byolLoss,
  crossViewLoss,
  d3mLoss,
  infoNCELogits,
  nearestNeighbourLoss,
  ntXentLoss,
  supConLoss,
  vicRegLoss,
} from '@halp/contrastive';
import { expectClose, expectGradientClose, onEachBackend } from '@halp/testing';
import { matrix, type Rows, unitRows } from './rows.ts';

interface Reference {
  readonly loss: number;
  readonly gradients: readonly (readonly number[])[];
}
const references = JSON.parse(
  readFileSync(new URL('../fixtures/losses.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Reference>>;

/** The inputs of fixtures/losses.py. */
function wave(rows: number, phase: number): Rows {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: 4 }, (_, column) => {
      const i = row * 4 + column;
      return Math.sin(1.7 * i + phase) + 0.3 * Math.cos(0.9 * i * i + phase);
    }),
  );
}

const [A, B] = [wave(5, 0), wave(5, 0.4)];
const [QUERY, KEY, EXTREME] = [0.2, 0.5, 1.1].map((phase) => unitRows(wave(5, phase))) as [
  Rows,
  Rows,
  Rows,
];
const [QUEUE, OTHER_QUEUE] = [2, 3].map((phase) => unitRows(wave(7, phase))) as [Rows, Rows];
const T = { temperature: 0.3 };

const times = (rows: tf.Tensor2D, queue: Rows): tf.Tensor2D =>
  tf.matMul(rows, matrix(queue), false, true);
const logitsOf = (view: tf.Tensor2D): tf.Tensor2D =>
  infoNCELogits(view, matrix(KEY), matrix(QUEUE), T);

type Loss = (...inputs: tf.Tensor2D[]) => tf.Scalar;
const CASES: Readonly<Record<string, readonly [Loss, ...Rows[]]>> = {
  ntXent: [(a, b) => ntXentLoss(a, b, { temperature: 0.5 }), A, B],
  supCon: [
    (a, b) => {
      const labels = tf.tensor1d([2, 0, 2, 1, 0], 'int32');
      return supConLoss(a, b, labels, { temperature: 0.2 });
    },
    A,
    B,
  ],
  barlowTwins: [(a, b) => barlowTwinsLoss(a, b, { lambda: 0.0051 }), A, B],
  vicReg: [(a, b) => vicRegLoss(a, b), A, B],
  byol: [(a) => byolLoss(a, matrix(B)), A],
  d3m: [(extreme) => d3mLoss(logitsOf(matrix(QUERY)), logitsOf(extreme)), EXTREME],
  nearestNeighbour: [
    (query) =>
      nearestNeighbourLoss(query, matrix(KEY), matrix(QUEUE), matrix(EXTREME), {
        ...T,
        neighbours: 2,
      }),
    QUERY,
  ],
  nearestNeighbourJoint: [
    (query) =>
      nearestNeighbourLoss(query, matrix(KEY), matrix(QUEUE), matrix(EXTREME), {
        ...T,
        neighbours: 2,
        combine: 'log-of-sum',
      }),
    QUERY,
  ],
  crossView: [
    (query, other) => {
      const own = tf.sum<tf.Tensor1D>(tf.mul(query, matrix(KEY)), 1);
      const [s, t] = [times(query, QUEUE), times(other, OTHER_QUEUE)];
      return crossViewLoss(own, s, t, { ...T, neighbours: 2 });
    },
    QUERY,
    EXTREME,
  ],
};

describe("losses and gradients equal PyTorch's", () => {
  onEachBackend(() => {
    for (const [name, [loss, ...inputs]] of Object.entries(CASES)) {
      it(name, () => {
        const expected = references[name] as Reference;
        expect(expected.gradients).toHaveLength(inputs.length);
        tf.tidy(() => {
          const tensors = inputs.map(matrix);
          // float32 compared with float64: a few rounding errors in sums of ten terms.
          expectClose(loss(...tensors), [expected.loss], { relative: 2e-6 });
          const gradients = tf.grads(loss as (...inputs: tf.Tensor[]) => tf.Scalar)(tensors);
          gradients.forEach((gradient, i) =>
            expectGradientClose(tf.reshape(gradient, [-1]), expected.gradients[i] as number[], {
              relative: 1e-5,
            }),
          );
        });
      });
    }
  });
});
