import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { mlp } from '@halp/contrastive';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { matrix, mean, randomRows, type Rows } from '../losses/rows.ts';
import { read } from '../objectives/embedder.ts';

const linearOf = (x: Rows, weight: number[], bias: number[]): Rows =>
  x.map((row) =>
    bias.map((b, o) =>
      row.reduce((sum, v, i) => sum + v * (weight[o * row.length + i] as number), b),
    ),
  );

/** Batch norm of a column with weight 1 and bias 0, then ReLU. */
const normalisedRelu = (x: Rows): Rows => {
  const columns = (x[0] as readonly number[]).map((_, d) => x.map((row) => row[d] as number));
  const statistics = columns.map((column) => {
    const centre = mean(column);
    return [centre, Math.sqrt(mean(column.map((v) => (v - centre) ** 2)) + 1e-5)] as const;
  });
  return x.map((row) =>
    row.map((v, d) => {
      const [centre, deviation] = statistics[d] as readonly [number, number];
      return Math.max(0, (v - centre) / deviation);
    }),
  );
};

describe('mlp', () => {
  onEachBackend(() => {
    it("is Linear, BatchNorm, ReLU, Linear with the names of PyTorch's Sequential", () => {
      const layer = mlp({ inputs: 3, hidden: [4], outputs: 2 }, createRandom(0));
      const names = ['0.weight', '0.bias', '1.weight', '1.bias', '3.weight', '3.bias'];
      expect(Object.keys(layer.params)).toEqual(names);
      expect(Object.keys(layer.buffers)).toEqual([
        '1.running_mean',
        '1.running_var',
        '1.num_batches_tracked',
      ]);
      const of = (name: string): number[] => read(layer.params[name]);
      const x = randomRows(1, 5, 3);
      const hidden = normalisedRelu(linearOf(x, of('0.weight'), of('0.bias')));
      const expected = linearOf(hidden, of('3.weight'), of('3.bias'));
      tf.tidy(() =>
        expectClose(
          layer.apply(matrix(x), { mode: 'train', rng: createRandom(0) }),
          expected.flat(),
          {
            absolute: 1e-5,
          },
        ),
      );
      expect(read(layer.buffers['1.num_batches_tracked'])).toEqual([1]);
      layer.dispose();
    });

    it('is a linear layer without hidden layers, and accepts two hidden layers', () => {
      const [short, long] = [[], [4, 5]].map((hidden) =>
        mlp({ inputs: 3, hidden, outputs: 2 }, createRandom(0)),
      ) as [ReturnType<typeof mlp>, ReturnType<typeof mlp>];
      expect(Object.keys(short.params)).toEqual(['0.weight', '0.bias']);
      expect(Object.keys(long.params)).toContain('6.weight');
      expect(long.params['3.weight']?.shape).toEqual([5, 4]);
      short.dispose();
      long.dispose();
    });

    it('matches central differences with respect to its input and its parameters', () => {
      const layer = mlp({ inputs: 3, hidden: [4], outputs: 2 }, createRandom(0));
      // A bias before batch norm has a zero gradient.
      const params = Object.entries(layer.params).filter(([name]) => name !== '0.bias');
      tf.tidy(() => {
        const x = matrix(randomRows(2, 5, 3));
        const weights = matrix(randomRows(3, 5, 2));
        checkGradient(
          (input) =>
            tf.sum(
              tf.mul(
                layer.apply(input as tf.Tensor2D, { mode: 'train', rng: createRandom(0) }),
                weights,
              ),
            ),
          [x],
          { step: 1e-3 },
        );
        checkGradient(
          () => tf.sum(tf.mul(layer.apply(x, { mode: 'train', rng: createRandom(0) }), weights)),
          params.map(([, variable]) => variable),
          { step: 1e-3 },
        );
      });
      layer.dispose();
    });

    it('rejects everything that is no pass', () => {
      const layer = mlp({ inputs: 3, hidden: [4], outputs: 2 }, createRandom(0));
      const x = matrix(randomRows(2, 5, 3));
      expect(() => layer.apply(x, undefined as never)).toThrow(
        "mlp: expected a pass { mode: 'eval' } or { mode: 'train', rng }, got undefined",
      );
      x.dispose();
      layer.dispose();
    });

    it('rejects invalid sizes and leaks no tensor', () => {
      const tensors = tf.memory().numTensors;
      expect(() => mlp({ inputs: 3, hidden: [4, 0], outputs: 2 }, createRandom(0))).toThrow(
        RangeError,
      );
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});
