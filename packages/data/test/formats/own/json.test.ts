import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import type { Clip } from '@halp/skeleton';
import { parseClipJson } from '../../../src/index.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Two joints; one person by default. */
function parse(value: unknown, persons = 1): Clip {
  return parseClipJson(bytesOf(value), 'clip.json', { joints: 2, persons });
}

function complaint(value: unknown, persons = 1): string {
  try {
    parse(value, persons);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

const anna = [
  [1, 2, 3],
  [4, 5, 6],
];
const ben = [
  [-1, -2, -3],
  [-4, -5, -6],
];

describe('parseClipJson', () => {
  it('reads frames of joints, and frames of persons', () => {
    const { data, shape } = parse([anna, ben]);
    expect(shape).toEqual([3, 2, 2, 1]);
    expect([...data]).toEqual([1, 4, -1, -4, 2, 5, -2, -5, 3, 6, -3, -6]);
    expect(parse([[anna], [ben]])).toEqual(parse([anna, ben]));
  });

  it('leaves missing persons zero', () => {
    const { data, shape } = parse([[anna, ben], [], [ben], anna], 2);
    expect(shape).toEqual([3, 4, 2, 2]);
    expect([...data.subarray(0, 16)]).toEqual([
      ...[1, -1, 4, -4],
      ...[0, 0, 0, 0],
      ...[-1, 0, -4, 0],
      ...[1, 0, 4, 0],
    ]);
  });

  it('reads back what is written, to float32', () => {
    const number = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    const list = <T>(of: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
      fc.array(of, { minLength: length, maxLength: length });
    const clip = fc.array(list(list(list(number, 3), 2), 2), { minLength: 1, maxLength: 4 });
    const property = fc.property(clip, (frames) => {
      const { data } = parse(frames, 2);
      const T = frames.length;
      data.forEach((value, at) => {
        const [c, t, v, m] = [at / (4 * T), (at / 4) % T, (at / 2) % 2, at % 2].map(Math.floor) as [
          number,
          number,
          number,
          number,
        ];
        expect(value + 0).toBe(Math.fround(frames[t]?.[m]?.[v]?.[c] as number) + 0);
      });
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it.each<[string, unknown, string]>([
    ['an object', { frames: [] }, '(byte 0): expected a list of frames, got an object'],
    ['no frame', [], 'expected at least one frame, got none'],
    [
      'a whole recording',
      Array<unknown>(10_001).fill([]),
      'expected at most 10000 frames, got 10001; cut it into clips',
    ],
    ['a frame that is none', [anna, 3], 'frame 1: expected a list, got 3'],
    ['3 joints', [[...anna, [0, 0, 0]]], 'frame 0: expected a list of 2, got a list of 3'],
    [
      'a fourth number',
      [
        [
          [1, 2, 3, 0.9],
          [4, 5, 6, 0.9],
        ],
      ],
      'joint 0 of frame 0: expected a list of 3, got a list of 4',
    ],
    [
      'null',
      [[anna[0], [1, null, 3]]],
      'coordinate 1 of joint 1 of frame 0: expected a finite number, got null',
    ],
    [
      'text',
      [[anna[0], ['1', 2, 3]]],
      'coordinate 0 of joint 1 of frame 0: expected a finite number, got "1"',
    ],
    [
      'a second person that is not announced',
      [[anna, ben]],
      'frame 0: expected one person, got 2; set "persons": 2',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(complaint(value)).toContain(message);
  });

  it('names the person where there may be more', () => {
    expect(complaint([[anna, [[1, 2, 3]]]], 2)).toContain(
      'person 1 of frame 0: expected a list of 2, got a list of 1',
    );
  });
});
