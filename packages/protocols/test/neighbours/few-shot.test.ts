import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectClose } from '@halp/testing';
import { fewShot } from '../../src/index.ts';
import { clusters, features } from '../arrays.ts';

describe('fewShot', () => {
  it('recognises classes with different directions, for any lengths', () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const length = 1 + i;
      return [0, 1, 2, 3].map((axis) => (axis === i % 4 ? length : 0.01 * length));
    });
    const labels = rows.map((_, i) => i % 4);
    const options = { ways: 4, shots: 2, queries: 8, episodes: 10 };
    const result = fewShot(features(rows, labels), options, createRandom(0));
    expect(result).toMatchObject({
      accuracy: 1,
      interval: { low: 1, high: 1, confidence: 0.95, method: 'normal' },
      settings: { ...options, metric: 'cosine' },
      eligible: 4,
      omitted: [],
    });
  });

  it('is at chance level for random features, with the interval of its spread', () => {
    const noise = clusters(300, { classes: 6, size: 8, spread: 0 }, createRandom(1));
    const { accuracy, interval, accuracies } = fewShot(
      noise,
      { ways: 5, shots: 3, queries: 10, episodes: 400 },
      createRandom(2),
    );
    expect(interval.low).toBeLessThan(0.2 + 0.01);
    expect(interval.high).toBeGreaterThan(0.2 - 0.01);
    const mean = accuracies.reduce((a, b) => a + b) / 400;
    const variance = accuracies.reduce((a, b) => a + (b - mean) ** 2, 0) / 399;
    expectClose([accuracy], [mean], { absolute: 1e-12 });
    expectClose([interval.high - interval.low], [2 * 1.96 * Math.sqrt(variance / 400)], {
      relative: 1e-9,
    });
  });

  it('compares with the mean direction of the shots, by hand', () => {
    // Shots at 0° and 90° make a prototype at 45°, which is nearer to 50° than one at 120° is.
    const at = (degrees: number) => {
      const angle = (degrees * Math.PI) / 180;
      return [Math.cos(angle), Math.sin(angle)];
    };
    const oneEach = features([at(0), at(90), at(50), at(120), at(120), at(86)], [0, 0, 0, 1, 1, 1]);
    // Rows are drawn in their own order, so that the last of each class is the query.
    const rng = { ...createRandom(0), integer: () => 0 };
    const scripted = { ...rng, fork: () => rng };
    const { accuracies } = fewShot(
      oneEach,
      { ways: 2, shots: 2, queries: 1, episodes: 2 },
      scripted,
    );
    // 50° is right; 86° is 34° from 120° and 41° from 45°, so right too.
    expect([...accuracies]).toEqual([1, 1]);
    const nearer = features([at(0), at(90), at(50), at(120), at(120), at(82)], [0, 0, 0, 1, 1, 1]);
    const other = fewShot(nearer, { ways: 2, shots: 2, queries: 1, episodes: 2 }, scripted);
    // 82° is 38° from 120° and 37° from 45°.
    expect([...other.accuracies]).toEqual([0.5, 0.5]);
  });

  it('lists the classes with too few clips and never draws them', () => {
    const rows = [0, 0, 0, 1, 1, 1, 2, 4].map((label, i) => [Math.cos(label), Math.sin(label), i]);
    const some = features(rows, [0, 0, 0, 1, 1, 1, 2, 4]);
    const options = { ways: 2, shots: 1, queries: 2, episodes: 3 };
    const { eligible, omitted } = fewShot(some, options, createRandom(0));
    expect([eligible, omitted]).toEqual([2, [2, 4]]);
    expect(() => fewShot(some, { ...options, ways: 3 }, createRandom(0))).toThrow(
      'at least 3 classes with 1 + 2 clips (shots + queries), got 2; choose fewer ways, shots or queries',
    );
  });

  it('draws equal episodes for equal seeds and different ones for different seeds', () => {
    const data = clusters(60, { classes: 3, size: 4, spread: 1 }, createRandom(1));
    const run = (seed: number) =>
      fewShot(data, { ways: 3, queries: 5, episodes: 9 }, createRandom(seed)).accuracies;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  it('refuses fewer than 2 episodes, zero vectors and shots that cancel out', () => {
    const two = features([[1, 0], [-1, 0], [0, 1], [1, 0], [1, 0], [1, 1]], [0, 0, 0, 1, 1, 1]); // prettier-ignore
    const options = { ways: 2, shots: 2, queries: 1, episodes: 20 };
    expect(() => fewShot(two, options, createRandom(0))).toThrow('got clips that cancel out');
    expect(() => fewShot(two, { ...options, episodes: 1 }, createRandom(0))).toThrow(
      'episodes to be at least 2',
    );
    const zero = features([[0, 0]], [0]);
    expect(() => fewShot(zero, options, createRandom(0))).toThrow('zero vector in row 0');
  });
});
