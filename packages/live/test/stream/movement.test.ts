import { describe, expect, it } from 'vitest';
import { createSegmenter, type Segment } from '@halp/live';
import { createMovementDetector, movementEnergy } from '../../src/stream/movement.ts';
import { createTrack, type Track } from '../../src/stream/track.ts';
import { JOINTS, waving } from '../helpers.ts';

/** A track of 8 joints of which `moving` go along x with the speed of a time. */
function moved(moving: number, speedAt: (seconds: number) => number, seconds: number): Track[] {
  const track = createTrack({ joints: 8, fps: 30, seconds: 20 });
  const places: Track[] = [];
  let x = 0;
  for (let i = 0; i <= seconds * 100; i++) {
    track.add(
      Float32Array.from({ length: 24 }, (_, k) => (k % 3 === 0 && k < 3 * moving ? x : 1)),
      i / 100,
    );
    places.push(track);
    x += speedAt(i / 100) / 100;
  }
  return places;
}

describe('the movement energy', () => {
  it('is the mean speed of the quarter of the joints that moves most', () => {
    expect(movementEnergy(moved(2, () => 3, 1)[0] as Track)).toBeCloseTo(3, 5);
    expect(movementEnergy(moved(8, () => 3, 1)[0] as Track)).toBeCloseTo(3, 5);
    expect(movementEnergy(moved(1, () => 3, 1)[0] as Track)).toBeCloseTo(1.5, 5);
  });

  it('is 0 at rest and before 0.2 seconds', () => {
    expect(movementEnergy(moved(2, () => 0, 1)[0] as Track)).toBe(0);
    expect(movementEnergy(moved(2, () => 3, 0.1)[0] as Track)).toBe(0);
  });
});

/** The spans of the movements of joints whose speed is that of a time. */
function movements(speedAt: (seconds: number) => number, seconds: number, options = {}): string[] {
  const detector = createMovementDetector(options);
  const track = createTrack({ joints: 8, fps: 30, seconds: 20 });
  const found: string[] = [];
  let x = 0;
  for (let i = 0; i <= seconds * 100; i++) {
    track.add(new Float32Array(24).fill(x), i / 100);
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
    expect(movements(step(1, 2), 4, { rest: 0.36 })).toEqual(['0.86-2.16']);
    expect(movements(step(1, 2), 2.3)).toEqual([]);
  });

  it('does not end in a short rest, and does not begin below the higher threshold', () => {
    expect(movements((t) => step(1, 2)(t) + step(2.3, 3)(t), 5, { rest: 0.36 })).toEqual([
      '0.86-3.16',
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
