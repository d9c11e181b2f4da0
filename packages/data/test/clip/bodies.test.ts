import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixturePath, golden } from '@halp/testing';
import { type Body, motionEnergy, parseNtuSkeleton, selectBodies } from '../../src/index.ts';
import { sameNumbers } from '../helpers.ts';

const { arrays } = golden('raw_expected');

describe('selectBodies', () => {
  it.each(Object.keys(arrays))('chooses and orders the bodies as the authors do: %s', (name) => {
    const path = fixturePath(`raw/${name}.skeleton`);
    const clip = selectBodies(parseNtuSkeleton(readFileSync(path), path), 2);
    const expected = arrays[name];
    expect(clip.shape).toEqual(expected?.shape);
    expect(sameNumbers(clip.data, Float32Array.from(expected?.data as Float64Array))).toBe('same');
  });

  it('identifies bodies by position in the frame, not by id', () => {
    const frames = [[body(1n, 1, 2)], [body(2n, 3, 4)]];
    const clip = selectBodies({ joints: 2, frames }, 2);
    expect(clip.shape).toEqual([3, 2, 2, 2]);
    // x of frame 0: joint 0 of both persons, joint 1 of both; then frame 1.
    expect([...clip.data.subarray(0, 8)]).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
  });

  it('puts the body that moves most first, and drops the others', () => {
    const frames = [
      [body(1n, 0, 1), body(2n, 0, 9), body(3n, 0, 5)],
      [body(1n, 0, 1), body(2n, 0, 9), body(3n, 0, 5)],
    ];
    const x = selectBodies({ joints: 2, frames }, 2).data.subarray(0, 4);
    expect([...x]).toEqual([0, 0, 9, 5]);
  });

  it('selects the first bodies by position', () => {
    const frames = [[body(1n, 0, 1), body(2n, 0, 9), body(3n, 0, 5)]];
    const x = selectBodies({ joints: 2, frames }, 2, { by: 'position' }).data.subarray(0, 4);
    expect([...x]).toEqual([0, 0, 1, 9]);
  });

  it('refuses more persons than candidates', () => {
    expect(() => selectBodies({ joints: 1, frames: [[]] }, 5)).toThrow(
      'selectBodies: expected persons to be an integer in [1, 4], got 5',
    );
  });
});

describe('motionEnergy', () => {
  it('is the sum of the three standard deviations, without the empty frames', () => {
    // x is 0, 2, 0, 2 with deviation 1; y and z are 1 throughout.
    const present = { id: 1n, joints: Float64Array.of(0, 1, 1, 2, 1, 1) };
    const empty = { id: 1n, joints: new Float64Array(6) };
    expect(motionEnergy([present, undefined, empty, present])).toBe(1);
  });

  it('is 0 for a body that never appears', () => {
    expect(motionEnergy([undefined, undefined])).toBe(0);
  });
});

/** A body of two joints at y = z = 1. */
function body(id: bigint, x0: number, x1: number): Body {
  return { id, joints: Float64Array.of(x0, 1, 1, x1, 1, 1) };
}
