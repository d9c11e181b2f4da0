import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import type { Clip } from '@halp/skeleton';
import { parseClipCsv } from '../../../src/index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two joints; one person by default. */
function parse(text: string, persons = 1): Clip {
  return parseClipCsv(bytesOf(text), 'clip.csv', { joints: 2, persons });
}

function complaint(text: string, persons = 1): string {
  try {
    parse(text, persons);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('parseClipCsv', () => {
  it('reads x, y, z joint by joint, a frame in each line', () => {
    const { data, shape } = parse('1,2,3,4,5,6\n7,8,9,10,11,12');
    expect(shape).toEqual([3, 2, 2, 1]);
    expect([...data]).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
  });

  it('reads person by person, and leaves missing persons zero', () => {
    expect([...parse('1,2,3,4,5,6,-1,-2,-3,-4,-5,-6', 2).data]).toEqual([
      ...[1, -1, 4, -4],
      ...[2, -2, 5, -5],
      ...[3, -3, 6, -6],
    ]);
    expect([...parse('1,2,3,4,5,6', 2).data]).toEqual([1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0]);
  });

  it.each([
    ['a line of names', 'x0,y0,z0,x1,y1,z1\n1,2,3,4,5,6'],
    ['names in quotes', '"hip x","hip y","hip z","head x","head y","head z"\n1,2,3,4,5,6'],
    ['the mark of a spreadsheet', '\uFEFFx0,y0,z0,x1,y1,z1\n1,2,3,4,5,6'],
    ['CRLF, blanks and empty lines at the end', ' 1, 2,3 ,4,5,6\r\n\r\n\r\n'],
    ['semicolons', '1;2;3;4;5;6\n'],
    ['semicolons and names', 'x0;y0;z0;x1;y1;z1\r\n1; 2; 3; 4; 5; 6'],
    ['tabs', '\uFEFF1\t2\t3\t4\t5\t6\t\n\n'],
    ['blanks', ' 1 2  3 4 5 6 '],
    ['blanks and names', 'x0 y0 z0 x1 y1 z1\n1 2 3 4 5 6'],
    ["the comments of NumPy's savetxt", '# a wave\n# x0 y0\n1.0e+00 2.0e+00 3.0e+00 4 5 6\n'],
    ['exponents and signs', '+1.0,2e0,.3e1,4.,0.05e2,600E-2'],
  ])('takes %s', (_, text) => {
    expect([...parse(text).data]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('reads back what is written, to float32', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true });
    const frame = fc.array(number, { minLength: 12, maxLength: 12 });
    const property = fc.property(fc.array(frame, { minLength: 1, maxLength: 4 }), (frames) => {
      const { data, shape } = parse(frames.map((numbers) => numbers.join(',')).join('\n'), 2);
      expect(shape).toEqual([3, frames.length, 2, 2]);
      frames.forEach((numbers, t) => {
        numbers.forEach((number, i) => {
          const [m, v, c] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
          const read = data[((c * frames.length + t) * 2 + v) * 2 + m] as number;
          // Text has no -0.
          expect(read + 0).toBe(number + 0);
        });
      });
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it.each([
    ['an empty file', '', '(byte 0): expected a line for each frame, got an empty file'],
    [
      'a whole recording',
      '1,2,3,4,5,6\n'.repeat(10_001),
      'expected at most 10000 frames, got 10001; cut it into clips',
    ],
    ['only names', 'x,y,z,x,y,z\n', 'expected a line for each frame, got only a header'],
    [
      'a column too many',
      '0,1,2,3,4,5,6',
      'line 1: expected 6 columns (x, y, z of 2 joints), got 7; leave out columns such as a frame number or a time',
    ],
    [
      'a row for each joint',
      'frame,joint,x,y,z\n0,0,1,2,3\n',
      'got 5; one row is one frame, with x, y, z of all joints in the order of the layout',
    ],
    [
      'a row for each joint with many columns',
      'file,person,frame,time,Joint_ID,x,y,z\n',
      'got 8; one row is one frame, with x, y, z of all joints in the order of the layout',
    ],
    [
      'a second person that is not announced',
      '1,2,3,4,5,6,7,8,9,10,11,12',
      'got 12; for 2 persons set "persons": 2',
    ],
    ['a single number', '1', 'got 1; separate numbers by commas'],
    [
      'commas in decimal fractions',
      '1,5;2;3;4;5;6',
      'line 1, column 1: expected a finite number, got "1,5"; write decimal fractions with a point',
    ],
    [
      'lines of other lengths',
      '1,2,3,4,5,6\n1,2,3,4,5',
      '(byte 12): line 2: expected 6 numbers as in line 1, got 5',
    ],
    [
      'an empty line inside',
      '1,2,3,4,5,6\n\n1,2,3,4,5,6',
      'line 2: expected a frame, got an empty line; write a frame without a person as a line of zeros',
    ],
    [
      'a missing number',
      '1,2,3,4,5,6\n1,2,,4,5,6',
      'line 2, column 3: expected a finite number, got ""; write 0,0,0 for a joint that was not detected',
    ],
    [
      'NaN',
      'nan,nan,nan,nan,nan,nan\n1,2,3,4,5,6',
      'line 1, column 1: expected a finite number, got "nan"; write 0,0,0 for a joint that was not detected',
    ],
    ['a name among numbers', '1,2,3,4,5,x', 'line 1, column 6: expected a finite number, got "x"'],
    ['numbers in quotes', '"1","2","3","4","5","6"', 'line 1, column 1: expected a finite number'],
    ['more than float32 holds', '1,2,3,4,5,1e39', 'line 1, column 6: expected a finite number'],
    ['hexadecimal', '0x10,2,3,4,5,6', 'line 1, column 1: expected a finite number, got "0x10"'],
  ])('refuses %s', (_, text, message) => {
    expect(complaint(text)).toContain(message);
  });

  it('names the possible columns where there may be more persons', () => {
    expect(complaint('1,2,3,4,5,6,7', 3)).toContain(
      'expected 6 columns (x, y, z of 2 joints) for each of 1 to 3 persons, got 7',
    );
  });
});
