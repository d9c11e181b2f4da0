import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { recomputed } from '../../src/graph/recomputed.ts';

type Named = Readonly<Record<string, tf.Tensor>>;

/** A chain of several operations. */
const work = ({ x, w }: Named): tf.Tensor =>
  tf.tanh(tf.add(tf.mul(tf.sigmoid(tf.mul(x as tf.Tensor, w as tf.Tensor)), x as tf.Tensor), 1));

onEachBackend(() => {
  it('returns the same values and gradients as the function, between other operations', () => {
    tf.tidy(() => {
      const x = tf.randomNormal([3, 2], 0, 1, 'float32', 1);
      const w = tf.randomNormal([2], 0, 1, 'float32', 2);
      const around =
        (f: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, w: tf.Tensor) =>
          tf.sum(tf.square(f(tf.mul(x, 2), w)));
      const plain = around((x, w) => work({ x, w }));
      const again = around((x, w) => recomputed({ x, w }, work));
      expectClose(again(x, w), plain(x, w), {});
      const [wanted, got] = [tf.grads(plain)([x, w]), tf.grads(again)([x, w])];
      wanted.forEach((gradient, i) =>
        expectClose(got[i] as tf.Tensor, gradient, { absolute: 1e-6 }),
      );
      checkGradient((...[x, w]) => again(x as tf.Tensor, w as tf.Tensor), [x, w]);
    });
  });

  it('keeps only its inputs and its result', () => {
    tf.tidy(() => {
      const [x, w] = [tf.variable(tf.ones([3, 2])), tf.variable(tf.ones([2]))];
      const kept = (f: (inputs: Named) => tf.Tensor): number => {
        let count = 0;
        const { value, grads } = tf.variableGrads(() => {
          const before = tf.memory().numTensors;
          const y = tf.tidy(() => f({ x, w }));
          count = tf.memory().numTensors - before;
          return tf.sum(y);
        });
        tf.dispose([value, ...Object.values(grads)]);
        return count;
      };
      // The two inputs, kept for the gradient, and the result.
      expect(kept((inputs) => recomputed(inputs, work))).toBe(3);
      expect(kept(work)).toBeGreaterThan(6);
      tf.dispose([x, w]);
    });
  });
});
