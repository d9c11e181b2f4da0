import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  drawPositives,
  hallucinate,
  type HallucinateOptions,
  type PositiveDraws,
} from '@halp/positives';
import { createRandom } from '@halp/random';
import { expectClose, onEachBackend } from '@halp/testing';
import { goldenCase } from './golden-model.ts';
import {
  along,
  angle,
  ascending,
  boundaryByScan,
  dot,
  matrix,
  nearest,
  onCircle,
  randomUnits,
  rowsOf,
  type Vector,
} from './sphere.ts';

interface Result {
  readonly positives: number[][];
  readonly kept: number[];
}

/** Positives as rows of numbers, n-major. */
function positivesOf(
  anchors: readonly Vector[],
  prototypes: readonly Vector[],
  options: HallucinateOptions,
  draws: PositiveDraws,
): Result {
  return tf.tidy(() => {
    const result = hallucinate(matrix(anchors), matrix(prototypes), options, draws);
    return {
      positives: rowsOf(result.positives, (anchors[0] as Vector).length),
      kept: Array.from(result.kept.dataSync()),
    };
  });
}

/** Draws of one positive for one anchor; the target is an index in ascending order of similarity. */
const towards = (target: number, uniform = 0, margin = 0): PositiveDraws => ({
  shape: [1, 1],
  target: Int32Array.of(target),
  uniform: Float32Array.of(uniform),
  margin,
});

const angleOf = (z: Vector | undefined): number =>
  Math.atan2((z as Vector)[1] as number, (z as Vector)[0] as number);

