import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  formatNpy,
  formatNpyHeader,
  parseNpy,
  parseNpyHeader,
  sizeOfShape,
} from '@halp/files';
import { costOf } from '../cost.ts';
import { asTexts, decodeBase64, reference } from '../reference.ts';
import { anyArray, counting, DTYPES, flipped, HOLDERS, identityOf, outcome } from './arrays.ts';

const PATH = 'clips.npy';

/** A file with this dictionary, padded as the format asks, and this many bytes of data. */
function fileWith(dictionary: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(`${dictionary}\n`);
  const bytes = new Uint8Array(10 + text.length + dataBytes);
  bytes.set([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    text.length & 255,
    text.length >> 8,
  ]);
  bytes.set(text, 10);
  return bytes;
}

describe('formatNpy and parseNpy', () => {
  it('give every array back, bit by bit', () => {
    const roundTrip = fc.property(anyArray, (array) => {
      expect(identityOf(parseNpy(formatNpy(array), PATH))).toEqual(identityOf(array));
    });
    fc.assert(roundTrip, { seed: 1, numRuns: 300 });
  });

  it('do not depend on where the bytes lie in memory', () => {
    const bytes = formatNpy(counting('float64', [3, 2]));
    const elsewhere = new Uint8Array(bytes.length + 3).subarray(3);
    elsewhere.set(bytes);
    expect(identityOf(parseNpy(elsewhere, PATH))).toEqual(identityOf(counting('float64', [3, 2])));
  });

  it('copy the numbers: later writes to the bytes change nothing', () => {
    const bytes = formatNpy(counting('int8', [3]));
    const { data } = parseNpy(bytes, PATH);
    bytes.fill(9);
    expect([...data]).toEqual([0, 1, 2]);
  });
});

describe('files written by NumPy', () => {
  it.each(reference.npy)('$dtype $shape is read, and written byte for byte', (expected) => {
    const { dtype, shape, values, base64 } = expected;
    const bytes = decodeBase64(base64);
    const array = parseNpy(bytes, PATH);
    expect([array.dtype, array.shape]).toEqual([dtype, shape]);
    expect(array.data).toBeInstanceOf(HOLDERS[dtype]);
    expect(asTexts(array.data, dtype)).toEqual(values.map((text) => asText(text, dtype)));
    expect(formatNpy(array)).toEqual(bytes);
  });

  it('is read in format 2.0', () => {
    const first = reference.npy.find(({ dtype }) => dtype === 'float32');
    const expected = parseNpy(decodeBase64(first?.base64 ?? ''), PATH);
    expect(parseNpy(decodeBase64(reference.version2), PATH)).toEqual(expected);
  });

  it.each(Object.entries(reference.refused))('is refused if it holds %s', (_, base64) => {
    const error = outcome(() => parseNpy(decodeBase64(base64), PATH)) as FormatError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(/^clips\.npy \(byte 10\): expected .*, got .*/);
  });

  function asText(text: string, dtype: string): string {
    return dtype.startsWith('float') ? String(Number(text)) : text;
  }
});

describe('parseNpy of a damaged file', () => {
  it.each(DTYPES)('of %s refuses every shorter and every longer file', (dtype) => {
    const bytes = formatNpy(counting(dtype, [2, 3]));
    for (let length = 0; length < bytes.length; length++) {
      const error = outcome(() => parseNpy(bytes.slice(0, length), PATH)) as FormatError;
      expect(error, `${length} bytes`).toBeInstanceOf(FormatError);
      expect(error.path).toBe(PATH);
      expect(error.offset).toBeLessThanOrEqual(length);
    }
    const longer = new Uint8Array([...bytes, 0]);
    expect(() => parseNpy(longer, PATH)).toThrow(`got ${longer.length}`);
  });

  it.each(DTYPES)(
    'of %s gives a FormatError or an array as large as the file for every flipped bit',
    (dtype) => {
      const array = counting(dtype, [2, 3]);
      const bytes = formatNpy(array);
      const { dataOffset } = parseNpyHeader(bytes, PATH);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const result = outcome(() => parseNpy(flipped(bytes, bit), PATH));
        if (result instanceof FormatError) {
          expect(result.path).toBe(PATH);
          continue;
        }
        expect(result.data.length).toBe(sizeOfShape(result.shape));
        const { dtype: stored } = parseNpyHeader(flipped(bytes, bit), PATH);
        const growth = stored === 'float16' ? 2 : 1;
        expect(result.data.byteLength).toBe((bytes.length - dataOffset) * growth);
        // A flip in the header can only change the type to another of the same size.
        if (bit < dataOffset * 8) expect(result.shape).toEqual(array.shape);
        // Magic, version and length are refused.
        expect(bit, `bit ${bit}`).toBeGreaterThanOrEqual(10 * 8);
      }
    },
  );

  it('in format 2.0 refuses every shorter file', () => {
    const bytes = decodeBase64(reference.version2);
    for (let length = 0; length < bytes.length; length++) {
      expect(outcome(() => parseNpy(bytes.slice(0, length), PATH))).toBeInstanceOf(FormatError);
    }
  });

  it('gives a FormatError for any bytes after the magic', () => {
    const magic = formatNpyHeader('int8', [0]).slice(0, 6);
    const any = fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => {
      expect(outcome(() => parseNpy(new Uint8Array([...magic, ...rest]), PATH))).toBeInstanceOf(
        FormatError,
      );
    });
    fc.assert(any, { seed: 1, numRuns: 500 });
  });

  it('refuses a bool that is neither 0 nor 1, with its place', () => {
    const bytes = formatNpy(counting('bool', [4]));
    bytes[bytes.length - 2] = 2;
    expect(() => parseNpy(bytes, PATH)).toThrow(
      'clips.npy (byte 130): expected 0 or 1 as bool, got 2',
    );
  });
});

