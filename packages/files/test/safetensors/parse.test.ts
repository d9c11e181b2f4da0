import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  formatSafetensors,
  parseSafetensors,
  parseSafetensorsHeader,
  sizeOfShape,
} from '@halp/files';
import { anyArray, counting, DTYPES, flipped, identityOf, outcome } from '../npy/arrays.ts';
import { asTexts, decodeBase64, reference } from '../reference.ts';

const PATH = 'last.safetensors';
const NAMES = [
  'weight',
  'a.b',
  '',
  'ü',
  '0',
  '1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
];

/** A file with this header and this many bytes of data. */
function fileWith(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** A record that can hold `__proto__` as a name like any other. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

describe('formatSafetensors and parseSafetensors', () => {
  it('give every array and text back, whatever their names', () => {
    const named = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), anyArray), {
      selector: ([name]) => name,
    });
    const texts = fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.string()), {
      selector: ([name]) => name,
    });
    const roundTrip = fc.property(named, texts, (arrays, metadata) => {
      const parsed = parseSafetensors(
        formatSafetensors(recordOf(arrays), recordOf(metadata)),
        PATH,
      );
      expect(Object.keys(parsed.tensors).sort()).toEqual(arrays.map(([name]) => name).sort());
      for (const [name, array] of arrays) {
        expect(identityOf(parsed.tensors[name] as typeof array)).toEqual(identityOf(array));
      }
      expect(Object.entries(parsed.metadata).sort()).toEqual([...metadata].sort());
    });
    fc.assert(roundTrip, { seed: 1, numRuns: 200 });
  });

  it('keep every array at a multiple of its element size', () => {
    const tensors = recordOf(DTYPES.map((dtype) => [dtype, counting(dtype, [3])] as const));
    const { entries, dataOffset } = parseSafetensorsHeader(formatSafetensors(tensors), PATH);
    for (const [name, { start }] of Object.entries(entries)) {
      const { data } = tensors[name] as ReturnType<typeof counting>;
      expect((dataOffset + start) % data.BYTES_PER_ELEMENT, name).toBe(0);
    }
  });

  it('pad the header with spaces to a multiple of 8, whatever its length', () => {
    // Names of 1 to 40 letters make a header of every length modulo 8.
    const remainders = new Set<number>();
    for (let letters = 1; letters <= 40; letters++) {
      const name = 'w'.repeat(letters);
      const bytes = formatSafetensors({ [name]: counting('float64', [2]) });
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
      const json = text.trimEnd();
      remainders.add(json.length % 8);
      expect(length).toBe(8 * Math.ceil(json.length / 8));
      expect(text).toBe(json.padEnd(length, ' '));
      expect(bytes.length).toBe(8 + length + 16);
      expect(parseSafetensors(bytes, PATH).tensors[name]).toEqual(counting('float64', [2]));
    }
    expect(remainders.size).toBe(8);
  });

  it('copy the numbers: later writes to the bytes change nothing', () => {
    const bytes = formatSafetensors({ a: counting('int8', [3]) });
    const { tensors } = parseSafetensors(bytes, PATH);
    bytes.fill(9);
    expect([...(tensors['a']?.data ?? [])]).toEqual([0, 1, 2]);
  });

  it('an empty file is one without arrays', () => {
    expect(Object.keys(parseSafetensors(formatSafetensors({}), PATH).tensors)).toEqual([]);
  });
});

describe('a file written by the safetensors library', () => {
  it('is read, every type, a scalar, an empty array, a matrix and text', () => {
    const { base64, metadata, tensors } = reference.safetensors;
    const parsed = parseSafetensors(decodeBase64(base64), PATH);
    expect({ ...parsed.metadata }).toEqual(metadata);
    expect(Object.keys(parsed.tensors).sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, values }] of Object.entries(tensors)) {
      const array = parsed.tensors[name];
      expect([array?.dtype, array?.shape]).toEqual([dtype, shape]);
      const expected = dtype.startsWith('float')
        ? values.map((text) => String(Number(text)))
        : values;
      expect(asTexts(array?.data ?? [], dtype), name).toEqual(expected);
    }
  });
});

describe('names of properties that every object has', () => {
  const hostile = fileWith(
    '{"__proto__":{"dtype":"I8","shape":[1],"data_offsets":[0,1]},' +
      '"constructor":{"dtype":"I8","shape":[1],"data_offsets":[1,2]},' +
      '"__metadata__":{"__proto__":"text","toString":"text"}}',
    2,
  );

  it('are ordinary names, and nothing outside the record changes', () => {
    const { tensors, metadata } = parseSafetensors(hostile, PATH);
    expect(Object.keys(tensors)).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(metadata)).toEqual(['__proto__', 'toString']);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined();
  });

  it('are absent where the file has no such array', () => {
    const { tensors, metadata } = parseSafetensors(formatSafetensors({}), PATH);
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(tensors[name]).toBeUndefined();
      expect(metadata[name]).toBeUndefined();
    }
  });

  it('do not fill in what an entry lacks', () => {
    const header = '{"a":{"__proto__":{"dtype":"I8"},"shape":[1],"data_offsets":[0,1]}}';
    expect(() => parseSafetensors(fileWith(header, 1), PATH)).toThrow(
      'as dtype of "a", got nothing',
    );
  });
});

