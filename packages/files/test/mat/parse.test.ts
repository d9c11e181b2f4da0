import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError, type NdArray, parseMat, sizeOfShape } from '@halp/files';
import { asTexts, decodeBase64, type ReferenceArray } from '../reference.ts';
import {
  element,
  type MatOptions,
  matrixOf,
  writeMat,
  type WrittenVariable,
} from './mat-writer.ts';

const PATH = 'clip.mat';

/** Two rows of three columns: [[1, 3, 5], [2, 4, 6]] as MATLAB stores it. */
const matrix: WrittenVariable = {
  name: 'd_skel',
  kind: 'double',
  shape: [2, 3],
  numbers: [1, 2, 3, 4, 5, 6],
};

const ways: readonly MatOptions[] = [true, false].flatMap((littleEndian) =>
  [true, false].map((compressed) => ({ littleEndian, compressed })),
);

function complaint(bytes: Uint8Array): string {
  try {
    parseMat(bytes, PATH);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

function complaintAbout(change: Partial<WrittenVariable>): string {
  return complaint(writeMat([{ ...matrix, ...change }]));
}

/** A good file with the 32-bit number at `at` replaced. */
function patched(at: number, value: number): Uint8Array {
  const bytes = writeMat([matrix]);
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

/** A file whose only element is compressed and holds these bytes. */
function compressing(held: Uint8Array): Uint8Array {
  const header = writeMat([]);
  const packed = element(15, zlibSync(held), true, 1);
  const bytes = new Uint8Array(header.length + packed.length);
  bytes.set(header);
  bytes.set(packed, header.length);
  return bytes;
}

describe('parseMat', () => {
  it.each(ways)('puts the last axis first in memory: %o', (way) => {
    const { d_skel: array } = parseMat(writeMat([matrix], way), PATH);
    expect(array).toEqual({
      dtype: 'float64',
      shape: [2, 3],
      data: Float64Array.of(1, 3, 5, 2, 4, 6),
    });
  });

  it('gives every array back, as a loop over its indices does', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 4 });
    const way = fc.constantFrom(...ways);
    const property = fc.property(shapes, way, (shape, options) => {
      const numbers = Array.from({ length: sizeOfShape(shape) }, (_, i) => i * 0.25 - 3);
      const { x } = parseMat(
        writeMat([{ name: 'x', kind: 'double', shape, numbers }], options),
        PATH,
      );
      expect(x?.shape).toEqual(shape);
      const expected = numbers.slice();
      numbers.forEach((value, i) => {
        let [rest, at] = [i, 0];
        const index = shape.map((size) => {
          const k = rest % size;
          rest = Math.floor(rest / size);
          return k;
        });
        shape.forEach((size, axis) => (at = at * size + (index[axis] as number)));
        expected[at] = value;
      });
      expect([...((x as NdArray).data as Float64Array)]).toEqual(expected);
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it.each(ways)('reads numbers that are stored narrower than their class: %o', (way) => {
    const stored: readonly (readonly [kind: WrittenVariable['kind'], storedAs: number])[] = [
      ['double', 1],
      ['double', 2],
      ['double', 3],
      ['double', 4],
      ['double', 5],
      ['double', 7],
      ['single', 1],
      ['int64', 5],
      ['uint64', 2],
      ['int32', 1],
    ];
    const variables = stored.map(([kind, storedAs], i): WrittenVariable => ({
      ...{ name: `x${i}`, kind, storedAs, shape: [2, 2], numbers: [1, 2, 3, 100] },
    }));
    const arrays = parseMat(writeMat(variables, way), PATH);
    expect(Object.values(arrays).map(({ data }) => Array.from(data, Number))).toEqual(
      variables.map(() => [1, 3, 2, 100]),
    );
    expect(arrays['x7']?.dtype).toBe('int64');
    expect(arrays['x0']?.dtype).toBe('float64');
  });

  it('keeps NaN and infinity', () => {
    const numbers = [NaN, Infinity, -Infinity, 0, 1, 2];
    const narrow: WrittenVariable = { ...matrix, numbers, storedAs: 7 };
    for (const variable of [{ ...matrix, numbers }, narrow]) {
      const { d_skel: array } = parseMat(writeMat([variable]), PATH);
      expect([...(array?.data ?? [])]).toEqual([NaN, -Infinity, 1, Infinity, 0, 2]);
    }
  });

  it('leaves out variables that are not real numbers, and unnamed ones', () => {
    const odd: WrittenVariable[] = [
      { ...matrix, name: 'text', kind: 'char' },
      { ...matrix, name: 'cells', kind: 'cell' },
      { ...matrix, name: 'record', kind: 'struct' },
      { ...matrix, name: 'thin', kind: 'sparse' },
      { ...matrix, name: 'complex', flags: 0x0800 },
      { ...matrix, name: '' },
    ];
    expect(Object.keys(parseMat(writeMat([...odd, matrix]), PATH))).toEqual(['d_skel']);
  });

  it('has no names but those of the file', () => {
    const arrays = parseMat(writeMat([{ ...matrix, name: '__proto__' }]), PATH);
    expect(Object.keys(arrays)).toEqual(['__proto__']);
    expect('toString' in arrays).toBe(false);
  });

  it('does not need the padding after the last element', () => {
    const bytes = writeMat([{ ...matrix, storedAs: 2 }]);
    const view = new DataView(bytes.buffer);
    view.setUint32(132, view.getUint32(132, true) - 2, true);
    const { d_skel: array } = parseMat(bytes.subarray(0, bytes.length - 2), PATH);
    expect([...(array?.data ?? [])]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  it.each([
    ['an empty file', new Uint8Array(), 'expected a MATLAB file of version 5, got 0 bytes'],
    ['another file', new Uint8Array(200), 'got 200 bytes without its header'],
    [
      'a file of version 7.3',
      new TextEncoder().encode('MATLAB 7.3 MAT-file'.padEnd(600)),
      "got 7.3; save it with MATLAB's save(..., '-v7')",
    ],
    [
      'a truncated file',
      writeMat([matrix]).subarray(0, 200),
      '(byte 128): expected 104 bytes of data, got 64; the file is truncated',
    ],
    ['a cut tag', writeMat([matrix]).subarray(0, 132), 'expected a tag of 8 bytes, got 4'],
    ['an unknown element', patched(128, 9), 'expected a variable (type 14), got type 9'],
    ['an unknown class', patched(144, 99), 'expected an array class from 1 to 17, got 99'],
    ['a negative size', patched(160, 0xffffffff), 'sizes of at least 0, got [-1,3]'],
    ['a size that is too large', patched(160, 3), 'expected 9 numbers for float64 [3, 3], got 6'],
    ['a huge size', patched(160, 0x7fffffff), 'bytes of numbers, got float64 [2147483647, 3]'],
    [
      'the same name twice',
      writeMat([matrix, matrix]),
      'expected each variable once, got "d_skel" twice',
    ],
    [
      'very many variables',
      writeMat(Array.from({ length: 1001 }, (_, i) => ({ ...matrix, name: `x${i}` }))),
      'expected at most 1000 variables, got more',
    ],
    [
      'two variables in one',
      compressing(writeMat([matrix, matrix]).subarray(128)),
      'expected one variable in compressed data, got more',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(complaint(bytes)).toContain(message);
  });

  it('refuses numbers that the class does not hold', () => {
    const message = 'expected numbers that uint8 holds, got 300';
    const wide: Partial<WrittenVariable> = { kind: 'uint8', storedAs: 3 };
    expect(complaintAbout({ ...wide, numbers: [1, 2, 3, 4, 5, 300] })).toContain(message);
    expect(complaintAbout({ ...wide, numbers: [1, 2, 3, 4, 5, 200] })).toBe('nothing');
    const fraction: Partial<WrittenVariable> = { kind: 'int64', storedAs: 9 };
    expect(complaintAbout({ ...fraction, numbers: [1, 2, 3, 4, 5, 0.5] })).toContain('got 0.5');
    const large: Partial<WrittenVariable> = { storedAs: 12 };
    expect(complaintAbout({ ...large, numbers: [1, 2, 3, 4, 5, 2 ** 60] })).toBe('nothing');
  });

  it('refuses logical values that are neither 0 nor 1', () => {
    const logical: Partial<WrittenVariable> = { kind: 'uint8', flags: 0x0200 };
    expect(complaintAbout({ ...logical, numbers: [0, 1, 2, 0, 0, 0] })).toContain('0 or 1');
    const { d_skel: array } = parseMat(
      writeMat([{ ...matrix, ...logical, numbers: [0, 1, 1, 0, 0, 0] }]),
      PATH,
    );
    expect(array?.dtype).toBe('bool');
  });

  it('refuses a file that inflates to more than 32 MiB before inflating all of it', () => {
    const bomb = compressing(new Uint8Array(2 ** 25 + 1));
    expect(bomb.length).toBeLessThan(100_000);
    expect(complaint(bomb)).toContain('expected at most 33554432 bytes of compressed data');
  });

  it('counts the bytes of all compressed variables together', () => {
    const nameless = { name: '', kind: 'uint8', shape: [2 ** 22, 3], numbers: [] } as const;
    const one = compressing(matrixOf(nameless, true, new Uint8Array(3 * 2 ** 22))).subarray(128);
    const bytes = new Uint8Array(128 + 3 * one.length);
    bytes.set(writeMat([]));
    [0, 1, 2].forEach((i) => bytes.set(one, 128 + i * one.length));
    expect(complaint(bytes.subarray(0, 128 + 2 * one.length))).toBe('nothing');
    expect(complaint(bytes)).toContain('bytes of compressed data, got more');
  });

  it('refuses numbers that would grow to more than 32 MiB in memory', () => {
    const grown = {
      name: 'x',
      kind: 'double',
      storedAs: 2,
      shape: [2 ** 21, 3],
      numbers: [],
    } as const;
    const bytes = compressing(matrixOf(grown, true, new Uint8Array(3 * 2 ** 21)));
    expect(complaint(bytes)).toContain('bytes of numbers, got float64 [2097152, 3]');
  });

  it('notices a wrong checksum of compressed data', () => {
    const bytes = writeMat([matrix], { compressed: true });
    bytes.set([0, 0, 0, 0], bytes.length - 4);
    expect(complaint(bytes)).toContain('(byte 136): expected the checksum of the compressed data');
  });
});

describe('files written by SciPy', () => {
  const fixture = JSON.parse(
    readFileSync(new URL('../fixtures/mat.json', import.meta.url), 'utf8'),
  ) as {
    plain: string;
    compressed: string;
    variables: Record<string, ReferenceArray>;
  };

  it.each(['plain', 'compressed'] as const)('are read to the last bit: %s', (way) => {
    const arrays = parseMat(decodeBase64(fixture[way]), PATH);
    const read = Object.entries(arrays).map(([name, { dtype, shape, data }]) => {
      return [name, { dtype, shape, values: asTexts(data, dtype) }];
    });
    const expected = Object.entries(fixture.variables).map(([name, array]) => {
      const values = array.dtype.startsWith('float')
        ? array.values.map((value) => String(Number(value)))
        : array.values;
      return [name, { ...array, values }];
    });
    expect(read).toEqual(expected);
  });
});
