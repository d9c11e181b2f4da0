import { describe, expect, it } from 'vitest';
import type { Clip } from '@halp/skeleton';
import { golden } from '@halp/testing';
import {
  applyMatrix,
  centreCrop,
  cropLength,
  type Matrix3,
  resizeTime,
  transformJoints,
  zeroJoints,
} from '../src/index.ts';
import { clipOf } from './clips.ts';

type Draws = readonly [readonly ['rand', [number]], readonly ['randint', [number, number], number]];

function expectSameBits(actual: Clip, expected: Clip): void {
  expect(actual.shape).toEqual(expected.shape);
  const different = actual.data.findIndex((value, i) => value !== expected.data[i]);
  expect(different).toBe(-1);
}

describe("views are bitwise equal to those of the authors' code", () => {
  it.each(['crop', 'finetune'])('augment_%s_0 to 5', (kind) => {
    for (let i = 0; i < 6; i++) {
      const clip = clipOf(golden(`augment_crop_${i}`).arrays['input']);
      const { meta, arrays } = golden(`augment_${kind}_${i}`);
      const [low, high] = meta['l_ratio'] as [number, number];
      const [[, [uniform]], [, [, bound], start]] = meta['draws'] as Draws;
      const frames = clip.shape[1];
      const length = cropLength(frames, low + uniform * (high - low), 64);
      expect(bound).toBe(frames - length + 1);
      expectSameBits(resizeTime(clip, { start, length, size: 64 }), clipOf(arrays['output']));
    }
  });

  it('augment_center_0 to 5', () => {
    for (let i = 0; i < 6; i++) {
      const clip = clipOf(golden(`augment_crop_${i}`).arrays['input']);
      const expected = clipOf(golden(`augment_center_${i}`).arrays['output']);
      expectSameBits(centreCrop(clip, { size: 64 }), expected);
    }
  });

  it('augment_shear, after its float64 is rounded to float32', () => {
    const { meta, arrays } = golden('augment_shear');
    const [a, b, c, d, e, f] = meta['uniforms'] as [number, number, number, number, number, number];
    const matrix: Matrix3 = [
      [1, a, b],
      [c, 1, d],
      [e, f, 1],
    ];
    expectSameBits(applyMatrix(clipOf(arrays['input']), matrix), clipOf(arrays['output']));
  });

  it('augment_corrupt_zero and augment_corrupt_rotate', () => {
    const zero = golden('augment_corrupt_zero');
    const joints = zero.meta['joints'] as number[];
    expectSameBits(zeroJoints(clipOf(zero.arrays['input']), joints), clipOf(zero.arrays['output']));
    const { meta, arrays } = golden('augment_corrupt_rotate');
    const rows = [0, 3, 6].map((row) => (meta['uniforms'] as number[]).slice(row, row + 3));
    expectSameBits(
      transformJoints(
        clipOf(arrays['input']),
        meta['joints'] as number[],
        rows as unknown as Matrix3,
      ),
      clipOf(arrays['output']),
    );
  });
});
