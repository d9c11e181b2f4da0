/**
 * A slow solver for the constrained problem that positives approximate, independent of the formulas in the paper.
 *
 * For an anchor k with nearest prototype p0, the points whose nearest prototype is p0 are
 *
 *     Z = { z : |z| = 1, z.p0 >= z.pj for every prototype pj },
 *
 * and a positive should be as hard as possible within Z. There are three variants, which differ in their search space:
 * - on the arc: max t such that z(t) is in Z, with z(t) on the geodesic from k to a drawn prototype ps. The
 *   paper's search space; `'exact'` computes its solution, `'pairwise'` considers only ps in Z.
 * - towards ps: max ps.z over Z, the point of Z nearest to ps.
 * - hardest: min k.z over Z, the point of Z farthest from the anchor.
 */
import type { Random } from '@halp/random';
import { boundaryByScan, dot, randomUnit, unit, type Vector } from './sphere.ts';

/** An anchor and its prototypes. */
export interface Cell {
  readonly anchor: Vector;
  /** p0. */
  readonly home: Vector;
  /** All prototypes except p0. */
  readonly others: readonly Vector[];
}

export function cellOf(anchor: Vector, prototypes: readonly Vector[]): Cell {
  const cosines = prototypes.map((prototype) => dot(anchor, prototype));
  const index = cosines.indexOf(Math.max(...cosines));
  const others = prototypes.filter((_, i) => i !== index);
  return { anchor, home: prototypes[index] as Vector, others };
}

/** Constraint violation: the largest z.pj - z.p0, at least 0. */
export const outside = (z: Vector, { home, others }: Cell): number =>
  Math.max(0, ...others.map((other) => dot(z, other) - dot(z, home)));

/** On the arc: the angle from k to the last point towards `target` before the arc leaves Z, by a scan. */
export const farthestOnArc = ({ anchor, home, others }: Cell, target: Vector): number =>
  boundaryByScan(anchor, target, home, others);

/** Towards ps. */
export const nearestTo = (target: Vector, cell: Cell, rng: Random): number[] =>
  maximiseOverCell(target, cell, rng);

/** Hardest. */
export const farthestFromAnchor = (cell: Cell, rng: Random): number[] =>
  maximiseOverCell(
    cell.anchor.map((x) => -x),
    cell,
    rng,
  );

const STARTS = 8;
const STEP = 0.5;

/**
 * The best of several projected gradient ascents of c.z over Z, from the anchor and from random points of Z: a step
 * along c, projection onto the cone of Z, projection onto the sphere.
 */
function maximiseOverCell(c: Vector, cell: Cell, rng: Random): number[] {
  const project = projectionOntoCone(cell);
  const starts = Array.from({ length: STARTS }, (_, i) =>
    i === 0 ? [...cell.anchor] : unit(project(randomUnit(c.length, rng))),
  );
  let best: number[] = [...cell.anchor];
  for (let z of starts) {
    // The projection of a random point may be zero.
    if (!z.every(Number.isFinite)) continue;
    for (let moved = Infinity, i = 0; moved > 1e-9 && i < 2000; i++) {
      const next = unit(project(z.map((x, d) => x + STEP * (c[d] as number))));
      moved = Math.hypot(...next.map((x, d) => x - (z[d] as number)));
      z = next;
    }
    if (dot(c, z) > dot(c, best)) best = z;
  }
  return best;
}

/**
 * The projection onto the cone { x : x.(p0 - pj) >= 0 }, by Hildreth's method: x = y + sum of m_j n_j over the
 * normals n_j = p0 - pj, where each m_j >= 0 in turn is set to satisfy its constraint.
 */
export function projectionOntoCone({ home, others }: Cell): (y: Vector) => number[] {
  const normals = others.map((other) => home.map((x, d) => x - (other[d] as number)));
  const gram = normals.map((a) => normals.map((b) => dot(a, b)));
  return (y) => {
    // x.n_j, updated instead of x.
    const along = normals.map((normal) => dot(y, normal));
    const weights = normals.map(() => 0);
    for (let changed = Infinity, sweep = 0; changed > 1e-13 && sweep < 5000; sweep++) {
      changed = 0;
      for (let j = 0; j < normals.length; j++) {
        const row = gram[j] as number[];
        const before = weights[j] as number;
        const after = Math.max(0, before - (along[j] as number) / (row[j] as number));
        const by = after - before;
        if (by === 0) continue;
        weights[j] = after;
        for (let i = 0; i < row.length; i++)
          along[i] = (along[i] as number) + by * (row[i] as number);
        changed = Math.max(changed, Math.abs(by));
      }
    }
    return y.map((x, d) =>
      normals.reduce((sum, normal, j) => sum + (weights[j] as number) * (normal[d] as number), x),
    );
  };
}
