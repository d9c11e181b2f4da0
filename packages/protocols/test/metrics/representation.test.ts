import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { alignment, rankMe, singularValues, uniformity } from '../../src/index.ts';

const rows = (...values: readonly (readonly number[])[]): Float32Array =>
  Float32Array.from(values.flat());

/** `count` unit vectors of random direction. */
function onSphere(count: number, size: number): Float32Array {
  const rng = createRandom(3);
  return Float32Array.from({ length: count * size }, () => rng.normal());
}

describe('alignment', () => {
  it('is 0 for equal pairs, 2 for orthogonal and 4 for opposite ones, their mean for a mixture', () => {
    const [x, y] = [
      [1, 0],
      [0, 1],
    ] as const;
    expect(alignment(rows(x, y), rows(x, y), 2)).toBe(0);
    expect(alignment(rows(x, y), rows(y, x), 2)).toBe(2);
    expect(alignment(rows(x), rows([-1, 0]), 2)).toBe(4);
    expect(alignment(rows(x, x), rows(x, y), 2)).toBe(1);
  });

  it('does not depend on the lengths of the vectors', () => {
    const query = rows([0.6, 0.8], [0, 3]);
    const key = rows([1, 0], [3, 4]);
    const scaled = key.map((value) => 1000 * value);
    // Cosines 0.6 and 0.8: the mean of 2 - 1.2 and 2 - 1.6.
    expect(alignment(query, key, 2)).toBeCloseTo(0.6, 6);
    expect(alignment(query, scaled, 2)).toBeCloseTo(0.6, 6);
  });

  it('refuses different numbers of queries and keys', () => {
    expect(() => alignment(rows([1, 0]), rows([1, 0], [0, 1]), 2)).toThrow(
      'alignment: expected 1 keys, one a query, got 2',
    );
    expect(() => alignment(rows([1, 0, 0]), rows([1, 0, 0]), 2)).toThrow(RangeError);
    expect(() => alignment(rows([NaN, 0]), rows([1, 0]), 2)).toThrow('finite');
  });
});

describe('uniformity', () => {
  it('is 0 if all vectors have the same direction', () => {
    expect(uniformity(rows([1, 2], [2, 4], [0.5, 1]), 2)).toBeCloseTo(0, 12);
  });

  it('is -4 for an orthonormal set, whose squared distances are all 2', () => {
    expect(uniformity(rows([1, 0, 0], [0, 2, 0], [0, 0, 1]), 3)).toBeCloseTo(-4, 12);
  });

  it('is log((1 + 2 e^-8) / 3) for two equal vectors and their opposite', () => {
    const expected = Math.log((1 + 2 * Math.exp(-8)) / 3);
    expect(uniformity(rows([1, 0], [1, 0], [-1, 0]), 2)).toBeCloseTo(expected, 12);
  });

  it('is log(e^-4 I0(4)) for many random directions on the circle', () => {
    // Mean over the angle a of exp(-2 (2 - 2 cos a)); I0(4) = 11.301921952...
    const expected = Math.log(11.301921952136331) - 4;
    expect(uniformity(onSphere(1000, 2), 2)).toBeCloseTo(expected, 1);
  });

  it('counts a zero vector at the origin, at distance 1 from every direction', () => {
    expect(uniformity(rows([0, 0], [1, 0]), 2)).toBeCloseTo(-2, 12);
  });

  it('refuses a single vector', () => {
    expect(() => uniformity(rows([1, 0]), 2)).toThrow(
      'uniformity: expected at least 2 rows, got 1',
    );
  });
});

describe('singularValues', () => {
  it('are the absolute diagonal of a diagonal matrix, largest first, of a wide and of a tall one', () => {
    const wide = rows([3, 0, 0], [0, -4, 0]);
    const tall = rows([3, 0], [0, -4], [0, 0]);
    expect([...singularValues(wide, 3)]).toEqual([4, 3]);
    expect([...singularValues(tall, 2)]).toEqual([4, 3]);
  });

  it('are those of a matrix made with a known spectrum', () => {
    const spectrum = Array.from({ length: 12 }, (_, i) => 10 / (i + 1));
    const [n, d] = [40, 12];
    const [left, right] = [orthonormal(n, d, 1), orthonormal(d, d, 2)];
    const matrix = Float32Array.from({ length: n * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      return spectrum.reduce(
        (sum, value, k) => sum + value * (left[k]?.[i] ?? 0) * (right[k]?.[j] ?? 0),
        0,
      );
    });
    const found = singularValues(matrix, d);
    // The matrix itself is rounded to float32.
    spectrum.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 5));
  });

  it('have the squares of all entries as the sum of their squares', () => {
    const matrix = onSphere(30, 50);
    const squares = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value ** 2, 0);
    expect(squares(singularValues(matrix, 50))).toBeCloseTo(squares(matrix), 8);
  });
});

describe('rankMe', () => {
  it('is 1 if all rows have the same direction', () => {
    expect(rankMe(rows([1, 2, 3], [2, 4, 6], [-1, -2, -3]), 3)).toBeCloseTo(1, 5);
  });

  it('is the number of rows of an orthonormal set, whatever their length', () => {
    expect(rankMe(rows([5, 0, 0, 0], [0, 5, 0, 0], [0, 0, 5, 0]), 4)).toBeCloseTo(3, 10);
  });

  it('is the exponential of the entropy of a known spectrum', () => {
    // Singular values 2, 1, 1: shares 1/2, 1/4, 1/4 and an entropy of 1.5 log 2.
    expect(rankMe(rows([2, 0, 0], [0, 1, 0], [0, 0, 1]), 3)).toBeCloseTo(2 ** 1.5, 10);
  });

  it('is 0 for features that are all zero', () => {
    expect(rankMe(rows([0, 0], [0, 0]), 2)).toBe(0);
  });

  it('refuses features that are not finite', () => {
    expect(() => rankMe(rows([1, Infinity]), 2)).toThrow('rankMe: expected features to be finite');
  });
});

/** `count` orthonormal vectors of length `size`, by Gram and Schmidt. */
function orthonormal(size: number, count: number, seed: number): number[][] {
  const rng = createRandom(seed);
  const found: number[][] = [];
  while (found.length < count) {
    let vector = Array.from({ length: size }, () => rng.normal());
    for (const other of [...found, ...found]) {
      const dot = other.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
      vector = vector.map((value, i) => value - dot * (other[i] ?? 0));
    }
    const length = Math.hypot(...vector);
    found.push(vector.map((value) => value / length));
  }
  return found;
}
