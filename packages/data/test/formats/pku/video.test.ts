import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import type { Clip } from '@halp/skeleton';
import { parsePkuVideo } from '../../../src/index.ts';
import { realData, sameNumbers } from '../../helpers.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): Clip => parsePkuVideo(bytesOf(text), 'video.txt');

/** Frame t: the number at place i of its line is i + t / 1000. */
function frame(t: number): string[] {
  return Array.from({ length: 150 }, (_, i) => (i + t / 1000).toFixed(6));
}

/** A video of three frames with field `place` of line 2 changed, or taken out. */
function complaint(place: number, field: string | undefined): string {
  const odd = frame(1);
  if (field === undefined) odd.splice(place, 1);
  else odd[place] = field;
  try {
    parse([frame(0), odd, frame(2)].map((fields) => fields.join(' ')).join('\n'));
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

const start = frame(0).join(' ').length + 1;

describe('parsePkuVideo', () => {
  it('puts x, y, z of 25 joints of two persons where they belong', () => {
    const clip = parse([frame(0), frame(1)].map((fields) => fields.join(' ')).join('\n'));
    expect(clip.shape).toEqual([3, 2, 25, 2]);
    for (const [c, t, v, m] of [
      [0, 0, 0, 0],
      [2, 0, 24, 0],
      [1, 1, 7, 1],
      [2, 1, 24, 1],
    ] as const) {
      const value = clip.data[((c * 2 + t) * 25 + v) * 2 + m];
      expect(value).toBe(Math.fround(m * 75 + v * 3 + c + t / 1000));
    }
  });

  it.each([
    ['LF', '\n', ' '],
    ['CRLF', '\r\n', ' '],
    ['tabs and many blanks', '\n', '\t  '],
  ])('takes %s, blanks around a line, and empty lines at the end', (_, end, blank) => {
    const expected = parse([frame(0), frame(1)].map((fields) => fields.join(' ')).join('\n'));
    const lines = [frame(0), frame(1)].map((fields) => `${blank}${fields.join(blank)}${blank}`);
    for (const tail of ['', end, end + end + blank]) {
      expect(sameNumbers(parse(lines.join(end) + tail).data, expected.data)).toBe('same');
    }
  });

  it('reads every numeral to the float32 that is nearest', () => {
    const numeral = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ min: -10, max: 10, noNaN: true }).map((x) => x.toFixed(6)),
      fc.double({ min: -1e20, max: 1e20, noNaN: true }).map((x) => x.toExponential(8)),
    );
    const line = fc.array(numeral, { minLength: 150, maxLength: 150 });
    const property = fc.property(line, (fields) => {
      const { data } = parse(fields.join(' '));
      const expected = fields.map((_, i) => {
        // data[(c * 25 + v) * 2 + m] of one frame is the number at (m * 25 + v) * 3 + c of its line.
        const [c, v, m] = [Math.floor(i / 50), Math.floor(i / 2) % 25, i % 2];
        return Math.fround(Number(fields[(m * 25 + v) * 3 + c]));
      });
      expect(sameNumbers(data, expected)).toBe('same');
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it.each([
    ['149 numbers', 3, undefined, 'expected a frame of 150 numbers, got 149'],
    ['151 numbers', 3, '1 2', 'expected a frame of 150 numbers, got 151'],
    ['glued numbers', 3, '1-2', 'expected a finite coordinate, got "1-2"'],
    ['text', 3, 'abc', 'expected a finite coordinate, got "abc"'],
    ['half a numeral', 149, '1.5x', 'expected a finite coordinate, got "1.5x"'],
    ['NaN', 0, 'nan', 'expected a finite coordinate, got "nan"'],
    ['more than float32 holds', 9, '1e39', 'expected a finite coordinate, got "1e39"'],
    ['commas', 9, '1,5', 'expected a finite coordinate, got "1,5"'],
  ])('refuses %s, and says where', (_, place, field, message) => {
    expect(complaint(place, field)).toBe(`video.txt (byte ${start}): line 2: ${message}`);
  });

  it.each([
    ['an empty file', '', 'video.txt (byte 0): expected a line for each frame, got none'],
    ['only line ends', '\n\n', 'expected a line for each frame, got none'],
    [
      'an empty line inside',
      `${frame(0).join(' ')}\n\n${frame(1).join(' ')}`,
      'line 2: expected a frame of 150 numbers, got an empty line',
    ],
    [
      'a file that was cut',
      `${frame(0).join(' ')}\n${frame(1).slice(0, 70).join(' ')}`,
      'line 2: expected a frame of 150 numbers, got 70; the file is truncated',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('does not read two adjoining numbers as the 150th', () => {
    const fields = frame(0).slice(0, 149);
    fields[3] = '1-2';
    expect(() => parse(fields.join(' '))).toThrow('expected a frame of 150 numbers, got 149');
  });

  it('reads a real video as a plain loop over its numbers does', (context) => {
    const path = join(realData('pku-sample', context), 'A10N08-L.txt');
    const bytes = readFileSync(path);
    const { data, shape } = parsePkuVideo(bytes, path);
    expect(shape).toEqual([3, 1040, 25, 2]);
    const numbers = bytes.toString('latin1').trim().split(/\s+/).map(Number);
    expect(numbers.length).toBe(1040 * 150);
    const expected = new Float32Array(numbers.length);
    numbers.forEach((value, i) => {
      const [t, m, v, c] = [i / 150, (i / 75) % 2, (i / 3) % 25, i % 3].map(Math.floor) as [
        number,
        number,
        number,
        number,
      ];
      expected[((c * 1040 + t) * 25 + v) * 2 + m] = value;
    });
    expect(sameNumbers(data, expected)).toBe('same');
  });
});
