import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoNCELogits, infoNCELoss } from '@halp/contrastive';
import { checkGradient, expectClose, onEachBackend } from '@halp/testing';

/** Points on the unit circle. */
const atAngles = (angles: readonly number[]): tf.Tensor2D =>
  tf.tensor2d(
    angles.map((angle) => [Math.cos(angle), Math.sin(angle)]),
    [angles.length, 2],
  );

/** The definition, term by term: the dot product of two unit vectors is the cosine of their angle. */
function oracle(
  queries: readonly number[],
  keys: readonly number[],
  negatives: readonly number[],
  temperature: number,
): number {
  let sum = 0;
  queries.forEach((query, i) => {
    const positive = Math.cos(query - (keys[i] as number)) / temperature;
    let others = 0;
    for (const negative of negatives) {
      others += Math.exp(Math.cos(query - negative) / temperature - positive);
    }
    sum += Math.log(1 + others);
  });
  return sum / queries.length;
}

describe('infoNCELoss', () => {
  onEachBackend(() => {
    it('is -log(1 / (K + 1)) when the positive equals all K negatives', () => {
      tf.tidy(() => {
        const same = atAngles([0.3, 0.3, 0.3]);
        const negatives = atAngles([0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);
        const loss = infoNCELoss(same, same, negatives, { temperature: 0.07 });
        expectClose(loss, [-Math.log(1 / 8)], { relative: 1e-6 });
      });
    });

    it('is log(1 + K exp(-1 / T)) when the positive equals the query and the negatives are orthogonal', () => {
      tf.tidy(() => {
        const query = atAngles([0, 0]);
        const negatives = atAngles([Math.PI / 2, -Math.PI / 2, Math.PI / 2]);
        const loss = infoNCELoss(query, query, negatives, { temperature: 0.5 });
        expectClose(loss, [Math.log(1 + 3 * Math.exp(-2))], { relative: 1e-6 });
      });
    });

    it('matches a loop over the definition for any angles', () => {
      const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
      const pairs = fc.array(fc.tuple(angle, angle), { minLength: 1, maxLength: 6 });
      const negatives = fc.array(angle, { minLength: 1, maxLength: 9 });
      const temperature = fc.double({ min: 0.05, max: 2, noNaN: true });
      fc.assert(
        fc.property(pairs, negatives, temperature, (drawn, others, T) => {
          const [queries, keys] = [drawn.map(([query]) => query), drawn.map(([, key]) => key)];
          tf.tidy(() => {
            const loss = infoNCELoss(atAngles(queries), atAngles(keys), atAngles(others), {
              temperature: T,
            });
            // Logits are at most 20 with a relative error of 1e-7 each.
            expectClose(loss, [oracle(queries, keys, others, T)], {
              relative: 1e-5,
              absolute: 1e-5,
            });
          });
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('is finite when exp of the logits overflows', () => {
      tf.tidy(() => {
        const [query, opposite] = [atAngles([0]), atAngles([Math.PI])];
        const worst = infoNCELoss(query, opposite, query, { temperature: 1e-3 });
        expectClose(worst, [2000], { relative: 1e-5 });
        const best = infoNCELoss(query, query, opposite, { temperature: 1e-3 });
        expectClose(best, [0], { absolute: 1e-6 });
      });
    });

    it('matches central differences with respect to query, key and negatives', () => {
      tf.tidy(() => {
        checkGradient(
          (query, key, negatives) =>
            infoNCELoss(query as tf.Tensor2D, key as tf.Tensor2D, negatives as tf.Tensor2D, {
              temperature: 0.5,
            }),
          [atAngles([0.1, 2]), atAngles([0.4, 1]), atAngles([-1, 3, 0])],
        );
      });
    });

    it('has the positive in column 0 of its logits, followed by the negatives in order', () => {
      tf.tidy(() => {
        const logits = infoNCELogits(atAngles([0, 1]), atAngles([0.5, 1]), atAngles([2, 3]), {
          temperature: 0.1,
        });
        expectClose(
          logits,
          {
            shape: [2, 3],
            data: [0.5, 2, 3, 0, 1, 2].map((angle) => 10 * Math.cos(angle)),
          },
          { absolute: 1e-5 },
        );
      });
    });

    it('names the temperature if its options are missing', () => {
      const query = atAngles([0]);
      const without = infoNCELoss as unknown as (...rows: readonly tf.Tensor2D[]) => tf.Scalar;
      expect(() => without(query, query, query)).toThrow(
        'infoNCELoss: expected an object with options among temperature, got undefined',
      );
      query.dispose();
    });

    it('rejects shapes that match only by broadcasting', () => {
      tf.tidy(() => {
        const rows = (n: number, d: number): tf.Tensor2D => tf.ones([n, d]);
        const T = { temperature: 0.07 };
        const message = (work: () => unknown): string => {
          try {
            work();
          } catch (error) {
            return (error as RangeError).message;
          }
          return 'nothing thrown';
        };
        expect(message(() => infoNCELoss(rows(3, 4), rows(1, 4), rows(5, 4), T))).toBe(
          'infoNCELoss: expected query [N, D], key [N, D] and negatives [K, D], got [3, 4], [1, 4] and [5, 4]',
        );
        expect(message(() => infoNCELoss(rows(3, 4), rows(3, 1), rows(5, 4), T))).toMatch(
          /\[3, 1\]/,
        );
        expect(message(() => infoNCELoss(rows(3, 4), rows(3, 4), rows(5, 1), T))).toMatch(
          /\[5, 1\]/,
        );
        expect(message(() => infoNCELoss(rows(3, 4), rows(3, 4), tf.zeros([0, 4]), T))).toMatch(
          /\[0, 4\]/,
        );
        for (const temperature of [0, -1, NaN, Infinity]) {
          expect(
            message(() => infoNCELoss(rows(3, 4), rows(3, 4), rows(5, 4), { temperature })),
          ).toBe(`infoNCELoss: expected a positive temperature, got ${temperature}`);
        }
      });
    });
  });
});