describe('parseSafetensors of a damaged file', () => {
  const tensors = {
    weight: counting('float32', [2, 2]),
    count: counting('int64', []),
    mask: counting('bool', [3]),
  };
  const bytes = formatSafetensors(tensors, { epoch: '3' });
  const { dataOffset } = parseSafetensorsHeader(bytes, PATH);

  it('refuses every shorter and every longer file', () => {
    for (let length = 0; length < bytes.length; length++) {
      const error = outcome(() => parseSafetensors(bytes.slice(0, length), PATH)) as FormatError;
      expect(error, `${length} bytes`).toBeInstanceOf(FormatError);
      expect(error.path).toBe(PATH);
      expect(error.offset).toBeLessThanOrEqual(length);
    }
    expect(() => parseSafetensors(new Uint8Array([...bytes, 0]), PATH)).toThrow(FormatError);
  });

  it('gives a FormatError or arrays as large as the data for every flipped bit', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const result = outcome(() => parseSafetensors(flipped(bytes, bit), PATH));
      if (result instanceof FormatError) {
        expect(result.path).toBe(PATH);
        continue;
      }
      const arrays = Object.values(result.tensors);
      for (const { shape, data } of arrays) expect(data.length).toBe(sizeOfShape(shape));
      const total = arrays.reduce((sum, { data }) => sum + data.byteLength, 0);
      expect(total).toBe(bytes.length - dataOffset);
    }
  });

  it('gives a FormatError for any bytes', () => {
    const any = fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
      expect(outcome(() => parseSafetensors(noise, PATH))).toBeInstanceOf(FormatError);
    });
    fc.assert(any, { seed: 1, numRuns: 500 });
  });

  it('gives a FormatError or consistent arrays for any JSON as an entry', () => {
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: -1, max: 3 }), fc.double(), fc.constant(2 ** 53 - 1)),
    );
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record({
        dtype: fc.oneof(fc.constantFrom('I8', 'F32', 'C64'), fc.jsonValue()),
        shape: fc.oneof(sizes, fc.jsonValue()),
        data_offsets: fc.oneof(sizes, fc.constantFrom([0, 0], [0, 4]), fc.jsonValue()),
      }),
    );
    const any = fc.property(entry, (value) => {
      const result = outcome(() => parseSafetensors(fileWith({ a: value }, 4), PATH));
      if (result instanceof FormatError) expect(result.path).toBe(PATH);
      else expect(result.tensors['a']?.data.byteLength).toBe(4);
    });
    fc.assert(any, { seed: 1, numRuns: 500 });
  });

  const entry = { dtype: 'I8', shape: [4], data_offsets: [0, 4] };
  it.each([
    ['a list as header', [], 0, 'expected an object as the header, got []'],
    ['a header that is no JSON', '{"a":', 0, 'expected a JSON header'],
    [
      'metadata that is no text',
      { __metadata__: { a: 1 } },
      0,
      'expected text as metadata "a", got 1',
    ],
    ['an unknown type', { a: { ...entry, dtype: 'F8_E4M3' } }, 4, 'as dtype of "a", got "F8_E4M3"'],
    [
      'a negative size',
      { a: { ...entry, shape: [-4] } },
      4,
      'expected sizes as shape of "a", got [-4]',
    ],
    [
      'a shape of another size',
      { a: { ...entry, shape: [3] } },
      4,
      'expected 3 bytes for "a", int8 [3]',
    ],
    [
      'a range that runs backwards',
      { a: { ...entry, data_offsets: [4, 0] } },
      4,
      'expected 4 bytes',
    ],
    ['three offsets', { a: { ...entry, data_offsets: [0, 4, 4] } }, 4, 'expected 4 bytes'],
    ['a gap', { a: { ...entry, data_offsets: [1, 5] } }, 5, 'a break between 0 and 1'],
    [
      'an overlap',
      { a: entry, b: { ...entry, data_offsets: [2, 6] } },
      6,
      'a break between 4 and 2',
    ],
    ['data left over', { a: entry }, 5, 'expected 4 bytes of data, got 5'],
    ['data missing', { a: entry }, 3, 'expected 4 bytes of data, got 3; the file is truncated'],
  ])('refuses %s', (_, header, dataBytes, message) => {
    const error = outcome(() => parseSafetensors(fileWith(header, dataBytes), PATH)) as FormatError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain(message);
  });
});

