import { describe, expect, it } from 'vitest';
import { createClip } from '@halp/skeleton';
import { createLesson } from '../../src/lesson/lesson.ts';
import { nearestScorer } from '../../src/lesson/nearest-scorer.ts';
import { spreadOf, thresholdOf } from '../../src/lesson/threshold.ts';

/** A unit vector at an angle in degrees. */
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const cosine = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

let count = 0;
function taught(by: 'nearest' | 'ridge', angles: Readonly<Record<string, readonly number[]>>) {
  const lesson = createLesson({ by, k: 1, lambda: 0.1, rejection: 0.5 });
  for (const [label, list] of Object.entries(angles)) {
    for (const degrees of list) {
      const clip = createClip([3, 1, 1, 1], Float32Array.of(count++, 0, 0));
      lesson.add({ label, clip }, at(degrees));
    }
  }
  return lesson;
}

describe('nearest neighbours', () => {
  const rows = [0, 20, 90].map((degrees) => Float64Array.from(at(degrees)));
  const features = { rows, labels: [0, 0, 1], count: 2 };

  it('score a label by its most similar example, or the mean of its k most similar', () => {
    const query = Float64Array.from(at(30));
    expect(nearestScorer(features, 1).scores(query)[0]).toBeCloseTo(cosine(10), 6);
    const two = nearestScorer(features, 2).scores(query);
    expect(two[0]).toBeCloseTo((cosine(10) + cosine(30)) / 2, 6);
    expect(two[1]).toBeCloseTo(cosine(60), 6);
  });

  it('leave out the example itself', () => {
    const { leaveOneOut, otherLabels } = nearestScorer(features, 1);
    expect(leaveOneOut[0]?.[0]).toBeCloseTo(cosine(20), 6);
    expect(leaveOneOut[2]?.[1]).toBe(-Infinity);
    expect(otherLabels[2]).toBeCloseTo(cosine(70), 6);
  });
});

describe('the threshold', () => {
  it('is a quantile of what an action scores that was never taught', () => {
    const other = [0.1, 0.5, 0.4, 0.2];
    expect(thresholdOf([], other, 0)).toBe(0.1);
    expect(thresholdOf([0.2], other, 0.5)).toBeCloseTo(0.3, 12);
    expect(thresholdOf([], other, 2 / 3)).toBeCloseTo(0.4, 12);
    expect(thresholdOf([], [0.1, 0.5, 0.4], 0.75)).toBeCloseTo(0.45, 12);
  });

  it('is just below the right examples where they are far above, or there is no other label', () => {
    const own = [0.8, 0.9, 0.7, -Infinity];
    expect(thresholdOf(own, [0.1, 0.2], 0.5)).toBeCloseTo(0.72, 12);
    expect(thresholdOf(own, [-Infinity], 0.5)).toBeCloseTo(0.72, 12);
  });

  it('has a spread of finite scores only', () => {
    expect(spreadOf([1, 3, -Infinity])).toBe(1);
    expect(spreadOf([2, 2])).toBe(1);
  });
});

describe('a lesson', () => {
  it('reports which examples get another label when they are left out', () => {
    const report = taught('nearest', { wave: [0, 10, 95], point: [90, 100] }).report();
    expect(report).toMatchObject({
      labels: [
        { label: 'wave', examples: 3 },
        { label: 'point', examples: 2 },
      ],
      examples: 5,
      accuracy: 2 / 5,
    });
    expect(report.mistaken).toEqual([
      { example: 2, label: 'wave', taken: 'point' },
      { example: 3, label: 'point', taken: 'wave' },
      { example: 4, label: 'point', taken: 'wave' },
    ]);
  });

  it('has no accuracy with one example of each label, and no threshold with one example', () => {
    const report = taught('ridge', { wave: [0], point: [90] }).report();
    expect(report.accuracy).toBeUndefined();
    expect(report.threshold).toBeTypeOf('number');
    expect(taught('ridge', { wave: [0] }).report().threshold).toBeUndefined();
    expect(taught('ridge', { wave: [0] }).classifier()).toBeUndefined();
  });

  it.each(['nearest', 'ridge'] as const)('has no accuracy with one label, by %s', (by) => {
    const report = taught(by, { wave: [0, 10, 20] }).report();
    expect(report).toMatchObject({ examples: 3, mistaken: [] });
    expect(report.accuracy).toBeUndefined();
    expect(report.threshold).toBeTypeOf('number');
  });

  it.each(['nearest', 'ridge'] as const)(
    'scores what it was taught above the threshold, by %s',
    (by) => {
      const found = taught(by, { wave: [0, 10, 5], point: [90, 100, 95] }).classifier();
      const scores = [...(found?.scores(at(8)) ?? [])];
      const threshold = found?.threshold as number;
      expect(scores[0]).toBeGreaterThanOrEqual(threshold);
      expect(scores[1]).toBeLessThan(threshold);
      expect(Math.max(...(found?.scores(at(230)) ?? []))).toBeLessThan(threshold);
    },
  );

  it('is changed by an example, and by removing a label', () => {
    const lesson = taught('nearest', { wave: [0, 10], point: [90, 100], nod: [45] });
    const before = lesson.report().examples;
    expect(lesson.remove('nod')).toBe(1);
    expect(lesson.remove('nod')).toBe(0);
    expect(lesson.report()).toMatchObject({ examples: before - 1, accuracy: 1 });
    lesson.add({ label: 'nod', clip: createClip([3, 1, 1, 1]) }, at(45));
    expect(lesson.report().examples).toBe(before);
  });
});
