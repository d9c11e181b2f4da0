import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { mapFeatures } from '../src/index.ts';

/** Three well separated directions with a little noise, `each` clips a class. */
function clusters(each: number): { features: Float32Array; labels: Int32Array } {
  const rng = createRandom(7);
  const labels = Int32Array.from({ length: 3 * each }, (_, i) => i % 3);
  const features = Float32Array.from({ length: 3 * each * 8 }, (_, i) => {
    const [clip, axis] = [Math.floor(i / 8), i % 8];
    return (axis === clip % 3 ? 3 : 0) + 0.2 * rng.normal();
  });
  return { features, labels };
}

const classes = ['a', 'b', 'c'];
const data = clusters(20);

describe('mapFeatures', () => {
  it('keeps clips of a class together: the nearest other point is of the same class', () => {
    const { points, clips, neighbours } = mapFeatures(data, { classes }, createRandom(0));
    expect({ clips, neighbours, drawn: points.length }).toEqual({
      clips: 60,
      neighbours: 15,
      drawn: 60,
    });
    for (const point of points) {
      const distance = (other: typeof point): number =>
        Math.hypot(point.x - other.x, point.y - other.y);
      const [nearest] = points
        .filter((other) => other !== point)
        .sort((a, b) => distance(a) - distance(b));
      expect(nearest?.label).toBe(point.label);
    }
  });

  it('fills the unit square and keeps its proportions', () => {
    const { points } = mapFeatures(data, { classes }, createRandom(0));
    const sides = [points.map(({ x }) => x), points.map(({ y }) => y)];
    for (const side of sides) expect(Math.min(...side)).toBe(0);
    expect(Math.max(...sides.flat())).toBe(1);
  });

  it('is equal for equal streams, and different for different ones', () => {
    const once = mapFeatures(data, { classes }, createRandom(1));
    expect(mapFeatures(data, { classes }, createRandom(1))).toEqual(once);
    expect(mapFeatures(data, { classes }, createRandom(2))).not.toEqual(once);
  });

  it('does not depend on the lengths of the features', () => {
    const doubled = { ...data, features: data.features.map((value) => 2 * value) };
    expect(mapFeatures(doubled, { classes }, createRandom(1))).toEqual(
      mapFeatures(data, { classes }, createRandom(1)),
    );
  });

  it('draws a random subset of many clips, each with its own label and prediction', () => {
    const predictions = data.labels.map((label) => (label + 1) % 3);
    const map = mapFeatures(data, { classes, predictions, limit: 30 }, createRandom(0));
    expect(map.points).toHaveLength(30);
    expect(map.clips).toBe(60);
    for (const { label, prediction } of map.points) expect(prediction).toBe((label + 1) % 3);
    expect(new Set(map.points.map(({ label }) => label)).size).toBe(3);
  });

  it('maps as few as three clips, and clips that are all equal', () => {
    const three = { features: data.features.slice(0, 24), labels: data.labels.slice(0, 3) };
    expect(mapFeatures(three, { classes }, createRandom(0)).points).toHaveLength(3);
    const alike = { features: new Float32Array(80).fill(1), labels: new Int32Array(10) };
    for (const { x, y } of mapFeatures(alike, { classes }, createRandom(0)).points) {
      expect(x >= 0 && x <= 1 && y >= 0 && y <= 1).toBe(true);
    }
  });

  it.each<[string, Parameters<typeof mapFeatures>[0], object, string]>([
    [
      'two clips',
      { features: new Float32Array(2).fill(1), labels: new Int32Array(2) },
      {},
      'mapFeatures: expected at least 3 clips, got 2',
    ],
    [
      'a ragged array',
      { ...data, features: data.features.slice(1) },
      {},
      'got 479 numbers, 60 labels',
    ],
    [
      'a zero row',
      { ...data, features: data.features.map((v, i) => (i < 8 ? 0 : v)) },
      {},
      'length 0 of row 0',
    ],
    [
      'a NaN',
      { ...data, features: data.features.map((v, i) => (i === 8 ? NaN : v)) },
      {},
      'length NaN of row 1',
    ],
    ['a stray label', { ...data, labels: data.labels.map(() => 3) }, {}, 'below 3, got 3'],
    ['a stray prediction', data, { predictions: data.labels.map(() => -1) }, 'below 3, got -1'],
    ['too many neighbours', data, { neighbours: 60 }, 'integer in [2, 59], got 60'],
    ['a limit of two', data, { limit: 2 }, 'integer of at least 3, got 2'],
  ])('refuses %s', (_, features, options, message) => {
    expect(() => mapFeatures(features, { classes, ...options }, createRandom(0))).toThrow(message);
  });
});