describe('half precision in a safetensors file', () => {
  const numbersOf = (dtype: string, bits: readonly number[]): readonly number[] => {
    const entry = { dtype, shape: [bits.length], data_offsets: [0, 2 * bits.length] };
    const bytes = fileWith({ a: entry }, 2 * bits.length);
    bytes.set(new Uint8Array(Uint16Array.from(bits).buffer), bytes.length - 2 * bits.length);
    const array = parseSafetensors(bytes, PATH).tensors['a'];
    expect([array?.dtype, array?.shape]).toEqual(['float32', [bits.length]]);
    return Array.from(array?.data ?? [], Number);
  };

  it('becomes float32', () => {
    expect(numbersOf('F16', [0x3c00, 0xc000, 0x7c00, 1])).toEqual([1, -2, Infinity, 2 ** -24]);
    expect(numbersOf('BF16', [0x3f80, 0xc000, 0x7f80, 1])).toEqual([1, -2, Infinity, 2 ** -133]);
  });

  it('is the upper half of the same float32, for all 65536 patterns of BF16', () => {
    const patterns = Array.from({ length: 65_536 }, (_, bits) => bits);
    const wide = new Float32Array(Uint32Array.from(patterns, (bits) => bits << 16).buffer);
    expect(numbersOf('BF16', patterns)).toEqual(Array.from(wide));
  });
});

describe('a header that is no UTF-8', () => {
  it('is refused, not read with replacement characters', () => {
    const bytes = fileWith('{"__metadata__":{"a":"?"}}', 0);
    bytes[bytes.indexOf(0x3f)] = 0xff;
    expect(() => parseSafetensors(bytes, PATH)).toThrow('(byte 8): expected a JSON header');
  });
});

describe('a hostile size', () => {
  const allocated = (parse: () => unknown): number => {
    const before = process.memoryUsage().arrayBuffers;
    expect(outcome(parse)).toBeInstanceOf(FormatError);
    return process.memoryUsage().arrayBuffers - before;
  };

  it('of the header allocates nothing', () => {
    const bytes = new Uint8Array(64);
    bytes.fill(255, 0, 8);
    expect(allocated(() => parseSafetensors(bytes, PATH))).toBeLessThan(1e6);
  });

  it('of an array allocates nothing', () => {
    const size = 2 ** 50;
    const bytes = fileWith({ a: { dtype: 'I8', shape: [size], data_offsets: [0, size] } }, 16);
    expect(allocated(() => parseSafetensors(bytes, PATH))).toBeLessThan(1e6);
  });

  it('that many arrays claim together, each of them the same bytes, allocates nothing', () => {
    const size = 1_000_000;
    const entry = { dtype: 'I8', shape: [size], data_offsets: [0, size] };
    const header = recordOf(Array.from({ length: 1000 }, (_, i) => [`t${i}`, entry] as const));
    const bytes = fileWith(header, size);
    expect(allocated(() => parseSafetensors(bytes, PATH))).toBeLessThan(1e6);
  });

  it('of nesting is an error of the format, with a short message', () => {
    const depth = 200_000;
    const nested = `{"a":{"dtype":"I8","shape":${'['.repeat(depth)}${']'.repeat(depth)},"data_offsets":[0,0]}}`;
    const error = outcome(() => parseSafetensors(fileWith(nested, 0), PATH)) as FormatError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message.length).toBeLessThan(200);
  });

  it('of a name gives a short message', () => {
    const header = recordOf([['n'.repeat(1e6), { dtype: 'x'.repeat(1e6) }]]);
    const error = outcome(() => parseSafetensors(fileWith(header, 0), PATH)) as FormatError;
    expect(error.message.length).toBeLessThan(400);
  });
});

describe('formatSafetensors', () => {
  it('names the array that does not fit', () => {
    const wrong = { dtype: 'float32', shape: [2], data: new Float64Array(2) } as const;
    expect(() => formatSafetensors({ a: counting('int8', [1]), b: wrong })).toThrow(
      "formatSafetensors: 'b': expected a Float32Array of 2 for float32 [2], got a Float64Array of 2",
    );
  });

  it('refuses the name of the metadata', () => {
    const tensors = { __metadata__: counting('int8', [1]) };
    expect(() => formatSafetensors(tensors)).toThrow("'__metadata__' is no name for a tensor");
  });
});

describe('parseSafetensorsHeader', () => {
  it('says what a file holds and where', () => {
    const bytes = formatSafetensors(
      { a: counting('int8', [2]), b: counting('float32', [1, 2]) },
      { epoch: '3' },
    );
    const { entries, metadata, dataOffset } = parseSafetensorsHeader(bytes, PATH);
    expect({ ...entries }).toEqual({
      a: { dtype: 'int8', shape: [2], start: 8, end: 10 },
      b: { dtype: 'float32', shape: [1, 2], start: 0, end: 8 },
    });
    expect({ ...metadata }).toEqual({ epoch: '3' });
    expect(dataOffset).toBe(bytes.length - 10);
  });
});