describe('parseNpyHeader', () => {
  it.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", [2, 3]],
    ["{'shape':(2,3),'fortran_order':False,'descr':'<f4'}", [2, 3]],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L)}", [2, 3]],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }", [5]],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': ( ), }", []],
  ])('reads %s', (dictionary, shape) => {
    expect(parseNpyHeader(fileWith(dictionary, 0), PATH)).toEqual({
      dtype: 'float32',
      byteOrder: 'little',
      fortranOrder: false,
      shape,
      dataOffset: 10 + dictionary.length + 1,
    });
  });

  it.each([
    ["{'descr': '<f4', 'fortran_order': False}", 'no shape'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (3), }", 'a number instead of a tuple'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1 2,), }", 'no comma'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (,), }", 'a lone comma'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3), }", 'a negative size'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2.0, 3), }", 'a fraction'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1e3,), }", 'an exponent'],
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740993, 0), }",
      'a size that no double holds',
    ],
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'shape': (3, 2), }",
      'an entry twice',
    ],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1, }", 'an unknown entry'],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } + 1", 'something after it'],
    ["('descr', 'fortran_order', 'shape')", 'no dictionary'],
  ])('refuses %s: %s', (dictionary) => {
    expect(() => parseNpyHeader(fileWith(dictionary, 0), PATH)).toThrow(FormatError);
  });

  it.each([
    ['blanks', `{'descr': '<f4', 'shape': (${' '.repeat(60_000)}`],
    ['commas', `{'descr': '<f4', 'shape': (${'1, '.repeat(20_000)}`],
    ['digits', `{'descr': '<f4', 'shape': (${'1'.repeat(60_000)}`],
    ['entries', `{${"'descr': '<f4', ".repeat(3_000)}`],
  ])('refuses a header full of %s quickly, with a short message', (_, dictionary) => {
    const cost = costOf(() => {
      const error = outcome(() => parseNpyHeader(fileWith(dictionary, 0), PATH)) as FormatError;
      expect(error).toBeInstanceOf(FormatError);
      expect(error.message.length).toBeLessThan(200);
    });
    expect(cost.seconds).toBeLessThan(1);
  });

  it.each([
    '(4503599627370496, )',
    '(1048576, 1048576, 1048576)',
    '(9007199254740991, 9007199254740991)',
  ])('of a file that claims %s numbers leads to no allocation', (shape) => {
    const bytes = fileWith(`{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`, 64);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => parseNpy(bytes, PATH)).toThrow(FormatError);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('refuses a header that claims an impossible size', () => {
    const bytes = formatNpy(counting('int8', [3]));
    bytes[6] = 2;
    bytes.set([255, 255, 255, 255], 8);
    expect(() => parseNpy(bytes, PATH)).toThrow(
      'expected a header below 64 KiB, got 4294967295 bytes',
    );
  });
});

describe('formatNpy', () => {
  it.each([
    ['numbers of another type', { dtype: 'float32', shape: [2], data: new Int32Array(2) }],
    ['numbers of another sign', { dtype: 'uint8', shape: [2], data: new Int8Array(2) }],
    ['too few numbers', { dtype: 'int8', shape: [3], data: new Int8Array(2) }],
    ['negative sizes', { dtype: 'int8', shape: [-1, -2], data: new Int8Array(2) }],
    ['fractions of sizes', { dtype: 'int8', shape: [1.5, 2], data: new Int8Array(3) }],
    ['a bool of 2', { dtype: 'bool', shape: [1], data: new Uint8Array([2]) }],
  ] as const)('refuses %s', (_, array) => {
    expect(() => formatNpy(array)).toThrow(RangeError);
    expect(() => formatNpy(array)).toThrow(/^formatNpy: expected .*, got /);
  });

  it('refuses more axes than a header holds', () => {
    const shape = new Array<number>(30_000).fill(1);
    expect(() => formatNpyHeader('int8', shape)).toThrow('expected a few axes, got 30000');
  });

  it('lets the numbers start at a multiple of 64', () => {
    const header = fc.property(fc.array(fc.nat(), { maxLength: 20 }), (shape) => {
      expect(formatNpyHeader('int8', shape).length % 64).toBe(0);
    });
    fc.assert(header, { seed: 1, numRuns: 50 });
  });
});
