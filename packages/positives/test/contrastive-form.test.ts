import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { infoNCELoss } from '@halp/contrastive';
import {
  drawPositives,
  hallucinate,
  halpLoss,
  type HalpLossOptions,
  halpTerm,
  type PositiveDraws,
} from '@halp/positives';
import { createRandom } from '@halp/random';
import { checkGradient, expectClose, expectNoLeak, onEachBackend } from '@halp/testing';
import { dot, matrix, onCircle, randomUnits, rowsOf, type Vector } from './sphere.ts';

const form = 'contrastive';

/** The mean over kept positives of -log(e^(q.z/T) / (e^(q.z/T) + sum e^(q.n/T))), in a loop in float64. */
function oracle(
  compared: readonly Vector[],
  positives: readonly Vector[],
  kept: readonly number[],
  negatives: readonly Vector[],
  temperature: number,
): number {
  const count = positives.length / compared.length;
  const losses = positives.flatMap((z, i) => {
    if (kept[i] === 0) return [];
    const query = compared[Math.floor(i / count)] as Vector;
    const own = Math.exp(dot(query, z) / temperature);
    const others = negatives.map((n) => Math.exp(dot(query, n) / temperature));
    return [-Math.log(own / (own + others.reduce((sum, x) => sum + x, 0)))];
  });
  return losses.length === 0 ? 0 : losses.reduce((sum, x) => sum + x, 0) / losses.length;
}

/** Positives at their anchors: t = 0 for each. */
const atAnchors = (anchors: number, count: number): PositiveDraws => ({
  shape: [anchors, count],
  target: new Int32Array(anchors * count),
  uniform: new Float32Array(anchors * count).fill(1),
  margin: 0,
});

