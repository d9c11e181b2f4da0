import * as tf from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { mixJointsByClip } from '../../src/graph/mix-joints-by-clip.ts';

onEachBackend(() => {
  it('matches a loop over its formula', () => {
    const [N, T, P, V, C] = [2, 3, 5, 4, 2] as const;
    tf.tidy(() => {
      const matrix = tf.randomNormal<tf.Rank.R3>([N, P, V], 0, 1, 'float32', 1);
      const x = tf.randomNormal<tf.Rank.R4>([N, T, V, C], 0, 1, 'float32', 2);
      const [m, values] = [matrix.dataSync<'float32'>(), x.dataSync<'float32'>()];
      const data = Array.from({ length: N * T * P * C }, (_, i) => {
        const [c, p] = [i % C, Math.floor(i / C) % P];
        const [t, n] = [Math.floor(i / (C * P)) % T, Math.floor(i / (C * P * T))];
        let sum = 0;
        for (let v = 0; v < V; v++)
          sum +=
            (m[(n * P + p) * V + v] as number) * (values[((n * T + t) * V + v) * C + c] as number);
        return sum;
      });
      expectClose(mixJointsByClip(matrix, x), { shape: [N, T, P, C], data }, { absolute: 1e-6 });
    });
  });

  it('has the correct gradient', () => {
    tf.tidy(() => {
      const matrix = tf.randomNormal([2, 3, 2], 0, 1, 'float32', 1);
      const x = tf.randomNormal([2, 4, 2, 3], 0, 1, 'float32', 2);
      const loss = (...[matrix, x]: tf.Tensor[]): tf.Scalar =>
        tf.sum(tf.square(mixJointsByClip(matrix as tf.Tensor3D, x as tf.Tensor4D)));
      checkGradient(loss, [matrix, x]);
    });
  });
});
