import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { karcherMean } from '../src/karcher-mean.ts';
import { angle, dot, onCircle, randomUnits, unit, type Vector } from './sphere.ts';

const meanOf = (points: readonly Vector[]): number[] =>
  Array.from(karcherMean(Float64Array.from(points.flat()), (points[0] as Vector).length));

/** Half the mean squared great-circle distance, which the Karcher mean minimises. */
const spread = (mean: Vector, points: readonly Vector[]): number =>
  points.reduce((sum, point) => sum + angle(mean, point) ** 2 / 2, 0) / points.length;

describe('karcherMean', () => {
  it('is the mean of the angles on an arc, unlike the normalised sum', () => {
    const angles = [0, 0.1, 1.5];
    const mean = meanOf(angles.map(onCircle));
    expect(Math.atan2(mean[1] as number, mean[0] as number)).toBeCloseTo(1.6 / 3, 6);
    const sum = angles.map(onCircle).reduce((a, b) => a.map((x, i) => x + (b[i] as number)));
    expect(Math.abs(Math.atan2(sum[1] as number, sum[0] as number) - 1.6 / 3)).toBeGreaterThan(
      0.01,
    );
  });

  it('is the midpoint of two points', () => {
    const [a, b] = randomUnits(2, 5, createRandom(1)) as unknown as [Vector, Vector];
    const half = unit(a.map((x, i) => x + (b[i] as number)));
    expect(angle(meanOf([a, b]), half)).toBeLessThan(1e-6);
  });

  it('minimises the mean squared distance', () => {
    const rng = createRandom(2);
    const centre = randomUnits(1, 6, rng)[0] as Vector;
    const points = randomUnits(9, 6, rng).map((p) =>
      unit(p.map((x, i) => x + 2 * (centre[i] as number))),
    );
    const mean = meanOf(points);
    expect(dot(mean, mean)).toBeCloseTo(1, 12);
    for (const direction of randomUnits(20, 6, rng)) {
      const moved = unit(mean.map((x, i) => x + 1e-3 * (direction[i] as number)));
      expect(spread(moved, points)).toBeGreaterThan(spread(mean, points));
    }
  });

  it('returns a single point up to rounding', () => {
    const point = unit([1, 2, 3]);
    expect(angle(meanOf([point]), point)).toBeLessThan(1e-12);
    expect(angle(meanOf([point, point, point]), point)).toBeLessThan(1e-12);
  });

  it('converges from a start that equals one of the points', () => {
    const [c, s] = [Math.cos(1), Math.sin(1)];
    // At the angles -1, 0 and π - 1 the outer two cancel in the sum.
    const mean = meanOf([
      [c, -s],
      [1, 0],
      [-c, s],
    ]);
    expect(Math.atan2(mean[1] as number, mean[0] as number)).toBeCloseTo((Math.PI - 2) / 3, 6);
  });

  it('returns one of two antipodal points, which have no unique mean', () => {
    const [a, b] = [onCircle(0.3), onCircle(0.3 + Math.PI)];
    const mean = meanOf([a, b]);
    expect(angle(mean, a)).toBeLessThan(1e-12);
  });
});
