import { describe, expect, it } from 'vitest';
import { type Clustering, type Points, sphericalKMeans } from '@halp/positives';
import { createRandom, type Random } from '@halp/random';
import { angle, dot, nearest, onCircle, randomUnits, unit, type Vector } from './sphere.ts';

const pointsOf = (rows: readonly Vector[]): Points => ({
  data: Float64Array.from(rows.flat()),
  shape: [rows.length, (rows[0] as Vector).length],
});

const prototypesOf = ({ prototypes }: Clustering): number[][] => {
  const [count, dimension] = prototypes.shape;
  return Array.from({ length: count }, (_, i) =>
    Array.from(prototypes.data.subarray(i * dimension, (i + 1) * dimension)),
  );
};

/** Points around random centres, `each` per centre. */
function blobs(
  centres: number,
  each: number,
  dimension: number,
  spread: number,
  rng: Random,
): number[][] {
  return randomUnits(centres, dimension, rng).flatMap((centre) =>
    randomUnits(each, dimension, rng).map((offset) =>
      unit(centre.map((x, i) => x + spread * (offset[i] as number))),
    ),
  );
}

describe('sphericalKMeans', () => {
  it('finds well separated clusters in more than 12 of 40 runs', () => {
    const rows = blobs(6, 20, 16, 0.1, createRandom(1));
    const found = Array.from({ length: 40 }, (_, seed) => {
      const { labels } = sphericalKMeans(pointsOf(rows), { clusters: 6 }, createRandom(seed));
      const groups = Array.from({ length: 6 }, (_, g) => [
        ...new Set(labels.slice(20 * g, 20 * g + 20)),
      ]);
      return groups.every((group) => group.length === 1) && new Set(groups.flat()).size === 6;
    });
    // Two seeds in one cluster lead to another result; with uniform seeding that happens in 98 of 100 runs.
    expect(found.filter(Boolean).length).toBeGreaterThan(12);
  });

  it('returns unit prototypes and assigns every point to the nearest of them', () => {
    const rows = randomUnits(60, 5, createRandom(2));
    for (const maxIterations of [1, 100]) {
      const options = { clusters: 7, maxIterations };
      const result = sphericalKMeans(pointsOf(rows), options, createRandom(0));
      const prototypes = prototypesOf(result);
      for (const prototype of prototypes) expect(dot(prototype, prototype)).toBeCloseTo(1, 12);
      rows.forEach((row, i) => expect(result.labels[i]).toBe(nearest(row, prototypes)));
    }
  });

  it('converges to a fixed point: each prototype is the Karcher mean of its points', () => {
    const rows = randomUnits(80, 4, createRandom(3));
    const options = { clusters: 5, tolerance: 1e-9 };
    const result = sphericalKMeans(pointsOf(rows), options, createRandom(0));
    expect(result.converged).toBe(true);
    prototypesOf(result).forEach((prototype, cluster) => {
      const members = rows.filter((_, i) => result.labels[i] === cluster);
      expect(members.length).toBeGreaterThan(0);
      // The mean of log_m(x) is zero at a Karcher mean, by definition.
      const pull = prototype.map(
        (m, d) =>
          members.reduce((sum, x) => {
            const theta = angle(prototype, x);
            const sine = Math.sin(theta);
            return (
              sum + (sine === 0 ? 0 : (theta / sine) * ((x[d] as number) - Math.cos(theta) * m))
            );
          }, 0) / members.length,
      );
      expect(Math.sqrt(dot(pull, pull))).toBeLessThan(2e-6);
    });
  });

  it('is equivariant to rotations of its points', () => {
    const rows = blobs(4, 12, 3, 0.4, createRandom(4));
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turn = ([x = 0, y = 0, z = 0]: Vector): number[] => [c * x - s * z, y, s * x + c * z];
    const [a, b] = [rows, rows.map(turn)].map((each) =>
      sphericalKMeans(pointsOf(each), { clusters: 4 }, createRandom(0)),
    ) as [Clustering, Clustering];
    expect(b.labels).toEqual(a.labels);
    const turned = prototypesOf(a).map(turn);
    prototypesOf(b).forEach((prototype, i) => {
      // The iteration of the means stops within 1e-6 of the exact means.
      expect(angle(prototype, turned[i] as Vector)).toBeLessThan(1e-5);
    });
  });

  it('depends only on directions, in float32 and float64', () => {
    const rows = blobs(3, 10, 4, 0.3, createRandom(5));
    const scaled = rows.flatMap((row, i) => row.map((x) => x * (0.1 + i)));
    const shape = [30, 4] as const;
    const [a, b] = [Float64Array.from(rows.flat()), Float32Array.from(scaled)].map((data) =>
      sphericalKMeans({ data, shape }, { clusters: 3 }, createRandom(0)),
    ) as [Clustering, Clustering];
    expect(b.labels).toEqual(a.labels);
    prototypesOf(b).forEach((prototype, i) => {
      expect(angle(prototype, prototypesOf(a)[i] as Vector)).toBeLessThan(1e-6);
    });
  });

  it('chooses seeds with a probability proportional to the distance, not to its square', () => {
    // The clusters after one round identify the seeds: {0, 0.5} isolates 0, the other pairs isolate 1.4.
    const points = pointsOf([0, 0.5, 1.4].map(onCircle));
    const options = { clusters: 2, maxIterations: 1 };
    let alone = 0;
    for (let seed = 0; seed < 4000; seed++) {
      const [a, b] = sphericalKMeans(points, options, createRandom(seed)).labels;
      if (a !== b) alone++;
    }
    // First 0, then 0.5: 0.5 / (0.5 + 1.4); first 0.5, then 0: 0.5 / (0.5 + 0.9). Squared: 0.116.
    const probability = (0.5 / 1.9 + 0.5 / 1.4) / 3;
    const deviation = Math.sqrt((probability * (1 - probability)) / 4000);
    expect(Math.abs(alone / 4000 - probability)).toBeLessThan(3.3 * deviation);
  });

  it('chooses random seeds uniformly and independently', () => {
    const points = pointsOf([0, (2 * Math.PI) / 3, (4 * Math.PI) / 3].map(onCircle));
    const options = { clusters: 2, maxIterations: 1, seeding: 'random' } as const;
    const seen = new Map<string, number>();
    for (let seed = 0; seed < 3000; seed++) {
      const rng = createRandom(seed);
      const drawn: number[] = [];
      const recording: Random = {
        ...rng,
        integer: (bound) => {
          drawn.push(rng.integer(bound));
          return drawn.at(-1) as number;
        },
        uniform: () => {
          throw new Error('expected integers only');
        },
      };
      sphericalKMeans(points, options, recording);
      const seeds = drawn.slice(0, 2).join();
      // Drawing a point twice leaves a cluster empty, which restarts at a third draw.
      expect(drawn).toHaveLength(drawn[0] === drawn[1] ? 3 : 2);
      seen.set(seeds, (seen.get(seeds) ?? 0) + 1);
    }
    expect(seen.size).toBe(9);
    // Chi-squared with 8 degrees of freedom exceeds 26.1 with a probability of 0.001.
    const chi = [...seen.values()].reduce((sum, n) => sum + (n - 3000 / 9) ** 2 / (3000 / 9), 0);
    expect(chi).toBeLessThan(26.1);
  });

  it('starts from the randomly drawn points', () => {
    const points = pointsOf([0, 0.5, 1.4].map(onCircle));
    const options = { clusters: 2, maxIterations: 1, seeding: 'random' } as const;
    const from = (...drawn: readonly number[]): number[] => {
      const left = [...drawn];
      const rng: Random = { ...createRandom(0), integer: () => left.shift() as number };
      return Array.from(sphericalKMeans(points, options, rng).labels);
    };
    // Seeds 0 and 0.5 isolate 0; seeds 0.5 and 1.4 isolate 1.4.
    expect(from(0, 1)).toEqual([0, 1, 1]);
    expect(from(1, 2)).toEqual([0, 0, 1]);
  });

  it('makes every point a prototype if there are as many clusters as points', () => {
    const rows = randomUnits(9, 3, createRandom(6));
    const result = sphericalKMeans(pointsOf(rows), { clusters: 9 }, createRandom(0));
    expect(new Set(result.labels).size).toBe(9);
    rows.forEach((row, i) => {
      expect(angle(row, prototypesOf(result)[result.labels[i] as number] as Vector)).toBeLessThan(
        1e-12,
      );
    });
  });

  it('separates antipodal points, and returns one of them for a single cluster', () => {
    const rows = [onCircle(0.2), onCircle(0.2 + Math.PI)];
    const two = sphericalKMeans(pointsOf(rows), { clusters: 2 }, createRandom(0));
    expect(new Set(two.labels).size).toBe(2);
    const one = prototypesOf(sphericalKMeans(pointsOf(rows), { clusters: 1 }, createRandom(0)));
    expect(rows.some((row) => angle(row, one[0] as Vector) < 1e-12)).toBe(true);
  });

  it('restarts empty clusters at points if there are fewer distinct points than clusters', () => {
    const [a, b] = [onCircle(0), onCircle(1)];
    const rows = [a, a, a, b];
    const rng = createRandom(0);
    let integers = 0;
    const counting: Random = { ...rng, integer: (bound) => (integers++, rng.integer(bound)) };
    const result = sphericalKMeans(pointsOf(rows), { clusters: 4 }, counting);
    // One draw for the first seed and two after the second; then two clusters are empty in every round.
    expect(integers).toBe(3 + 2 * result.iterations);
    for (const prototype of prototypesOf(result)) {
      expect([a, b].some((place) => angle(place, prototype) < 1e-12)).toBe(true);
    }
    expect(result.labels[0]).toBe(result.labels[1]);
    expect(result.labels[0]).not.toBe(result.labels[3]);
  });

  it('returns the same result for the same seed, and stops at maxIterations or tolerance', () => {
    const points = pointsOf(randomUnits(100, 3, createRandom(7)));
    const run = (options: object): Clustering =>
      sphericalKMeans(points, { clusters: 10, ...options }, createRandom(3));
    expect(run({})).toEqual(run({}));
    const cut = run({ maxIterations: 2, tolerance: 0 });
    expect(cut).toMatchObject({ iterations: 2, converged: false });
    const loose = run({ tolerance: 0.5 });
    expect(loose).toMatchObject({ iterations: 1, converged: true });
  });

  it('rejects invalid points and options', () => {
    const points = pointsOf(randomUnits(4, 3, createRandom(8)));
    const run =
      (bad: Partial<Points>, options: object = {}) =>
      (): unknown =>
        sphericalKMeans({ ...points, ...bad }, { clusters: 2, ...options }, createRandom(0));
    expect(run({}, { clusters: 5 })).toThrow(
      new RangeError(
        'sphericalKMeans: expected clusters to be an integer in [1, 4], the number of points, got 5',
      ),
    );
    expect(run({}, { clusters: 0 })).toThrow(/clusters/);
    expect(run({}, { maxIterations: 0 })).toThrow(/maxIterations/);
    expect(run({}, { tolerance: NaN })).toThrow(/tolerance/);
    expect(run({}, { seeding: 'first' })).toThrow(
      new RangeError("sphericalKMeans: expected the seeding 'k-means++' or 'random', got 'first'"),
    );
    expect(run({ shape: [4, 4] })).toThrow(
      new RangeError('sphericalKMeans: expected 4 x 4 numbers, at least one, got 12'),
    );
    for (const [value, length] of [
      [NaN, 'NaN'],
      [0, '0'],
      [Infinity, 'Infinity'],
    ] as const) {
      const data = Float64Array.from(points.data);
      data.fill(value, 3, 6);
      expect(run({ data })).toThrow(
        new RangeError(
          `sphericalKMeans: expected points of finite length above 0, got ${length} in row 1`,
        ),
      );
    }
  });
});
