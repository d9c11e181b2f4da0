import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, rotationBetween, type Vector } from '../../src/clip/rotation.ts';

const coordinate = fc.double({ noNaN: true, min: -2, max: 2 }).map(Math.fround);
const vectors = fc
  .tuple(coordinate, coordinate, coordinate)
  .filter(([x, y]) => Math.hypot(x, y) > 0.1);

describe('rotationBetween', () => {
  it('turns the vector onto the axis and keeps lengths', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const [x, y, z] = apply(rotationBetween(vector, [0, 0, 1]) as Matrix, vector);
        // The angle comes from a direction in float32, and near 0 and pi arccos magnifies its rounding.
        expect(Math.hypot(x, y)).toBeLessThan(1e-5);
        expect(Math.abs(z - Math.hypot(...vector))).toBeLessThan(1e-9);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('is a rotation: orthonormal rows, determinant 1', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const [a, b, c] = rotationBetween(vector, [1, 0, 0]) ?? [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ];
        const dot = (u: Vector, v: Vector): number => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        const products = [dot(a, a) - 1, dot(b, b) - 1, dot(c, c) - 1, dot(a, b), dot(b, c)];
        expect(Math.max(...products.map(Math.abs))).toBeLessThan(1e-12);
        const determinant =
          a[0] * (b[1] * c[2] - b[2] * c[1]) -
          a[1] * (b[0] * c[2] - b[2] * c[0]) +
          a[2] * (b[0] * c[1] - b[1] * c[0]);
        expect(Math.abs(determinant - 1)).toBeLessThan(1e-12);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('turns x by a quarter about y to reach z', () => {
    const turned = apply(rotationBetween([2, 0, 0], [0, 0, 1]) as Matrix, [0, 5, 1]);
    const expected = [-1, 5, 0];
    turned.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-12);
    });
  });

  it('does not exist for a vector without length, along the axis, or against it', () => {
    expect(rotationBetween([0, 0, 0], [0, 0, 1])).toBeUndefined();
    expect(rotationBetween([0, 0, 3], [0, 0, 1])).toBeUndefined();
    expect(rotationBetween([0, 0, -3], [0, 0, 1])).toBeUndefined();
  });
});

/** The product of a matrix and a column vector. */
function apply(matrix: Matrix, vector: Vector): Vector {
  return matrix.map((row) =>
    row.reduce((sum, a, i) => sum + a * (vector[i] as number), 0),
  ) as unknown as Vector;
}
