import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { drawPositives, hallucinate, type PositiveDraws } from '@halp/positives';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';
import {
  type Cell,
  cellOf,
  farthestFromAnchor,
  farthestOnArc,
  nearestTo,
  outside,
  projectionOntoCone,
} from './solver.ts';
import {
  along,
  angle,
  ascending,
  dot,
  matrix,
  onCircle,
  randomUnit,
  randomUnits,
  rowsOf,
  type Vector,
} from './sphere.ts';

/** Anchors and prototypes, and the solutions of the solver for each positive. */
interface SolvedScene {
  readonly anchors: readonly Vector[];
  readonly prototypes: readonly Vector[];
  readonly draws: PositiveDraws;
  readonly solutions: readonly {
    readonly cell: Cell;
    readonly target: Vector;
    /** The angle between the anchor and the farthest allowed point on the arc. */
    readonly onArc: number;
    /** The largest ps.z. */
    readonly mostTowards: number;
    /** The smallest k.z. */
    readonly leastNear: number;
  }[];
}

let solved: readonly SolvedScene[] | undefined;

/** Scenes in three and more dimensions; solved once for all backends. */
function solvedScenes(): readonly SolvedScene[] {
  const rng = createRandom(4);
  const sizes: readonly (readonly [dimension: number, prototypes: number])[] = [
    [3, 6],
    [16, 20],
    [128, 20],
  ];
  solved ??= sizes.map(([dimension, count]) => {
    const anchors = randomUnits(4, dimension, rng);
    const prototypes = randomUnits(count, dimension, rng);
    const draws = drawPositives(
      { anchors: 4, prototypes: count, count: 3, lambda: { hardness: 1 } },
      rng,
    );
    const cells = anchors.map((anchor) => cellOf(anchor, prototypes));
    const leastNear = cells.map((cell) => dot(farthestFromAnchor(cell, rng), cell.anchor));
    const solutions = Array.from(draws.target, (index, i) => {
      const n = Math.floor(i / 3);
      const cell = cells[n] as Cell;
      const target = prototypes[ascending(cell.anchor, prototypes)[index] as number] as Vector;
      return {
        cell,
        target,
        onArc: farthestOnArc(cell, target),
        mostTowards: dot(nearestTo(target, cell, rng), target),
        leastNear: leastNear[n] as number,
      };
    });
    return { anchors, prototypes, draws, solutions };
  });
  return solved;
}

describe('the slow solver', () => {
  it('finds the same optimum as a search over all points of the circle and the sphere', () => {
    const circle = Array.from({ length: 20_000 }, (_, i) => onCircle((2 * Math.PI * i) / 20_000));
    const sphere = randomUnits(40_000, 3, createRandom(1));
    for (const [points, dimension, near] of [
      [circle, 2, 1e-3],
      // The tolerance covers the gaps between 40,000 random points.
      [sphere, 3, 0.03],
    ] as const) {
      const rng = createRandom(2);
      for (let i = 0; i < 8; i++) {
        const prototypes = randomUnits(3 + i, dimension, rng);
        const [anchor, target] = [randomUnit(dimension, rng), randomUnit(dimension, rng)];
        const cell = cellOf(anchor, prototypes);
        const allowed = points.filter((z) => outside(z, cell) === 0);
        const best = (c: Vector): number => Math.max(...allowed.map((z) => dot(c, z)));
        const [nearest, hardest] = [nearestTo(target, cell, rng), farthestFromAnchor(cell, rng)];
        for (const z of [nearest, hardest]) {
          expect(outside(z, cell)).toBeLessThan(1e-9);
          expect(dot(z, z)).toBeCloseTo(1, 12);
        }
        const away = anchor.map((x) => -x);
        for (const [reached, seen] of [
          [dot(nearest, target), best(target)],
          [dot(hardest, away), best(away)],
        ] as const) {
          expect(reached).toBeGreaterThan(seen - 1e-9);
          expect(reached).toBeLessThan(seen + near);
        }
      }
    }
  });

  it('reaches the upper bound in many dimensions, the length of the projection', () => {
    // c.z <= x.z <= |x| for z in Z, where x is the projection of c: x - c is a sum of normals.
    const rng = createRandom(3);
    for (let i = 0; i < 5; i++) {
      const prototypes = randomUnits(20, 32, rng);
      const [anchor, target] = [randomUnit(32, rng), randomUnit(32, rng)];
      const cell = cellOf(anchor, prototypes);
      const away = anchor.map((x) => -x);
      const bound = (c: Vector): number => Math.hypot(...projectionOntoCone(cell)(c));
      expect(dot(nearestTo(target, cell, rng), target)).toBeCloseTo(bound(target), 6);
      expect(dot(farthestFromAnchor(cell, rng), away)).toBeCloseTo(bound(away), 6);
    }
  });
});

describe('hallucinate', () => {
  onEachBackend(() => {
    it('keeps at the pairwise boundary exactly the positives that equal those at the exact boundary', () => {
      const rng = createRandom(5);
      const [anchors, prototypes] = [randomUnits(8, 6, rng), randomUnits(12, 6, rng)];
      const sizes = { anchors: 8, prototypes: 12, count: 20, lambda: { hardness: 1 } };
      const draws = drawPositives(sizes, rng);
      tf.tidy(() => {
        const [from, places] = [matrix(anchors), matrix(prototypes)];
        const pairwise = hallucinate(from, places, { boundary: 'pairwise' }, draws);
        const exact = hallucinate(from, places, { boundary: 'exact' }, draws);
        const others = rowsOf(exact.positives, 6);
        const same = rowsOf(pairwise.positives, 6).map((z, i) =>
          angle(z, others[i] as Vector) < 1e-5 ? 1 : 0,
        );
        expect(Array.from(pairwise.kept.dataSync())).toEqual(same);
        expect(new Set(same).size).toBe(2);
      });
    });

    it('with the exact boundary is allowed, farthest on its arc, and at most as hard as the optimum on the sphere', () => {
      for (const { anchors, prototypes, draws, solutions } of solvedScenes()) {
        tf.tidy(() => {
          const [from, places] = [matrix(anchors), matrix(prototypes)];
          const made = hallucinate(from, places, { boundary: 'exact' }, draws);
          expect(new Set(made.kept.dataSync())).toEqual(new Set([1]));
          const positives = rowsOf(made.positives, from.shape[1]);
          expect(positives).toHaveLength(solutions.length);
          solutions.forEach(({ cell, target, onArc, mostTowards, leastNear }, i) => {
            const z = positives[i] as Vector;
            // Rounding error of float32.
            expect(outside(z, cell)).toBeLessThan(2e-6);
            expect(angle(cell.anchor, z)).toBeCloseTo(onArc, 4);
            expect(angle(along(cell.anchor, target, onArc), z)).toBeLessThan(1e-4);
            expect(dot(z, target)).toBeLessThan(mostTowards + 1e-5);
            expect(dot(z, cell.anchor)).toBeGreaterThan(leastNear - 1e-5);
          });
        });
      }
    });
  });
});
