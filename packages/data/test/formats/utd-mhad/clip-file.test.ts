import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { kinectV1 } from '@halp/skeleton';
import { parseUtdMhad, parseUtdMhadName, utdMhadClasses } from '../../../src/index.ts';
import { matOf, readJson, realData } from '../../helpers.ts';

/** 20 joints × x, y, z × frames as MATLAB stores it: 100 · joint + 10 · channel + frame. */
function counting(frames: number): number[] {
  const numbers: number[] = [];
  for (let t = 0; t < frames; t++) {
    for (let c = 0; c < 3; c++) for (let v = 0; v < 20; v++) numbers.push(100 * v + 10 * c + t);
  }
  return numbers;
}

function complaint(bytes: Uint8Array): string {
  try {
    parseUtdMhad(bytes, 'clip.mat');
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('parseUtdMhad', () => {
  it('takes the joints in the order of Kinect v1', () => {
    const clip = parseUtdMhad(matOf('d_skel', [20, 3, 4], counting(4)), 'clip.mat');
    expect(clip.shape).toEqual([3, 4, 20, 1]);
    const places = [3, 2, 1, 0, ...Array.from({ length: 16 }, (_, i) => i + 4)];
    for (const [c, t, v] of [
      [0, 0, 0],
      [1, 2, 1],
      [2, 3, 3],
      [1, 0, 4],
      [2, 3, 19],
    ] as const) {
      expect(clip.data[(c * 4 + t) * 20 + v]).toBe(100 * (places[v] as number) + 10 * c + t);
    }
  });

  it('reads a clip of one frame, whose last axis MATLAB drops', () => {
    const clip = parseUtdMhad(matOf('d_skel', [20, 3], counting(1)), 'clip.mat');
    expect(clip.shape).toEqual([3, 1, 20, 1]);
    expect(clip.data[0]).toBe(300);
  });

  it.each([
    ['another variable', matOf('d_depth', [20, 3, 1], counting(1)), 'a variable d_skel'],
    ['25 joints', matOf('d_skel', [25, 3, 1], Array<number>(75).fill(1)), 'got float64 [25, 3, 1]'],
    ['no frame', matOf('d_skel', [20, 3, 0], []), 'expected floats [20, 3, frames], got float64'],
    ['4 axes', matOf('d_skel', [20, 3, 1, 2], counting(2)), 'got float64 [20, 3, 1, 2]'],
    [
      'NaN',
      matOf(
        'd_skel',
        [20, 3],
        counting(1).map((x) => (x === 110 ? NaN : x)),
      ),
      'coordinate 1 of joint 1 of frame 0: expected a finite number, got NaN',
    ],
    [
      'more than float32 holds',
      matOf(
        'd_skel',
        [20, 3],
        counting(1).map((x) => (x === 110 ? 1e39 : x)),
      ),
      'got Infinity',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(complaint(bytes)).toContain(message);
  });

  it('reads the 861 real clips: people of a plausible size, upright', (context) => {
    const folder = realData('utd-mhad', context);
    const names = readdirSync(folder).filter((name) => name.endsWith('.mat'));
    expect(names.length).toBe(861);
    const lengths = names.map((name) => {
      const { data, shape } = parseUtdMhad(readFileSync(join(folder, name)), name);
      const [, T, V] = shape;
      const height = (joint: string): number =>
        data[T * V + kinectV1.joints.indexOf(joint)] as number;
      expect(height('head')).toBeGreaterThan(height('shoulder centre'));
      expect(height('shoulder centre')).toBeGreaterThan(height('spine'));
      expect(height('head') - height('left foot')).toBeGreaterThan(0.7);
      expect(height('head') - height('left foot')).toBeLessThan(2.2);
      return T;
    });
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([41, 125]);
  });
});

describe('parseUtdMhadName', () => {
  it('knows 27 actions, 8 subjects and 4 trials', () => {
    expect(parseUtdMhadName('a27_s8_t4_skeleton')).toEqual({ label: 26, subject: 8, trial: 4 });
    for (const name of ['a28_s1_t1_skeleton', 'a0_s1_t1_skeleton', 'a01_s1_t1_skeleton']) {
      expect(parseUtdMhadName(name)).toBeUndefined();
    }
    for (const name of [
      'a1_s9_t1_skeleton',
      'a1_s1_t5_skeleton',
      'a1_s1_t1',
      'a1_s1_t1_inertial',
    ]) {
      expect(parseUtdMhadName(name)).toBeUndefined();
    }
  });
});

describe('utdMhadClasses', () => {
  it('are the published ones', (context) => {
    const file = readJson(realData('classes.json', context)) as Record<
      string,
      { classes: string[] }
    >;
    expect(utdMhadClasses).toEqual(file['utd-mhad']?.classes);
  });
});
