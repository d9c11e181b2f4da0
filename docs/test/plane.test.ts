import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { placesOn, principalPlane } from '../live/encoder/plane.ts';

describe('the plane of the map', () => {
  it('reproduces points that lie in it and finds the axes of largest variance', () => {
    // Unit vectors near e3, spread along e1 and half as much along e2.
    const rng = createRandom(0);
    const rows = Array.from({ length: 200 }, () => [0.2 * rng.normal(), 0.1 * rng.normal(), 1, 0]);
    const values = Float32Array.from(rows.flat());
    const plane = principalPlane(values, 4);
    const [first, second] = plane.axes;
    expect(Math.abs(first[0] as number)).toBeGreaterThan(0.99);
    expect(Math.abs(second[1] as number)).toBeGreaterThan(0.99);
    expect(plane.explained[0]).toBeGreaterThan(plane.explained[1]);
    expect(plane.explained[0] + plane.explained[1]).toBeGreaterThan(0.98);
    const places = placesOn(plane, values);
    const means = [0, 1].map(
      (axis) => places.reduce((sum, place) => sum + place[axis as 0 | 1], 0) / places.length,
    );
    for (const mean of means) expect(Math.abs(mean)).toBeLessThan(1e-9);
  });

  it('has two orthogonal axes that are eigenvectors of the covariance', () => {
    const rng = createRandom(1);
    const size = 6;
    const values = Float32Array.from(
      { length: 40 * size },
      (_, i) => (1 + (i % size)) * rng.normal(),
    );
    const { axes, mean } = principalPlane(values, size);
    const rows = Array.from({ length: 40 }, (_, i) => {
      const row = [...values.subarray(i * size, (i + 1) * size)];
      const length = Math.hypot(...row);
      return row.map((value, d) => value / length - (mean[d] as number));
    });
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    expect(dot(axes[0], axes[1])).toBeCloseTo(0, 12);
    for (const axis of axes) {
      const image = Array.from({ length: size }, (_, d) =>
        rows.reduce((sum, row) => sum + dot(row, axis) * (row[d] as number), 0),
      );
      const value = dot(image, axis);
      image.forEach((each, d) => expect(each).toBeCloseTo(value * (axis[d] as number), 6));
    }
  });

  it('does not depend on the length of a row', () => {
    const rng = createRandom(2);
    const values = Float32Array.from({ length: 30 }, () => rng.normal());
    const plane = principalPlane(values, 3);
    const [place] = placesOn(plane, Float32Array.of(1, 2, 3));
    const [longer] = placesOn(plane, Float32Array.of(2, 4, 6));
    expect(longer).toEqual(place);
  });
});
