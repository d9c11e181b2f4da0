import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { fixturePath } from '@halp/testing';
import { formatNtuSkeleton, parseNtuSkeleton, type Recording } from '../../../src/index.ts';
import { realData } from '../../helpers.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): Recording => parseNtuSkeleton(bytesOf(text), 'clip.skeleton');

const joint = '0.5 -1.25 3e0 1 2 3 4 5 6 7 8 2';
const body = ['72057594037931101 0 1 1 1 1 0 0.02 0.05 2', '25', ...Array<string>(25).fill(joint)];
const good = ['2', '0', '1', ...body];

/** The message for the good file with line `number` (from 1) changed. */
function complaint(number: number, line: string): string {
  const lines = good.map((old, i) => (i === number - 1 ? line : old));
  try {
    parse(lines.join('\n'));
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('parseNtuSkeleton', () => {
  it('reads frames, bodies and coordinates', () => {
    const { joints, frames } = parse(good.join('\n'));
    expect(joints).toBe(25);
    expect(frames.map((bodies) => bodies.length)).toEqual([0, 1]);
    expect([...(frames[1]?.[0]?.joints.subarray(72) ?? [])]).toEqual([0.5, -1.25, 3]);
  });

  it('keeps ids beyond 2^53', () => {
    expect(parse(good.join('\n')).frames[1]?.[0]?.id).toBe(72057594037931101n);
  });

  it.each(['\n', '\r\n'])(
    'takes lines that end in %j, with or without an end of the last',
    (end) => {
      const expected = parse(good.join('\n'));
      expect(parse(good.join(end))).toEqual(expected);
      expect(parse(good.join(end) + end + end)).toEqual(expected);
    },
  );

  it('says which line is wrong, and where it starts', () => {
    expect(complaint(1, 'two')).toBe(
      'clip.skeleton (byte 0): line 1: expected a number of frames, got "two"',
    );
    expect(complaint(5, '20')).toBe(
      'clip.skeleton (byte 48): line 5: expected 25 joints, got "20"',
    );
  });

  it.each([
    [1, '0', 'expected at least one frame, got 0'],
    [1, '-1', 'expected a number of frames, got "-1"'],
    [1, '999999999', 'the file is truncated'],
    [1, '3', 'expected a number of bodies, got the end of the file; the file is truncated'],
    [1, '1', 'expected the end of the file, got another line'],
    [2, '1', 'expected a body (10 fields), got 1 fields'],
    [3, '2', 'expected a body, got the end of the file; the file is truncated'],
    [4, '7x 0 1 1 1 1 0 0 0 2', 'expected the id of a body, got "7x"'],
    [4, '1 0 1 1 1 1 0 0 0', 'expected a body (10 fields), got 9 fields'],
    [6, 'NaN 0 0 1 2 3 4 5 6 7 8 2', 'expected a finite coordinate, got "NaN"'],
    [6, '0 Infinity 0 1 2 3 4 5 6 7 8 2', 'expected a finite coordinate, got "Infinity"'],
    [6, '0 0 1e39 1 2 3 4 5 6 7 8 2', 'expected a finite coordinate, got "1e39"'],
    [6, '0 0 0x10 1 2 3 4 5 6 7 8 2', 'expected a finite coordinate, got "0x10"'],
    [6, '0 0 1,5 1 2 3 4 5 6 7 8 2', 'expected a finite coordinate, got "1,5"'],
    [6, '0 0 1 1 2 3 4 5 6 7 8', 'expected a joint (12 fields), got 11 fields'],
    [6, '', 'expected a joint (12 fields), got an empty line'],
    [6, '1 '.repeat(9000), 'expected at most 16384 bytes in a line, got 18000'],
  ])('refuses the file with line %i as %j', (number, line, message) => {
    expect(complaint(number, line)).toContain(message);
  });

  it('refuses a file that is cut anywhere, but for the last line end', () => {
    const text = readFileSync(fixturePath('raw/S017C001P045R001A061.skeleton'), 'latin1').trimEnd();
    // A number that is cut in its middle is still a number: only cuts between fields can be seen.
    const cuts = [...text.matchAll(/[ \n]/g)].map((match) => match.index);
    expect(cuts.length).toBeGreaterThan(3000);
    for (const cut of cuts.filter((_, i) => i % 97 === 0)) {
      expect(() => parse(text.slice(0, cut)), `cut at ${cut}`).toThrow(FormatError);
    }
  });

  it('refuses an empty file', () => {
    expect(() => parse('')).toThrow('expected a number of frames, got the end of the file');
  });

  it('reads real recordings, whichever line ends they have', (context) => {
    const folder = realData('ntu-samples', context);
    const lengths = readdirSync(folder).map((name) => {
      const { frames } = parseNtuSkeleton(readFileSync(join(folder, name)), name);
      expect(frames.some((bodies) => bodies.length > 0)).toBe(true);
      return frames.length;
    });
    expect(lengths).toHaveLength(9);
    expect(Math.min(...lengths)).toBeGreaterThan(30);
  });
});

describe('formatNtuSkeleton', () => {
  it('writes what parseNtuSkeleton reads back, to the last bit', () => {
    const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((x) => x + 0);
    const made = fc
      .array(fc.array(fc.array(value, { minLength: 75, maxLength: 75 }), { maxLength: 3 }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((frames) => ({
        joints: 25,
        frames: frames.map((bodies) =>
          bodies.map((joints, i) => ({
            id: 2n ** 60n + BigInt(i),
            joints: Float64Array.from(joints),
          })),
        ),
      }));
    fc.assert(
      fc.property(made, (recording) => {
        expect(parse(formatNtuSkeleton(recording))).toEqual(recording);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('refuses a body with other joints, or a coordinate that no file may hold', () => {
    const of = (joints: Float64Array): Recording => ({
      joints: 25,
      frames: [[{ id: 1n, joints }]],
    });
    expect(() => formatNtuSkeleton(of(new Float64Array(60)))).toThrow('expected 25 joints');
    expect(() => formatNtuSkeleton(of(new Float64Array(75).fill(NaN)))).toThrow('finite');
  });
});
