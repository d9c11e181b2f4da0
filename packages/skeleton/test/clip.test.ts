import { describe, expect, it } from 'vitest';
import { createClip, firstNonFinite } from '@halp/skeleton';

describe('createClip', () => {
  it('creates a clip of zeros or of the given numbers', () => {
    expect([...createClip([1, 1, 2, 1]).data]).toEqual([0, 0]);
    const data = new Float32Array([1, 2]);
    expect(createClip([1, 1, 2, 1], data).data).toBe(data);
  });

  it('rejects a wrong number of values, and empty axes', () => {
    expect(() => createClip([3, 2, 5, 1], new Float32Array(29))).toThrow(
      'expected 30 numbers for [3, 2, 5, 1], got 29',
    );
    expect(() => createClip([3, 0, 5, 1])).toThrow(/positive sizes/);
    expect(() => createClip([3, 1.5, 5, 1])).toThrow(RangeError);
  });
});

describe('firstNonFinite', () => {
  it('finds the index of NaN and infinity', () => {
    const clip = createClip([3, 4, 5, 2]);
    expect(firstNonFinite(clip)).toBeUndefined();
    clip.data[((1 * 4 + 2) * 5 + 3) * 2 + 1] = NaN;
    clip.data[((2 * 4 + 2) * 5 + 3) * 2 + 1] = -Infinity;
    expect(firstNonFinite(clip)).toEqual({ channel: 1, frame: 2, joint: 3, person: 1 });
  });
});