describe('hallucinate', () => {
  onEachBackend({ webgpu: true }, () => {
    for (const [name, margin] of [
      ['0_0', 0],
      ['0_8', 0],
      ['1000_0', 0.01],
    ] as const) {
      it(`computes the same positives as the authors' generator (generator_lambda_${name})`, () => {
        const it = goldenCase(`generator_lambda_${name}`);
        const draws: PositiveDraws = {
          shape: [6, 11],
          target: Int32Array.from(it.numbers('target')),
          uniform: margin === 0 ? Float32Array.from(it.numbers('uniform')) : new Float32Array(66),
          margin,
        };
        tf.tidy(() => {
          const anchors = it.tensor('anchor') as tf.Tensor2D;
          const prototypes = it.tensor('prototypes') as tf.Tensor2D;
          const { positives } = hallucinate(anchors, prototypes, {}, draws);
          expectClose(positives, it.array('positives'), { absolute: 2e-6 });
        });
      });
    }
  });

  onEachBackend(() => {
    it('places the boundary half way between two prototypes on a circle, in both directions', () => {
      // Nearest prototype at 0, target at 1: the boundary is at 0.5 for any anchor.
      for (const anchor of [0.1, 0.45, -0.4, 0]) {
        for (const boundary of ['pairwise', 'exact'] as const) {
          const options = { boundary };
          const prototypes = [onCircle(1), onCircle(0)];
          const { positives, kept } = positivesOf(
            [onCircle(anchor)],
            prototypes,
            options,
            towards(0),
          );
          expect(angleOf(positives[0])).toBeCloseTo(0.5, 5);
          expect(kept).toEqual([1]);
        }
      }
    });

    it('moves by the fraction 1 - u of the way to the boundary, less a margin of the whole arc', () => {
      const at = (uniform: number, margin = 0): number => {
        const draws = towards(0, uniform, margin);
        const prototypes = [onCircle(1), onCircle(0)];
        return angleOf(positivesOf([onCircle(0.1)], prototypes, {}, draws).positives[0]);
      };
      expect(at(0.25)).toBeCloseTo(0.1 + 0.75 * 0.4, 5);
      expect(at(1)).toBeCloseTo(0.1, 5);
      expect(at(0, 0.01)).toBeCloseTo(0.5 - 0.01 * 0.9, 5);
      // t* = 0.4 / 0.9: t is clipped at 0, the anchor.
      expect(at(0, 0.5)).toBeCloseTo(0.1, 5);
    });

    it("finds a boundary beyond the anchor's equator, where the atan of the paper is negative", () => {
      // κ + cos Ω < 0: the arc from 0 to 3 passes the nearest prototype at 2.8.
      const prototypes = [onCircle(3), onCircle(2.8)];
      const [k, ps, p0] = [onCircle(0), prototypes[0] as Vector, prototypes[1] as Vector];
      const kappa = (1 - dot(ps, p0)) / (dot(k, p0) - dot(k, ps));
      expect(kappa + dot(k, ps)).toBeLessThan(0);
      for (const boundary of ['pairwise', 'exact'] as const) {
        const { positives, kept } = positivesOf([k], prototypes, { boundary }, towards(0));
        // 1e-4: the sine of 3 radians amplifies the rounding of its cosine.
        expect(angleOf(positives[0])).toBeCloseTo(2.9, 4);
        expect(kept).toEqual([1]);
      }
    });

    it('finds the same pairwise and exact boundary as a scan', () => {
      const rng = createRandom(5);
      for (const dimension of [3, 6]) {
        const prototypes = randomUnits(7, dimension, rng);
        const anchors = randomUnits(5, dimension, rng);
        const draws = drawPositives({ anchors: 5, prototypes: 7, count: 8, lambda: 0 }, rng);
        const [pairwise, exact] = (['pairwise', 'exact'] as const).map((boundary) =>
          positivesOf(anchors, prototypes, { boundary }, draws),
        ) as [Result, Result];
        draws.target.forEach((target, i) => {
          const anchor = anchors[Math.floor(i / 8)] as Vector;
          const order = ascending(anchor, prototypes);
          const ps = prototypes[order[target] as number] as Vector;
          const p0 = prototypes[order[6] as number] as Vector;
          const others = prototypes.filter((p) => p !== p0);
          // Rounding error of the cosines, divided by the sine of the arc.
          expect(angle(anchor, pairwise.positives[i] as Vector)).toBeCloseTo(
            boundaryByScan(anchor, ps, p0, [ps]),
            4,
          );
          expect(angle(anchor, exact.positives[i] as Vector)).toBeCloseTo(
            boundaryByScan(anchor, ps, p0, others),
            4,
          );
        });
        expect(exact.kept.every((kept) => kept === 1)).toBe(true);
        expect(pairwise.kept.some((kept) => kept === 0)).toBe(true);
      }
    });

    it('unfiltered makes the pairwise positives and also keeps those that are nearer to another prototype', () => {
      const rng = createRandom(5);
      const [prototypes, anchors] = [randomUnits(7, 3, rng), randomUnits(5, 3, rng)];
      const draws = drawPositives({ anchors: 5, prototypes: 7, count: 8 }, rng);
      const [pairwise, all] = (['pairwise', 'unfiltered'] as const).map((boundary) =>
        positivesOf(anchors, prototypes, { boundary }, draws),
      ) as [Result, Result];
      expect(all.positives).toEqual(pairwise.positives);
      expect(all.kept.every((kept) => kept === 1)).toBe(true);
      expect(pairwise.kept.some((kept) => kept === 0)).toBe(true);
      // Antipodal points have no unique arc, so neither boundary keeps this positive.
      const ends: readonly Vector[] = [
        [1, 0, 0],
        [-1, 0, 0],
      ];
      const [anchor] = ends as [Vector];
      const opposite = positivesOf([anchor], ends, { boundary: 'unfiltered' }, towards(0));
      expect(opposite.kept).toEqual([0]);
    });

    it('keeps exactly the positives with the same nearest prototype as their anchor', () => {
      const rng = createRandom(6);
      const [prototypes, anchors] = [randomUnits(9, 5, rng), randomUnits(12, 5, rng)];
      const draws = drawPositives({ anchors: 12, prototypes: 9, count: 20 }, rng);
      const { positives, kept } = positivesOf(anchors, prototypes, {}, draws);
      const expected = positives.map((z, i) =>
        nearest(z, prototypes) === nearest(anchors[Math.floor(i / 20)] as Vector, prototypes)
          ? 1
          : 0,
      );
      expect(kept).toEqual(expected);
      expect(kept.filter((value) => value === 0).length).toBeGreaterThan(10);
    });

    it('returns unit vectors on the arc from anchor to target', () => {
      const rng = createRandom(7);
      const [prototypes, anchors] = [randomUnits(6, 4, rng), randomUnits(9, 4, rng)];
      const draws = drawPositives({ anchors: 9, prototypes: 6, count: 10, lambda: 1 }, rng);
      const { positives } = positivesOf(anchors, prototypes, {}, draws);
      draws.target.forEach((target, i) => {
        const anchor = anchors[Math.floor(i / 10)] as Vector;
        const ps = prototypes[ascending(anchor, prototypes)[target] as number] as Vector;
        const z = positives[i] as Vector;
        expect(dot(z, z)).toBeCloseTo(1, 5);
        const expected = along(anchor, ps, angle(anchor, z));
        expectClose(z, expected, { absolute: 1e-4 });
        expect(angle(anchor, z)).toBeLessThanOrEqual(angle(anchor, ps) + 1e-5);
      });
    });

    it('distributes t / t* uniformly over (1 - λ, 1]', () => {
      const rng = createRandom(8);
      const draws = drawPositives({ anchors: 1, prototypes: 2, count: 4000, lambda: 0.8 }, rng);
      const { positives } = positivesOf([onCircle(0)], [onCircle(1), onCircle(-0.6)], {}, draws);
      const shares = positives.map((z) => angleOf(z) / 0.2).sort((a, b) => a - b);
      // Kolmogorov-Smirnov distance to the uniform distribution; exceeds 1.95 / sqrt(4000) with probability 0.001.
      const distance = Math.max(
        ...shares.map((share, i) => Math.abs((share - 0.2) / 0.8 - (i + 0.5) / 4000)),
      );
      expect(distance).toBeLessThan(1.95 / Math.sqrt(4000));
      expect(shares[0]).toBeGreaterThan(0.2 - 1e-4);
      expect(shares.at(-1)).toBeLessThan(1 + 1e-4);
    });

    it('returns the anchor if the anchor equals the target', () => {
      const p = onCircle(0.3);
      for (const boundary of ['pairwise', 'exact'] as const) {
        // Two equal prototypes at the anchor: Ω = 0.
        const { positives, kept } = positivesOf([p], [p, p, onCircle(2)], { boundary }, towards(1));
        expectClose(positives.flat(), p, { absolute: 1e-6 });
        expect(kept).toEqual([1]);
      }
    });

    it('is finite for cosines that exceed 1 by rounding', () => {
      const k = onCircle(0.3).map((x) => x * (1 + 3e-7));
      for (const boundary of ['pairwise', 'exact'] as const) {
        const prototypes = [k, k, onCircle(2)];
        const { positives } = positivesOf(
          [k, k],
          prototypes,
          { boundary },
          {
            shape: [2, 1],
            target: Int32Array.of(0, 1),
            uniform: new Float32Array(2),
            margin: 0,
          },
        );
        expect(positives.flat().every(Number.isFinite)).toBe(true);
      }
    });

    it('moves all the way to a duplicate of the nearest prototype, which has no boundary', () => {
      const p = onCircle(1);
      for (const boundary of ['pairwise', 'exact'] as const) {
        const prototypes = [p, p, onCircle(3)];
        const { positives, kept } = positivesOf(
          [onCircle(0.2)],
          prototypes,
          { boundary },
          towards(1),
        );
        expect(angleOf(positives[0])).toBeCloseTo(1, 5);
        expect(kept).toEqual([1]);
      }
    });

    it('does not keep a positive for an antipodal target, and returns a unit vector for it', () => {
      for (const boundary of ['pairwise', 'exact'] as const) {
        const [k, opposite] = [onCircle(0.4), onCircle(0.4 + Math.PI)];
        const { positives, kept } = positivesOf(
          [k],
          [opposite, onCircle(0.5)],
          { boundary },
          towards(0),
        );
        expectClose(positives.flat(), k, { absolute: 1e-6 });
        expect(kept).toEqual([0]);
      }
    });

    it('keeps nothing for a single prototype', () => {
      const draws = drawPositives({ anchors: 2, prototypes: 1, count: 3 }, createRandom(0));
      const anchors = [onCircle(0), onCircle(1)];
      const { positives, kept } = positivesOf(anchors, [onCircle(0.2)], {}, draws);
      expect(kept).toEqual([0, 0, 0, 0, 0, 0]);
      expectClose(
        positives.flat(),
        anchors.flatMap((anchor) => [anchor, anchor, anchor].flat()),
        { absolute: 1e-6 },
      );
    });

    it('accepts a random stream instead of draws', () => {
      tf.tidy(() => {
        const rng = createRandom(9);
        const [anchors, prototypes] = [
          matrix(randomUnits(3, 4, rng)),
          matrix(randomUnits(5, 4, rng)),
        ];
        const draws = drawPositives(
          { anchors: 3, prototypes: 5, count: 6, lambda: 0.3 },
          createRandom(1),
        );
        const a = hallucinate(anchors, prototypes, { count: 6, lambda: 0.3 }, createRandom(1));
        const b = hallucinate(anchors, prototypes, {}, draws);
        expectClose(a.positives, b.positives, { absolute: 0 });
        expect(hallucinate(anchors, prototypes, {}, rng).kept.shape).toEqual([3, 100]);
      });
    });

    it('has no gradient for any input', () => {
      tf.tidy(() => {
        const rng = createRandom(9);
        const [anchors, prototypes] = [
          matrix(randomUnits(3, 4, rng)),
          matrix(randomUnits(5, 4, rng)),
        ];
        const gradient = tf.grad((x) =>
          tf.add(
            tf.sum(x),
            tf.sum(hallucinate(x as tf.Tensor2D, prototypes, {}, createRandom(0)).positives),
          ),
        )(anchors);
        expectClose(gradient, new Array<number>(12).fill(1), { absolute: 0 });
      });
    });

    it('rejects invalid shapes, draws and boundaries', () => {
      tf.tidy(() => {
        const [anchors, prototypes] = [tf.ones<tf.Rank.R2>([2, 3]), tf.ones<tf.Rank.R2>([4, 3])];
        const work =
          (a: tf.Tensor2D, p: tf.Tensor2D, draws: PositiveDraws, options: object = {}) =>
          (): unknown =>
            hallucinate(a, p, options, draws);
        const draws = drawPositives({ anchors: 2, prototypes: 4, count: 5 }, createRandom(0));
        expect(work(anchors, tf.ones([4, 1]), draws)).toThrow(
          'hallucinate: expected anchors [N, D] and prototypes [P, D], got [2, 3] and [4, 1]',
        );
        expect(work(tf.ones([1, 3]), prototypes, draws)).toThrow(/expected draws for 1 anchors/);
        expect(work(anchors, tf.ones([3, 3]), { ...draws, target: draws.target.fill(2) })).toThrow(
          'hallucinate: expected targets in [0, 2), got 2',
        );
        expect(work(anchors, prototypes, draws, { boundary: 'both' })).toThrow(
          "hallucinate: expected the boundary 'pairwise', 'exact' or 'unfiltered', got 'both'",
        );
      });
    });
  });
});