describe('the HaLP term in the form of InfoNCE', () => {
  onEachBackend(() => {
    it('is the mean over all kept positives of the batch, for all anchors and shapes', () => {
      const settings = fc.record({
        n: fc.integer({ min: 1, max: 5 }),
        p: fc.integer({ min: 2, max: 8 }),
        g: fc.integer({ min: 1, max: 6 }),
        d: fc.integer({ min: 2, max: 5 }),
        k: fc.integer({ min: 1, max: 9 }),
        boundary: fc.constantFrom('pairwise' as const, 'exact' as const),
        anchors: fc.constantFrom('key' as const, 'query' as const, 'both' as const),
        seed: fc.integer(),
      });
      fc.assert(
        fc.property(settings, ({ n, p, g, d, k, boundary, anchors, seed }) => {
          const rng = createRandom(seed);
          const [queries, keys] = [randomUnits(n, d, rng), randomUnits(n, d, rng)];
          const [prototypes, negatives] = [randomUnits(p, d, rng), randomUnits(k, d, rng)];
          const from = { key: keys, query: queries, both: [...keys, ...queries] }[anchors];
          const draws = drawPositives({ anchors: from.length, prototypes: p, count: g }, rng);
          tf.tidy(() => {
            const made = hallucinate(matrix(from), matrix(prototypes), { boundary }, draws);
            const kept = Array.from(made.kept.dataSync());
            const compared = from.map((_, i) => queries[i % n] as Vector);
            const options: HalpLossOptions = { boundary, anchors, temperature: 0.2, form };
            const [q, key, places] = [matrix(queries), matrix(keys), matrix(prototypes)];
            const term = halpTerm(q, key, places, options, draws, matrix(negatives));
            const expected = oracle(compared, rowsOf(made.positives, d), kept, negatives, 0.2);
            expectClose(term.loss, [expected], { relative: 2e-5, absolute: 2e-5 });
            const { loss, ...diagnostics } = halpTerm(q, key, places, { boundary, anchors }, draws);
            loss.dispose();
            for (const name of ['kept', 'angle', 'hardness'] as const) {
              expectClose(term[name], diagnostics[name].dataSync(), { absolute: 1e-6 });
            }
          });
        }),
        { seed: 1, numRuns: 50 },
      );
    });

    it('equals InfoNCE with the keys if every positive equals its key', () => {
      tf.tidy(() => {
        const rng = createRandom(4);
        const [query, key] = [matrix(randomUnits(5, 6, rng)), matrix(randomUnits(5, 6, rng))];
        const [prototypes, negatives] = [
          matrix(randomUnits(4, 6, rng)),
          matrix(randomUnits(7, 6, rng)),
        ];
        const options = { form, temperature: 0.07 } as const;
        const draws = atAnchors(5, 3);
        const loss = halpLoss(query, key, prototypes, options, draws, negatives);
        const infonce = infoNCELoss(query, key, negatives, { temperature: 0.07 });
        expectClose(loss, infonce.dataSync(), { relative: 1e-5 });
      });
    });

    it('matches central differences with respect to the query and has no gradient for other inputs', () => {
      tf.tidy(() => {
        const rng = createRandom(1);
        const [query, key] = [matrix(randomUnits(3, 4, rng)), matrix(randomUnits(3, 4, rng))];
        const prototypes = matrix(randomUnits(6, 4, rng));
        const negatives = matrix(randomUnits(5, 4, rng));
        for (const anchors of ['key', 'both'] as const) {
          const rows = anchors === 'both' ? 6 : 3;
          const draws = drawPositives({ anchors: rows, prototypes: 6, count: 8 }, createRandom(2));
          const options = { form, anchors, temperature: 0.5 } as const;
          const loss = (q: tf.Tensor): tf.Scalar =>
            halpLoss(q as tf.Tensor2D, key, prototypes, options, draws, negatives);
          if (anchors === 'key') {
            checkGradient(loss, [query]);
            continue;
          }
          // Positives of a query are constants: the gradient is that of a loss with constant positives.
          const from = tf.concat2d([key, query], 0);
          const { positives, kept } = hallucinate(from, prototypes, {}, draws);
          const isKept = Array.from(kept.dataSync());
          const fixed = rowsOf(positives, 4).map((z) => tf.tensor2d([z]));
          const plain = (q: tf.Tensor): tf.Scalar => {
            const losses = fixed.flatMap((z, i) => {
              if (isKept[i] === 0) return [];
              const row = tf.slice2d(q as tf.Tensor2D, [Math.floor(i / 8) % 3, 0], [1, 4]);
              return [infoNCELoss(row, z, negatives, { temperature: 0.5 })];
            });
            return tf.div(tf.addN(losses), losses.length);
          };
          expectClose(tf.grad(loss)(query), tf.grad(plain)(query).dataSync(), { absolute: 1e-5 });
        }
        const draws = drawPositives({ anchors: 3, prototypes: 6, count: 8 }, createRandom(2));
        const byKey = tf.grad((k) =>
          tf.add(
            tf.sum(k),
            halpLoss(query, k as tf.Tensor2D, prototypes, { form }, draws, negatives),
          ),
        )(key);
        expectClose(byKey, new Array<number>(12).fill(1), { absolute: 0 });
      });
    });

    it('has a vanishing gradient if the query is much closer to its positives than to the negatives', () => {
      tf.tidy(() => {
        const key = matrix([onCircle(0)]);
        const prototypes = matrix([onCircle(0), onCircle(1)]);
        const negatives = matrix([onCircle(Math.PI), onCircle(Math.PI / 2)]);
        const length = (form: 'aligned' | 'contrastive'): number => {
          const options = { form, temperature: 0.07 };
          const given = form === 'contrastive' ? negatives : undefined;
          const gradient = tf.grad((q) =>
            halpLoss(q as tf.Tensor2D, key, prototypes, options, atAnchors(1, 1), given),
          )(key);
          return tf.norm(gradient).dataSync()[0] as number;
        };
        expect(length('aligned')).toBeCloseTo(1 / 0.07, 3);
        // Σ e^(q.n/T) / e^(q.z/T) = e^(−1/0.07) = 6e-7.
        expect(length('contrastive')).toBeLessThan(2e-5);
      });
    });

    it('is zero with a zero gradient if no positive is kept', () => {
      tf.tidy(() => {
        const [k, q] = [matrix([onCircle(0.4)]), matrix([onCircle(0.6)])];
        const draws = { ...atAnchors(1, 1), uniform: Float32Array.of(0) };
        for (const prototypes of [
          matrix([onCircle(0.4 + Math.PI), onCircle(0.5)]),
          matrix([onCircle(0.4)]),
        ]) {
          const loss = (query: tf.Tensor): tf.Scalar =>
            halpLoss(query as tf.Tensor2D, k, prototypes, { form }, draws, q);
          expectClose(loss(q), [0], { absolute: 0 });
          expectClose(tf.grad(loss)(q), [0, 0], { absolute: 0 });
        }
      });
    });

    it('does not overflow at small temperatures', () => {
      tf.tidy(() => {
        const [k, q] = [matrix([onCircle(0)]), matrix([onCircle(Math.PI)])];
        const prototypes = matrix([onCircle(0), onCircle(1)]);
        const options = { form, temperature: 1e-3 } as const;
        // q.z = -1, q.n = 1: the loss is 2 / T.
        expectClose(halpLoss(q, k, prototypes, options, atAnchors(1, 2), q), [2000], {
          relative: 1e-5,
        });
      });
    });

    it('leaks no tensor', async () => {
      const rng = createRandom(3);
      const [q, k, p, n] = [3, 3, 4, 5].map((rows) => matrix(randomUnits(rows, 4, rng)));
      await expectNoLeak(() => {
        const rows = [q, k, p] as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        tf.dispose(halpTerm(...rows, { form }, createRandom(1), n) as never);
      });
      tf.dispose([q, k, p, n] as tf.Tensor[]);
    });

    it('requires negatives for the contrastive form and rejects them for the aligned form', () => {
      tf.tidy(() => {
        const rows = matrix([onCircle(0), onCircle(1)]);
        const call = (options: HalpLossOptions, negatives?: tf.Tensor2D) => () =>
          halpLoss(rows, rows, rows, options, createRandom(0), negatives);
        expect(call({ form })).toThrow(
          "halpLoss: expected negatives [K, D] for the form 'contrastive', got none",
        );
        expect(call({}, rows)).toThrow(
          "halpLoss: expected negatives with the form 'contrastive' alone, got them with 'aligned'",
        );
        expect(call({ form }, tf.zeros([2, 3]))).toThrow(
          'halpLoss: expected negatives [K, 2], got [2, 3]',
        );
        expect(call({ form: 'both' as 'aligned' })).toThrow(
          "halpLoss: expected form among aligned, contrastive, got 'both'",
        );
      });
    });
  });
});
