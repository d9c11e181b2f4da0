import { describe, expect, it } from 'vitest';
import type { FrameJoint } from '@halp/live';
import { createJointFiller } from '../../src/stream/fill-joints.ts';
import { type FramePoints, pointsOfFrame } from '../../src/stream/frame.ts';

const read = (...joints: readonly FrameJoint[]): FramePoints | undefined =>
  pointsOfFrame(joints, joints.length, 0.5);

describe('a frame', () => {
  it('has joints as lists of two to four numbers or as landmarks', () => {
    const found = read([1, 2], [1, 2, 3], [1, 2, 3, 0.9], { x: 1, y: 2 }, { x: 1, y: 2, z: 3 });
    expect([...(found?.points ?? [])]).toEqual([1, 2, 0, 1, 2, 3, 1, 2, 3, 1, 2, 0, 1, 2, 3]);
    expect([...(found?.seen ?? [])]).toEqual([1, 1, 1, 1, 1]);
  });

  it('does not show joints of low visibility, null, zeros or NaN', () => {
    const hidden = { x: 1, y: 2, z: 3, visibility: 0.4 };
    const found = read([5, 5, 5], [1, 2, 3, 0.4], hidden, null, [0, 0, 0], [NaN, 1, 1]);
    expect([...(found?.seen ?? [])]).toEqual([1, 0, 0, 0, 0, 0]);
    expect(found?.broken).toBe(1);
    expect([...(found?.points.slice(3) ?? [])].every((value) => value === 0)).toBe(true);
  });

  it('reads null coordinates, which JSON has in place of NaN', () => {
    const joint = JSON.parse('[null, 1, 1]') as number[];
    expect(read([1, 1, 1], joint)?.broken).toBe(1);
  });

  it('shows nobody without joints, or without a joint that was seen', () => {
    expect(pointsOfFrame([], 25, 0.5)).toBeUndefined();
    expect(read(null, [0, 0, 0])).toBeUndefined();
  });

  it('of another built-in layout is refused with the options for it', () => {
    const message = (joints: number): string => {
      try {
        pointsOfFrame(Array<FrameJoint>(joints).fill([1, 1, 1]), 25, 0.5);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    const push = 'push: expected 25 joints, or none if nobody is in view, got';
    expect(message(33)).toBe(
      `${push} 33; for mediapipe-33 set option layout = mediapipe-33 and option up = -y`,
    );
    expect(message(20)).toBe(`${push} 20; for kinect-v1 set option layout = kinect-v1`);
    expect(message(24)).toBe(`${push} 24`);
  });

  it.each<[string, unknown, string]>([
    ['no list', 'joints', "push: expected a frame as a list of joints, got 'joints'"],
    [
      'another number of joints',
      [[1, 1, 1]],
      'push: expected 2 joints, or none if nobody is in view, got 1',
    ],
    ['a joint of one number', [[1], [1, 1]], 'as joint 0, got an array of 1'],
    [
      'a joint of texts',
      [
        [1, 1],
        ['1', '2'],
      ],
      'as joint 1, got an array of 2',
    ],
    ['a number as a joint', [3, [1, 1]], 'as joint 0, got 3'],
  ])('is refused with %s', (_, frame, message) => {
    expect(() => pointsOfFrame(frame as FrameJoint[], 2, 0.5)).toThrow(message);
  });
});

describe('a joint that was not seen', () => {
  const filler = createJointFiller({ joints: ['centre', 'hand'], center: 0 });
  const fill = (...joints: readonly FrameJoint[]): number[] => [
    ...filler.fill(read(...joints) as FramePoints),
  ];

  it('keeps its place relative to the centre, and is zero until it was seen', () => {
    expect(fill([1, 1, 1], null)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(fill([1, 1, 1], [2, 3, 4])).toEqual([1, 1, 1, 2, 3, 4]);
    expect(fill([5, 1, 2], null)).toEqual([5, 1, 2, 6, 3, 5]);
    expect(fill([6, 1, 2], null)).toEqual([6, 1, 2, 7, 3, 5]);
  });

  it('keeps its place in the room while the centre was not seen', () => {
    filler.clear();
    fill([1, 1, 1], [2, 3, 4]);
    expect(fill(null, [2, 3, 5])).toEqual([1, 1, 1, 2, 3, 5]);
    expect(fill([9, 9, 9], null)).toEqual([9, 9, 9, 2, 3, 5]);
  });

  it('is forgotten', () => {
    fill([1, 1, 1], [2, 3, 4]);
    filler.clear();
    expect(fill([1, 1, 1], null)).toEqual([1, 1, 1, 0, 0, 0]);
  });
});
