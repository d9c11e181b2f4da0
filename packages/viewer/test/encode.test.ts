import { describe, expect, it } from 'vitest';
import { kinectV2 } from '@halp/skeleton';
import { pointsOf } from '../src/clip-points.ts';
import { encodePoses, posesOf, reachOf } from '../src/encode.ts';
import { decodeClip } from '../src/page-draw.ts';
import { project } from '../src/project.ts';
import { standing, without } from './body.ts';

const clip = without(standing(kinectV2, 7, 2), 1, 3);
const points = pointsOf(clip, kinectV2, false, 'test');
const poses = posesOf(points, (point) => point);

describe('encodePoses', () => {
  it('decodes within half a step, and a joint that was not detected as NaN', () => {
    const encoded = encodePoses(poses, 0.1);
    const decoded = decodeClip(encoded);
    expect(decoded.length).toBe(7 * 2 * 25 * 3);
    expect(encoded.step * 32767).toBeCloseTo(0.87, 6);
    poses.points.forEach((point, i) => {
      for (const axis of [0, 1, 2] as const) {
        const value = decoded[i * 3 + axis]!;
        if (point === undefined) expect(value).toBeNaN();
        else expect(Math.abs(value - point[axis])).toBeLessThan(0.5001 * encoded.step);
      }
    });
    expect(poses.points.filter((point) => point === undefined).length).toBe(25);
  });

  it('puts the ground where the feet usually are', () => {
    // The middle is half way up from the feet at 0.05 to the head at 1.6.
    expect(encodePoses(poses, 0).ground).toBeCloseTo(0.05 - 0.825, 6);
  });

  it('accepts an empty clip', () => {
    const empty = posesOf(
      pointsOf(without(without(clip, 0), 1), kinectV2, false, 'test'),
      (p) => p,
    );
    expect(encodePoses(empty, 0)).toMatchObject({ frames: 1, persons: [], data: '', ground: 0 });
    expect(reachOf(empty)).toEqual({ across: 0, upright: 0 });
  });
});

describe('reachOf', () => {
  it('is how far any turn can bring a joint from the middle', () => {
    const { across, upright } = reachOf(poses);
    let [widest, highest] = [0, 0];
    for (let turn = 0; turn < 7; turn += 0.05) {
      for (const point of poses.points) {
        if (point === undefined) continue;
        const [x, y] = project(point, turn, 0);
        widest = Math.max(widest, Math.abs(x));
        highest = Math.max(highest, Math.abs(y));
      }
    }
    expect(widest).toBeLessThanOrEqual(across + 1e-12);
    expect(widest).toBeGreaterThan(0.99 * across);
    expect(highest).toBeCloseTo(upright, 12);
  });
});

describe('project', () => {
  it('turns to the right and looks from above', () => {
    const near = (actual: readonly number[], expected: readonly number[]): void => {
      expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 12));
    };
    near(project([1, 2, 3], 0, 0), [1, 2, 3]);
    // What is in front comes to the right; what is on the right goes behind.
    near(project([1, 2, 3], Math.PI / 2, 0), [3, 2, -1]);
    // From above, what is in front is below, and what is high is near.
    near(project([1, 2, 3], 0, Math.PI / 2), [1, -3, 2]);
  });
});
