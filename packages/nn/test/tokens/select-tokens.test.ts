import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { placeTokens, takeTokens } from '@halp/nn';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';

const positions = (): tf.Tensor2D => tf.tensor2d([[3, 0], [1, 2]], [2, 2], 'int32'); // prettier-ignore
const tokens = (length: number): tf.Tensor3D =>
  tf.randomNormal<tf.Rank.R3>([2, length, 3], 0, 1, 'float32', 1);

onEachBackend(() => {
  describe.each([
    ['takeTokens', (x: tf.Tensor3D, at: tf.Tensor2D) => takeTokens(x, at)],
    ['placeTokens', (x: tf.Tensor3D, at: tf.Tensor2D) => placeTokens(x, at, 4)],
  ] as const)('%s', (name, apply) => {
    it('rejects positions of another shape or type', () => {
      tf.tidy(() => {
        expect(() => apply(tokens(2), tf.zeros([3, 2], 'int32'))).toThrow(
          `${name}: expected positions [N, K] = [2, `,
        );
        expect(() => apply(tokens(2), tf.zeros([2, 2]))).toThrow(
          new TypeError(`${name}: expected positions of int32, got float32`),
        );
      });
    });
  });

  it('takeTokens takes the token at each position', () => {
    tf.tidy(() => {
      const x = tokens(4);
      const rows = x.arraySync();
      const wanted = [[3, 0], [1, 2]].map((of, n) => of.map((l) => rows[n]?.[l])); // prettier-ignore
      expectClose(
        takeTokens(x, positions()),
        { shape: [2, 2, 3], data: wanted.flat(2) as number[] },
        { absolute: 0 },
      );
    });
  });

  it('placeTokens puts each token at its position and zeros elsewhere', () => {
    tf.tidy(() => {
      const x = tokens(2);
      const rows = x.arraySync();
      const zero = [0, 0, 0];
      const wanted = [
        [rows[0]?.[1], zero, zero, rows[0]?.[0], zero],
        [zero, rows[1]?.[0], rows[1]?.[1], zero, zero],
      ];
      expectClose(
        placeTokens(x, positions(), 5),
        { shape: [2, 5, 3], data: wanted.flat(2) as number[] },
        { absolute: 0 },
      );
    });
  });

  it('placeTokens is the transpose of takeTokens: ⟨take(x), y⟩ = ⟨x, place(y)⟩', () => {
    tf.tidy(() => {
      const [x, y, at] = [tokens(4), tokens(2), positions()];
      const left = tf.sum(tf.mul(takeTokens(x, at), y));
      const right = tf.sum(tf.mul(x, placeTokens(y, at, 4)));
      expectClose(left, [...right.dataSync()], { absolute: 1e-5 });
    });
  });

  it('has gradients that agree with central differences', () => {
    tf.tidy(() => {
      const at = positions();
      const weights = tf.randomNormal([2, 2, 3], 0, 1, 'float32', 2);
      const wide = tf.randomNormal([2, 4, 3], 0, 1, 'float32', 3);
      checkGradient((x) => tf.sum(tf.mul(takeTokens(x as tf.Tensor3D, at), weights)), [tokens(4)]);
      checkGradient((x) => tf.sum(tf.mul(placeTokens(x as tf.Tensor3D, at, 4), wide)), [tokens(2)]);
    });
  });

  it('leaves no tensor behind', async () => {
    const [x, at] = [tokens(4), positions()];
    await expectNoLeak(() => takeTokens(x, at).dispose());
    tf.dispose([x, at]);
  });
});
