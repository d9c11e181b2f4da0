import { describe, expect, it } from 'vitest';
import { type Clip, createClip } from '@halp/skeleton';
import { metresProblem } from '../../src/clip/metres.ts';

/** Five frames of two persons whose two joints lie `sizes[t]` apart along y; 0 for no person. */
function clip(sizes: readonly number[]): Clip {
  const T = sizes.length;
  const made = createClip([3, T, 2, 2]);
  sizes.forEach((size, t) => {
    made.data[(t * 2 + 0) * 2] = size === 0 ? 0 : 3;
    made.data[(t * 2 + 1) * 2] = size === 0 ? 0 : 3;
    made.data[((T + t) * 2 + 1) * 2] = size;
  });
  return made;
}

describe('metresProblem', () => {
  it('accepts people from 0.1 to 10', () => {
    for (const size of [0.125, 0.6, 1.8, 9.5]) {
      expect(metresProblem(clip([size, size, size]))).toBeUndefined();
    }
  });

  it('ignores a few outlier frames, and frames without a person', () => {
    expect(metresProblem(clip([1.7, 4000, 1.7, 0, 0, 0, 0]))).toBeUndefined();
  });

  it('detects millimetres and centimetres', () => {
    expect(metresProblem(clip([1712, 1700, 1]))).toBe(
      'expected metres (persons of 0.1 to 10), got a person of 1700; divide millimetres by 1000, centimetres by 100',
    );
    expect(metresProblem(clip([171, 170, 172]))).toContain('got a person of 171; divide');
  });

  it('refuses persons without extent, and clips without a person', () => {
    expect(metresProblem(clip([0.001, 0.001]))).toContain(
      'got a person of 0.001; are these kilometres',
    );
    expect(metresProblem(clip([0, 0]))).toBe('expected a person in some frame, got only zeros');
  });
});
