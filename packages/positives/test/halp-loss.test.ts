import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPositives,
  hallucinate,
  halpLoss,
  halpTerm,
  type PositiveDraws,
} from '@halp/positives';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';
import { dot, matrix, onCircle, randomUnits, rowsOf, type Vector } from './sphere.ts';

/** -(1 / T) mean over kept of q.z, in a loop over positives. */
function oracle(
  queries: readonly Vector[],
  positives: readonly Vector[],
  kept: readonly number[],
  temperature: number,
): number {
  const count = positives.length / queries.length;
  let [sum, number] = [0, 0];
  positives.forEach((z, i) => {
    if (kept[i] === 0) return;
    sum += dot(queries[Math.floor(i / count)] as Vector, z);
    number++;
  });
  return number === 0 ? 0 : -sum / number / temperature;
}

const TOWARDS_FAR: PositiveDraws = {
  shape: [1, 1],
  target: Int32Array.of(0),
  uniform: Float32Array.of(0),
  margin: 0,
};

describe('halpLoss', () => {
  onEachBackend(() => {
    it('is -cos(angle between query and boundary) / T for one positive on a circle', () => {
      tf.tidy(() => {
        const prototypes = matrix([onCircle(1), onCircle(0)]);
        const [query, key] = [matrix([onCircle(-0.3)]), matrix([onCircle(0.1)])];
        const loss = halpLoss(query, key, prototypes, { temperature: 0.1 }, TOWARDS_FAR);
        expectClose(loss, [-Math.cos(0.8) / 0.1], { relative: 1e-5 });
      });
    });

    it('is the mean over all kept positives of the batch for any shapes', () => {
      const sizes = fc.tuple(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 2, max: 5 }),
      );
      const boundaries = fc.constantFrom('pairwise' as const, 'exact' as const);
      fc.assert(
        fc.property(sizes, boundaries, fc.integer(), ([n, p, g, d], boundary, seed) => {
          const rng = createRandom(seed);
          const [queries, keys] = [randomUnits(n, d, rng), randomUnits(n, d, rng)];
          const prototypes = randomUnits(p, d, rng);
          const draws = drawPositives({ anchors: n, prototypes: p, count: g }, rng);
          tf.tidy(() => {
            const places = matrix(prototypes);
            const made = hallucinate(matrix(keys), places, { boundary }, draws);
            const positives = rowsOf(made.positives, d);
            const kept = Array.from(made.kept.dataSync());
            const term = halpTerm(
              matrix(queries),
              matrix(keys),
              places,
              { boundary, temperature: 0.07 },
              draws,
            );
            expectClose(term.loss, [oracle(queries, positives, kept, 0.07)], {
              relative: 1e-5,
              // Terms of up to 1 / 0.07 that may cancel.
              absolute: 1e-5,
            });
            const share = kept.reduce((sum, value) => sum + value, 0) / kept.length;
            expectClose(term.kept, [share], { absolute: 1e-6 });
          });
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('matches central differences with respect to the query', () => {
      tf.tidy(() => {
        const rng = createRandom(1);
        const [query, key] = [matrix(randomUnits(3, 4, rng)), matrix(randomUnits(3, 4, rng))];
        const prototypes = matrix(randomUnits(6, 4, rng));
        const draws = drawPositives({ anchors: 3, prototypes: 6, count: 8 }, rng);
        checkGradient((q) => halpLoss(q as tf.Tensor2D, key, prototypes, {}, draws), [query]);
      });
    });

    it('has no gradient for key and prototypes', () => {
      tf.tidy(() => {
        const rng = createRandom(1);
        const [query, key] = [matrix(randomUnits(3, 4, rng)), matrix(randomUnits(3, 4, rng))];
        const prototypes = matrix(randomUnits(6, 4, rng));
        const plusSum = (x: tf.Tensor, loss: tf.Scalar): tf.Scalar => tf.add(tf.sum(x), loss);
        const [byKey, byPrototypes] = [
          tf.grad((k) =>
            plusSum(k, halpLoss(query, k as tf.Tensor2D, prototypes, {}, createRandom(2))),
          )(key),
          tf.grad((p) => plusSum(p, halpLoss(query, key, p as tf.Tensor2D, {}, createRandom(2))))(
            prototypes,
          ),
        ];
        expectClose(byKey, new Array<number>(12).fill(1), { absolute: 0 });
        expectClose(byPrototypes, new Array<number>(24).fill(1), { absolute: 0 });
      });
    });

    it('uses positives of keys, of queries, or of both', () => {
      tf.tidy(() => {
        const rng = createRandom(6);
        const [queries, keys] = [randomUnits(4, 5, rng), randomUnits(4, 5, rng)];
        const prototypes = matrix(randomUnits(7, 5, rng));
        for (const [anchors, from] of [
          ['key', keys],
          ['query', queries],
          ['both', [...keys, ...queries]],
        ] as const) {
          const sizes = { anchors: from.length, prototypes: 7, count: 9 };
          const draws = drawPositives(sizes, createRandom(7));
          const made = hallucinate(matrix(from), prototypes, {}, draws);
          const [positives, kept] = [rowsOf(made.positives, 5), Array.from(made.kept.dataSync())];
          const compared = from.map((_, i) => queries[i % 4] as Vector);
          const options = { anchors, count: 9, temperature: 0.1 };
          const loss = (query: tf.Tensor): tf.Scalar =>
            halpLoss(query as tf.Tensor2D, matrix(keys), prototypes, options, createRandom(7));
          expectClose(loss(matrix(queries)), [oracle(compared, positives, kept, 0.1)], {
            relative: 1e-5,
            absolute: 1e-5,
          });
          // Positives are constants, so d(q.z) / dq = z.
          const number = kept.reduce((sum, value) => sum + value, 0);
          const gradient = queries.map((query) =>
            query.map((_, d) => {
              const own = positives.filter(
                (_, i) => compared[Math.floor(i / 9)] === query && kept[i],
              );
              return -own.reduce((sum, z) => sum + (z[d] as number), 0) / number / 0.1;
            }),
          );
          expectClose(tf.grad(loss)(matrix(queries)), gradient.flat(), { absolute: 1e-5 });
        }
      });
    });

    it('is zero with a zero gradient if no positive is kept', () => {
      tf.tidy(() => {
        const [k, q] = [matrix([onCircle(0.4)]), matrix([onCircle(0.6)])];
        const opposite = matrix([onCircle(0.4 + Math.PI), onCircle(0.5)]);
        const single = matrix([onCircle(0.4)]);
        for (const prototypes of [opposite, single]) {
          const loss = (query: tf.Tensor): tf.Scalar =>
            halpLoss(query as tf.Tensor2D, k, prototypes, {}, TOWARDS_FAR);
          expectClose(loss(q), [0], { absolute: 0 });
          expectClose(tf.grad(loss)(q), [0, 0], { absolute: 0 });
        }
      });
    });

    it('has a finite value and gradient for anchors on, opposite to and between prototypes', () => {
      tf.tidy(() => {
        const angles = [0, Math.PI, Math.PI / 2, 1e-4, 1e-8];
        const key = matrix(angles.map(onCircle));
        const prototypes = matrix([0, 0, Math.PI, Math.PI / 2, 1e-4].map(onCircle));
        const draws = drawPositives({ anchors: 5, prototypes: 5, count: 50 }, createRandom(3));
        for (const boundary of ['pairwise', 'exact'] as const) {
          const { value, grad } = tf.valueAndGrad((q) =>
            halpLoss(q as tf.Tensor2D, key, prototypes, { boundary }, draws),
          )(key);
          for (const tensor of [value, grad]) {
            expect(Array.from(tensor.dataSync()).every(Number.isFinite)).toBe(true);
          }
          expect(value.dataSync()[0]).toBeLessThan(0);
        }
      });
    });

    it('does not materialise the positives: no operation returns N G D numbers', async () => {
      const rng = createRandom(4);
      const [n, g, p, d] = [5, 11, 7, 64];
      const [query, key] = [matrix(randomUnits(n, d, rng)), matrix(randomUnits(n, d, rng))];
      const prototypes = matrix(randomUnits(p, d, rng));
      for (const boundary of ['pairwise', 'exact'] as const) {
        const profile = await tf.profile(() =>
          tf.tidy(() => halpLoss(query, key, prototypes, { boundary, count: g }, rng)),
        );
        const sizes = profile.kernels.flatMap(({ outputShapes }) =>
          outputShapes.map((shape) => shape.reduce((size, axis) => size * axis, 1)),
        );
        // At most the N G P angles, the N D embeddings and a transposed copy of the prototypes.
        expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(n * g * p, n * (d + 1), p * d));
        (profile.result as tf.Tensor).dispose();
      }
      tf.dispose([query, key, prototypes]);
    });

    it('leaks no tensor besides its result', () => {
      const rng = createRandom(5);
      const inputs = [3, 3, 4].map((count) => matrix(randomUnits(count, 5, rng)));
      const [query, key, prototypes] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const before = tf.memory().numTensors;
      const loss = halpLoss(query, key, prototypes, {}, rng);
      expect(tf.memory().numTensors - before).toBe(1);
      const { positives, kept } = hallucinate(key, prototypes, {}, rng);
      expect(tf.memory().numTensors - before).toBe(3);
      tf.dispose([loss, positives, kept, inputs]);
    });

    it('rejects invalid shapes and temperatures', () => {
      tf.tidy(() => {
        const rows = (n: number, d: number): tf.Tensor2D => tf.ones([n, d]);
        const work =
          (q: tf.Tensor2D, k: tf.Tensor2D, p: tf.Tensor2D, options: object = {}) =>
          (): unknown =>
            halpLoss(q, k, p, options, createRandom(0));
        expect(work(rows(1, 4), rows(3, 4), rows(5, 4))).toThrow(
          'halpLoss: expected anchors [N, D], queries [N, D] and prototypes [P, D], got [3, 4], [1, 4] and [5, 4]',
        );
        expect(work(rows(3, 4), rows(3, 4), rows(5, 1))).toThrow(/\[5, 1\]/);
        expect(work(rows(3, 4), rows(3, 4), tf.ones([4]) as unknown as tf.Tensor2D)).toThrow(
          RangeError,
        );
        expect(work(rows(3, 4), rows(3, 4), rows(5, 4), { temperature: 0 })).toThrow(
          'halpLoss: expected a positive temperature, got 0',
        );
        const single = drawPositives({ anchors: 3, prototypes: 5 }, createRandom(0));
        expect(() =>
          halpLoss(rows(3, 4), rows(3, 4), rows(5, 4), { anchors: 'both' }, single),
        ).toThrow('halpLoss: expected draws for 6 anchors, got shape [3, 100]');
        expect(work(rows(3, 4), rows(3, 4), rows(5, 4), { anchors: 'queue' })).toThrow(
          new RangeError("halpLoss: expected the anchors 'key', 'query' or 'both', got 'queue'"),
        );
        expect(work(rows(3, 4), rows(3, 4), rows(5, 4), { lambda: 2 })).toThrow(
          /lambda in \[0, 1\]/,
        );
      });
    });
  });
});
