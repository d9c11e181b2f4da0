import { describe, expect, it } from 'vitest';
import { type Clip, createClip } from '@halp/skeleton';
import { clipStatistics } from '../../src/index.ts';

/** Three frames of two joints and two persons; the second person appears only in the last frame. */
function clipOf(
  set: (put: (c: number, t: number, v: number, m: number, x: number) => void) => void,
): Clip {
  const clip = createClip([3, 3, 2, 2]);
  set((c, t, v, m, x) => {
    clip.data[((c * 3 + t) * 2 + v) * 2 + m] = x;
  });
  return clip;
}

const standing = clipOf((put) => {
  for (let t = 0; t < 3; t++) {
    for (let v = 0; v < 2; v++) {
      put(0, t, v, 0, -1 + t * 0.1);
      put(1, t, v, 0, v);
      put(2, t, v, 0, 3);
    }
  }
  put(2, 2, 0, 1, 4);
});

describe('clipStatistics', () => {
  it('gives ranges over detected joints, and counts empty frames of each person', () => {
    const { frames, ranges, persons } = clipStatistics(standing);
    expect(frames).toBe(3);
    expect(ranges[0]?.map((x) => Number(x.toFixed(4)))).toEqual([-1, 0]);
    expect(ranges.slice(1)).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(persons).toEqual([
      { emptyFrames: 0, empty: false, jumps: [] },
      { emptyFrames: 2, empty: false, jumps: [] },
    ]);
  });

  it('finds the frame, the joint and the distance of a jump', () => {
    const clip = createClip(standing.shape, standing.data.slice());
    clip.data[((0 * 3 + 1) * 2 + 1) * 2] = 2.1;
    clip.data[((1 * 3 + 1) * 2 + 1) * 2] = 5;
    const [first] = clipStatistics(clip).persons;
    expect(first?.jumps.map(({ frame, joint }) => [frame, joint])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(first?.jumps[0]?.distance).toBeCloseTo(Math.hypot(3.1, 4), 5);
    expect(clipStatistics(clip, { jump: 6 }).persons[0]?.jumps).toEqual([]);
  });

  it('counts no jump from or to an undetected joint', () => {
    const clip = createClip(standing.shape, standing.data.slice());
    for (let c = 0; c < 3; c++) clip.data[((c * 3 + 1) * 2 + 0) * 2] = 0;
    expect(clipStatistics(clip).persons[0]?.jumps).toEqual([]);
  });

  it('leaves a score out of the distance', () => {
    const clip = createClip(standing.shape, standing.data.slice());
    clip.data[((2 * 3 + 1) * 2 + 1) * 2] = 9;
    expect(clipStatistics(clip).persons[0]?.jumps).toHaveLength(2);
    expect(clipStatistics(clip, { places: 2 }).persons[0]?.jumps).toEqual([]);
  });

  it('marks a person that never appears as empty, and gives a clip of zeros the range [0, 0]', () => {
    const { ranges, persons } = clipStatistics(createClip([3, 2, 2, 1]));
    expect(ranges).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(persons).toEqual([{ emptyFrames: 2, empty: true, jumps: [] }]);
  });

  it('refuses a jump of no length, and more places than channels', () => {
    expect(() => clipStatistics(standing, { jump: 0 })).toThrow('expected a positive jump, got 0');
    expect(() => clipStatistics(standing, { places: 4 })).toThrow(
      'expected places to be an integer in [1, 3], got 4',
    );
  });
});
