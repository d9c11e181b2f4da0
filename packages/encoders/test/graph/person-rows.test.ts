import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { batchNorm } from '@halp/nn';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { personRows } from '../../src/graph/person-rows.ts';

/** Index of clip n, channel c, frame t, joint v, person m in `[N, C, T, V, M]`. */
const sizes = { N: 2, C: 3, T: 5, V: 4, M: 2 };
const { N, C, T, V, M } = sizes;
const numberAt = (n: number, c: number, t: number, v: number, m: number): number =>
  n * 10_000 + c * 1000 + t * 100 + v * 10 + m;

/** Every clip, frame, joint, channel and person with its value, in the order of the clips. */
const clips = (): tf.Tensor5D =>
  tf.tensor5d(
    Float32Array.from({ length: N * C * T * V * M }, (_, i) => {
      const m = i % M;
      const v = Math.floor(i / M) % V;
      const t = Math.floor(i / (M * V)) % T;
      const c = Math.floor(i / (M * V * T)) % C;
      return numberAt(Math.floor(i / (M * V * T * C)), c, t, v, m);
    }),
    [N, C, T, V, M],
  );

onEachBackend(() => {
  it('returns person m of clip n as row n·M + m, in the order [T, V, C]', () => {
    const norm = batchNorm({ features: M * V * C });
    tf.tidy(() => {
      const rows = personRows(norm, clips(), { mode: 'eval' });
      expect(rows.shape).toEqual([N * M, T, V, C]);
      const expected: number[] = [];
      for (let n = 0; n < N; n++)
        for (let m = 0; m < M; m++)
          for (let t = 0; t < T; t++)
            for (let v = 0; v < V; v++)
              for (let c = 0; c < C; c++)
                expected.push(numberAt(n, c, t, v, m) / Math.sqrt(1 + 1e-5));
      expectClose(rows, { shape: rows.shape, data: expected }, { relative: 1e-6 });
    });
    norm.dispose();
  });

  it('normalises each index (m·V + v)·C + c by its statistics over clips and frames', () => {
    const norm = batchNorm({ features: M * V * C });
    const scale = norm.params['weight'] as tf.Variable;
    tf.tidy(() => {
      scale.assign(tf.range(0, M * V * C));
      const rows = personRows(norm, clips(), { mode: 'train', rng: createRandom(0) }).arraySync();
      for (let m = 0; m < M; m++)
        for (let v = 0; v < V; v++)
          for (let c = 0; c < C; c++) {
            const values: number[] = [];
            for (let n = 0; n < N; n++)
              for (let t = 0; t < T; t++) values.push(numberAt(n, c, t, v, m));
            const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
            const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
            const weight = (m * V + v) * C + c;
            const actual: number[] = [];
            for (let n = 0; n < N; n++)
              for (let t = 0; t < T; t++) actual.push(rows[n * M + m]?.[t]?.[v]?.[c] as number);
            const expected = values.map((x) => (weight * (x - mean)) / Math.sqrt(variance + 1e-5));
            // Numbers of up to 12,000 in float32, times a weight of up to 23.
            expectClose(actual, expected, { absolute: 1e-3 });
          }
    });
    norm.dispose();
  });
});
