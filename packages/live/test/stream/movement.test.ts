import { describe, expect, it } from 'vitest';
import { createSegmenter, type Segment } from '@halp/live';
import { createRandom } from '@halp/random';
import { kinectV1, type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import {
  createMovementDetector,
  fastestJoints,
  movementEnergy,
} from '../../src/stream/movement.ts';
import { createTrack, type Track } from '../../src/stream/track.ts';
import { figure, type Gesture, sensor, type SensorErrors } from '../figure.ts';
import { JOINTS, waving } from '../helpers.ts';

const V = kinectV1.joints.length;

/** A track of 20 joints of which `moving` go along x with a speed. */
function moved(moving: number, speed: number, seconds: number): Track {
  const track = createTrack({ joints: V, fps: 30, seconds: 20 });
  for (let i = 0; i <= seconds * 100; i++) {
    const x = (speed * i) / 100;
    const points = Array.from({ length: 3 * V }, (_, k) => (k % 3 === 0 && k < 3 * moving ? x : 1));
    track.add(Float32Array.from(points), i / 100);
  }
  return track;
}

describe('the movement energy', () => {
  it('is the mean speed of the joints that move most', () => {
    expect(movementEnergy(moved(3, 3, 1), 3)).toBeCloseTo(3, 5);
    expect(movementEnergy(moved(V, 3, 1), 3)).toBeCloseTo(3, 5);
    expect(movementEnergy(moved(1, 3, 1), 3)).toBeCloseTo(1, 5);
  });

  it('is the distance in 0.2 seconds of positions averaged over 0.1 seconds', () => {
    const track = createTrack({ joints: 1, fps: 30, seconds: 20 });
    const heights = [0, 0, 0, 0, 0.3, 0, 0.6];
    heights.forEach((y, i) => track.add(Float32Array.of(0, y, 0), i / 20));
    // Means of y at 0.2, 0.25 and 0.3 s, and at 0, 0.05 and 0.1 s.
    expect(movementEnergy(track, 1)).toBeCloseTo(0.3 / 0.2, 5);
  });

  it('is 0 at rest and before 0.3 seconds', () => {
    expect(movementEnergy(moved(3, 0, 1), 3)).toBe(0);
    expect(movementEnergy(moved(3, 3, 0.29), 3)).toBe(0);
    expect(movementEnergy(moved(3, 3, 0.31), 3)).toBeGreaterThan(2);
  });

  it('counts half a limb, however many joints the head has', () => {
    const counts = layoutNames.map((name) => [name, fastestJoints(layoutOf(name))]);
    expect(Object.fromEntries(counts)).toEqual({
      ...{ 'kinect-v1': 3, 'kinect-v2': 3, 'openpose-18': 2, 'coco-17': 2, 'mediapipe-33': 3 },
    });
    const isFace = { ...kinectV1, joints: ['nose', 'left eye'] };
    expect(fastestJoints(isFace)).toBe(1);
  });
});

/** The spans of the movements of joints whose speed is that of a time. */
function movements(speedAt: (seconds: number) => number, seconds: number, options = {}): string[] {
  const detector = createMovementDetector(kinectV1, options);
  const track = createTrack({ joints: V, fps: 30, seconds: 20 });
  const found: string[] = [];
  let x = 0;
  for (let i = 0; i <= seconds * 100; i++) {
    track.add(new Float32Array(3 * V).fill(x), i / 100);
    const movement = detector.next(track);
    if (movement?.ended === true)
      found.push(`${movement.from.toFixed(2)}-${movement.to.toFixed(2)}`);
    x += speedAt(i / 100) / Math.sqrt(3) / 100;
  }
  return found;
}

describe('a movement', () => {
  const step =
    (from: number, to: number, speed = 2) =>
    (t: number): number =>
      t >= from && t < to ? speed : 0;

  it('begins with the speed and ends with it, once it has rested', () => {
    expect(movements(step(1, 2), 4, { rest: 0.36 })).toEqual(['0.86-2.17']);
    expect(movements(step(1, 2), 2.3)).toEqual([]);
  });

  it('does not end in a short rest, and does not begin below the higher threshold', () => {
    expect(movements((t) => step(1, 2)(t) + step(2.3, 3)(t), 5, { rest: 0.36 })).toEqual([
      '0.86-3.17',
    ]);
    expect(movements((t) => step(1, 2)(t) + step(3, 4)(t), 6)).toHaveLength(2);
    expect(movements(step(1, 3, 0.5), 5)).toEqual([]);
    expect(movements((t) => step(1, 2)(t) + step(2, 3, 0.5)(t), 5, { rest: 0.36 })).toEqual([
      '0.86-3.05',
    ]);
  });

  it('ends below the start if that is lower than the default of rest', () => {
    expect(movements(step(1, 2, 0.3), 4, { start: 0.2 })).toHaveLength(1);
    expect(movements(step(1, 2, 0.3), 4)).toEqual([]);
  });

  it('is dropped if it is too short, and ended if it is too long', () => {
    expect(movements(step(1, 1.1), 4, { shortest: 0.6 })).toEqual([]);
    expect(movements(step(1, 9), 6, { longest: 2 })).toHaveLength(2);
  });
});

describe('a segmenter', () => {
  it('cuts a wave out of a stream, without a countdown', () => {
    const segmenter = createSegmenter({ layout: 'kinect-v2' });
    const found: Segment[] = [];
    const states: boolean[] = [];
    for (let i = 0; i < 180; i++) {
      const t = i / 30;
      const segment = segmenter.push(waving(t >= 2 && t < 4 ? 0 : undefined, t), t);
      states.push(segmenter.isMoving);
      if (segment !== undefined) found.push(segment);
    }
    expect(found).toHaveLength(1);
    const [{ clip, from, to }] = found as [Segment];
    expect(from).toBeGreaterThan(1.8);
    expect(from).toBeLessThan(2.1);
    expect(to).toBeGreaterThan(3.9);
    expect(to).toBeLessThan(4.3);
    expect(clip.shape).toEqual([3, Math.round((to - from) * 30) + 1, JOINTS, 1]);
    expect([states[30], states[90], states[170]]).toEqual([false, true, false]);
    expect(segmenter.energy).toBeCloseTo(0, 5);
  });

  it.each<[string, object, string]>([
    ['an unknown option', { strat: 1 }, 'createSegmenter: expected an option among layout, '],
    [
      'a rest above the start',
      { rest: 2, start: 1 },
      'createSegmenter: expected rest of at most start, 1, got 2',
    ],
    ['a rate of 0', { fps: 0 }, 'createSegmenter: expected a positive fps, got 0'],
    ['another axis', { up: 'x' }, 'createSegmenter: expected up among y, -y, z'],
  ])('refuses %s', (_, options, message) => {
    expect(() => createSegmenter({ layout: 'kinect-v2', ...options })).toThrow(message);
  });
});

/** The largest error of a Kinect in the synthetic set, and of MediaPipe in the motions that the encoder of the page learns. */
const kinect: SensorErrors = { jitter: 0.012, wander: 0 };
const camera: SensorErrors = { jitter: 0.015, wander: 0.015 };

/** A value that goes from 0 to `size` and back in a period. */
const swing = (size: number, seconds: number, period: number): number =>
  (size * (1 - Math.cos((2 * Math.PI * seconds) / period))) / 2;

/** The movements that a segmenter finds in 30 frames a second, and the largest energy. */
function segments(
  layout: LayoutName,
  gestureAt: (seconds: number) => Gesture,
  { seconds, errors }: { readonly seconds: number; readonly errors: SensorErrors },
): { readonly found: Segment[]; readonly energy: number } {
  const segmenter = createSegmenter({ layout });
  const measured = sensor(errors, createRandom(0));
  const found: Segment[] = [];
  let energy = 0;
  for (let i = 0; i < 30 * seconds; i++) {
    const segment = segmenter.push(measured(figure(layout, gestureAt(i / 30))), i / 30);
    energy = Math.max(energy, segmenter.energy);
    if (segment !== undefined) found.push(segment);
  }
  return { found, energy };
}

describe.each(layoutNames)('a movement in %s', (layout) => {
  it.each<[string, (seconds: number) => Gesture]>([
    ['a kick of one leg, to 45 degrees', (t) => ({ kick: swing(Math.PI / 4, t, 1) })],
    ['a low kick of one leg, to 30 degrees', (t) => ({ kick: swing(Math.PI / 6, t, 1) })],
    ['a wave of a forearm', (t) => ({ wave: swing(1.6, t, 1) - 0.8 })],
    ['a step of the whole body', (t) => ({ step: t < 0.8 ? swing(0.4, t, 1.6) : 0.4 })],
  ])('is %s, with the errors of a Kinect', (_, gesture) => {
    const from = 2;
    const rest = gesture(0);
    const at = (t: number): Gesture => (t < from ? rest : gesture(Math.min(t - from, 1)));
    const { found } = segments(layout, at, { seconds: 5, errors: kinect });
    expect(found).toHaveLength(1);
    expect(found[0]?.from).toBeGreaterThan(from - 0.3);
    expect(found[0]?.from).toBeLessThan(from + 0.3);
  });

  it('is not the jitter of joints at rest', () => {
    const still = (errors: SensorErrors): ReturnType<typeof segments> =>
      segments(layout, () => ({}), { seconds: 60, errors });
    const [ofKinect, ofCamera] = [still(kinect), still(camera)];
    expect(ofKinect.found).toEqual([]);
    expect(ofCamera.found).toEqual([]);
    // Half the energy of the start, so that a movement also ends: `rest` is 0.4.
    expect(ofKinect.energy).toBeLessThan(0.3);
    expect(ofCamera.energy).toBeLessThan(0.6);
  });
});
