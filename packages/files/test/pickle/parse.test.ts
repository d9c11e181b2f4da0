import { describe, expect, it } from 'vitest';
import { FormatError, type NdArray, parsePickle, type PickleValue } from '@halp/files';
import { costOf } from '../cost.ts';
import { flipped, outcome } from '../npy/arrays.ts';
import { decodeBase64, reference } from '../reference.ts';
import { global, pickle, text } from './pickle-bytes.ts';

const PATH = 'train_label.pkl';

/** What `pickles.py` of the fixtures pickles. */
const matrix = { dtype: 'int16', shape: [2, 3], data: Int16Array.of(0, 1, 2, 3, 4, 5) };
const expected = new Map<string, unknown>([
  [
    'arrays',
    [
      matrix,
      { ...matrix, dtype: 'float32', data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      { ...matrix, dtype: 'float64', data: Float64Array.of(0, 1, 2, 3, 4, 5) },
      { ...matrix, dtype: 'float32', data: Float32Array.of(0, 1, 2, 3, 4, 5) },
      { dtype: 'float64', shape: [], data: Float64Array.of(2.5) },
      { dtype: 'int64', shape: [0, 3], data: new BigInt64Array(0) },
      { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
      { ...matrix, dtype: 'bool', data: Uint8Array.of(0, 0, 0, 1, 1, 1) },
      { dtype: 'uint8', shape: [60], data: Uint8Array.from({ length: 60 }, (_, i) => 98 + i) },
    ],
  ],
  ['scalars', [0.5, -0.1, -7, 2n ** 62n, true, 0.25, 255]],
  [
    'integers',
    [
      ...[0, 255, 65535, -1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1],
      ...[2n ** 53n, -(2n ** 63n), 2n ** 64n, -(2n ** 100n)],
    ],
  ],
  [
    'plain',
    [
      ...[null, true, false, 1.5, [], [], new Map(), new Map([['a', [1, 2, 3]]])],
      ...[[1], [1, 2], [1, 2, 3, 4]],
    ],
  ],
  ['texts', ['', 'S001C001P001R001A001', 'ü\ufeff', '\ufeff€']],
  [
    'bytes',
    [
      ...[Uint8Array.of(), Uint8Array.of(0, 127, 128, 255), Uint8Array.of(0xc3, 0xbc)],
      ...[Uint8Array.of(0x81), Uint8Array.of()],
    ],
  ],
  ['shared', [matrix, matrix]],
]);

/** An array as Python 2 and an old NumPy pickle it: `_reconstruct`, then its state. */
function python2Array(
  shape: readonly number[],
  data: readonly number[],
  state: { readonly code?: string; readonly order?: string; readonly fortran?: number } = {},
): Uint8Array {
  const { code = 'u1', order = '|', fortran = 0x89 } = state;
  return pickle(
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    ...['K', 0, 0x85, text('b'), 0x87, 'R(K', 1, '('],
    ...shape.map((size): readonly number[] => [
      0x4a,
      size & 255,
      size >> 8,
      size >> 16,
      size >> 24,
    ]),
    ...['t', global('numpy', 'dtype'), text(code), 'K', 0, 'K', 1, 0x87, 'R(K', 3],
    ...[
      text(order),
      'NNNJ',
      [255, 255, 255, 255],
      'J',
      [255, 255, 255, 255],
      'K',
      0,
      'tb',
      fortran,
    ],
    ...[[0x55, data.length, ...data], 'tb'],
  );
}

const refusal = (bytes: Uint8Array): string => {
  const error = outcome(() => parsePickle(bytes, PATH)) as FormatError;
  expect(error).toBeInstanceOf(FormatError);
  expect(error.path).toBe(PATH);
  return error.message;
};

describe('parsePickle', () => {
  it.each(reference.pickles)('reads protocol $protocol of NumPy $numpy', ({ base64 }) => {
    expect(parsePickle(decodeBase64(base64), PATH)).toEqual(expected);
  });

  it('returns an object that occurs twice as one object', () => {
    const { base64 } = reference.pickles[0] as (typeof reference.pickles)[number];
    const value = parsePickle(decodeBase64(base64), PATH) as ReadonlyMap<string, NdArray[]>;
    const [a, b] = value.get('shared') as NdArray[];
    expect(a).toBe(b);
    expect(a).toBe(value.get('arrays')?.[0]);
  });

  it('reads names and labels of Python 2, in latin1', () => {
    expect(parsePickle(decodeBase64(reference.python2), PATH)).toEqual([
      ['S001', 'café', 'ü'],
      [0, 59, 2 ** 40],
    ]);
    // windows-1252, which browsers call latin1, differs here.
    expect(parsePickle(pickle(text('\x80\x9f')), PATH)).toBe('\x80\x9f');
  });

  it('reads an array of Python 2, whose numbers are a text', () => {
    const array = parsePickle(python2Array([2, 2], [0, 1, 0x80, 0xff]), PATH);
    expect(array).toEqual({ dtype: 'uint8', shape: [2, 2], data: Uint8Array.of(0, 1, 128, 255) });
    const big = parsePickle(
      python2Array([2, 2], [0, 1, 0, 2, 0, 3, 0, 4], { code: 'i2', order: '>', fortran: 0x88 }),
      PATH,
    );
    expect(big).toEqual({ dtype: 'int16', shape: [2, 2], data: Int16Array.of(1, 3, 2, 4) });
  });

  it('copies: later writes to the bytes change nothing', () => {
    const bytes = python2Array([2], [1, 2]);
    const array = parsePickle(bytes, PATH) as NdArray;
    bytes.fill(0);
    expect([...array.data]).toEqual([1, 2]);
  });
});

describe('parsePickle never executes, and refuses', () => {
  it.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['numpy', 'fromfile'],
    ['torch._utils', '_rebuild_tensor_v2'],
    ['numpy.core.multiarray', 'constructor'],
    ['__proto__', 'toString'],
  ])('%s.%s, by name', (module, name) => {
    const bytes = pickle(global(module, name), text('x'), 0x85, 'R');
    expect(refusal(bytes)).toBe(
      `${PATH} (byte ${4 + module.length + name.length + 1}): expected plain data and NumPy arrays, ` +
        `got ${module}.${name}, which is not executed`,
    );
  });

  it('names that protocol 4 writes as texts', () => {
    const short = (value: string): readonly number[] => [0x8c, ...text(value).slice(1)];
    expect(refusal(pickle(short('os'), short('system'), 0x93))).toContain('got os.system, which');
    expect(refusal(pickle('NN', 0x93))).toContain('got undefined.undefined, which');
  });

  it.each<[string, Uint8Array, string]>([
    [
      'protocol 0',
      new TextEncoder().encode('(lp0\n.'),
      '(byte 0): expected a pickle of protocol 2 to 5',
    ],
    ['protocol 6', Uint8Array.of(0x80, 6, 0x4e, 0x2e), 'expected pickle protocol 2 to 5, got 6'],
    ['nothing', new Uint8Array(0), '(byte 0): expected more of the pickle, got its end'],
    ['no end', pickle('N').slice(0, -1), '(byte 3): expected more of the pickle, got its end'],
    [
      'more than one',
      Uint8Array.of(...pickle('N'), 1),
      'expected the end of the file, got 1 more bytes',
    ],
    ['objects of classes', pickle(global('os', 'system'), ')', 0x81), 'os.system'],
    ['persistent identifiers', pickle('Px\n'), 'expected data, got the pickle operation 0x50'],
    ['references', pickle('NQ'), 'expected data, got the pickle operation 0x51'],
    ['extensions', pickle(0x82, 1), 'expected data, got the pickle operation 0x82'],
    ['instances', pickle('(ios\nsystem\n'), 'expected data, got the pickle operation 0x69'],
    ['buffers that are elsewhere', pickle(0x97), 'expected data, got the pickle operation 0x97'],
    ['nothing on the stack', pickle(), 'expected only values, got none'],
    ['an empty place', pickle(']', 'h', 7, 'a'), 'expected only values, got none'],
    ['a dict without its last value', pickle('}(Nu'), 'expected only values, got none'],
    ['a class as a value', pickle(global('numpy', 'ndarray')), 'got a class'],
    [
      'a text that is no UTF-8',
      pickle('X', [1, 0, 0, 0, 0xff]),
      '(byte 7): expected a text in UTF-8',
    ],
    ['bytes before the beginning', pickle('B', [251, 255, 255, 255]), 'expected -5 more bytes'],
    [
      'bytes after the end',
      pickle('B', [255, 255, 255, 127]),
      'expected 2147483647 more bytes, got 1',
    ],
    [
      'huge counts',
      pickle(0x8e, [0, 0, 0, 0, 0, 0, 0, 255]),
      'more bytes, got 1; the file is truncated',
    ],
    [
      'integers of any length',
      pickle(0x8b, [65, 0, 0, 0], new Array<number>(65).fill(1)),
      'expected an integer of at most 64 bytes, got 65',
    ],
    ['digits that are none', pickle('I0x1\n'), 'expected the digits of an integer'],
    ['calls of what is no function', pickle('N', ')R'), 'expected a pickle operation, got'],
    [
      'calls without arguments',
      pickle(global('numpy', 'dtype'), 'NR'),
      'expected arguments, got none',
    ],
    [
      'another encoding',
      pickle(global('_codecs', 'encode'), 'X', [1, 0, 0, 0, 65], text('rot13'), 0x86, 'R'),
      'expected bytes written as a text in latin1',
    ],
    [
      'a text that is no bytes',
      pickle(
        global('_codecs', 'encode'),
        'X',
        [3, 0, 0, 0, 0xe2, 0x82, 0xac],
        text('latin1'),
        0x86,
        'R',
      ),
      'expected bytes written as a text, got another text',
    ],
    ['records', python2Array([1], [0], { code: 'V8' }), 'got the NumPy type "V8"'],
    ['objects', python2Array([1], [0], { code: 'O8' }), 'got the NumPy type "O8"'],
    [
      'too few numbers',
      python2Array([2, 2], [0, 1, 2]),
      'expected 4 bytes for uint8 [2, 2], got 3',
    ],
    ['too many numbers', python2Array([2], [0, 1, 2]), 'expected 2 bytes for uint8 [2], got 3'],
    ['negative sizes', python2Array([-1, -3], [0, 1, 2]), 'expected sizes as the shape'],
    [
      'sizes beyond any',
      python2Array([2 ** 30, 2 ** 30, 2 ** 30], []),
      'for uint8 [1073741824, 1073741824, 1073741824], got 0',
    ],
    ['a bool of 2', python2Array([2], [0, 2], { code: 'b1' }), 'expected 0 or 1 as bool, got 2'],
    ['another byte order', python2Array([1], [0], { order: '!' }), 'expected the byte order'],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  it('every shorter file of every protocol', () => {
    for (const { base64 } of reference.pickles) {
      const bytes = decodeBase64(base64);
      for (let length = 0; length < bytes.length; length += 11) refusal(bytes.slice(0, length));
    }
    expect(refusal(new Uint8Array(1))).toContain('got a file that does not begin as one');
  });
});

describe('parsePickle of a hostile file', () => {
  const many = 2 ** 18;

  it('does not allocate more than the file holds', () => {
    // One text of 512 KiB from which bytes are made many times.
    const half = new Array<number>(2 ** 19).fill(65);
    const again = [0x68, 0, 0x68, 1, 0x68, 2, 0x86, 0x52, 0x61];
    const bytes = pickle(
      ...[global('_codecs', 'encode'), 'q', 0, 'X', [0, 0, 8, 0], half, 'q', 1],
      ...[text('latin1'), 'q', 2, ']'],
      Array.from({ length: 50_000 }, () => again).flat(),
    );
    const cost = costOf(() => {
      const message = 'expected each array and text to be used once, got repeated uses';
      expect(refusal(bytes)).toContain(message);
    });
    expect(cost.bytes).toBeLessThan(2 * bytes.length);
    expect(cost.seconds).toBeLessThan(1);
  });

  it.each<[string, () => Uint8Array]>([
    ['lists in lists', () => pickle(new Array<number>(many).fill(0x5d))],
    ['marks', () => pickle(new Array<number>(many).fill(0x28))],
    ['tuples of tuples', () => pickle('N', new Array<number>(many).fill(0x85))],
    [
      'pairs of pairs',
      () => pickle(']', Array.from({ length: 1e5 }, () => [0x71, 0, 0x68, 0, 0x86]).flat()),
    ],
    [
      'one append of a quarter of a million',
      () => pickle('](', new Array<number>(many).fill(0x4e), 'e'),
    ],
  ])('is done within a second with %s', (_, make) => {
    const bytes = make();
    expect(costOf(() => outcome(() => parsePickle(bytes, PATH))).seconds).toBeLessThan(1);
  });

  it('reads lists that are nested beyond any recursion', () => {
    const depth = 50_000;
    const bytes = pickle(
      new Array<number>(depth).fill(0x5d),
      new Array<number>(depth - 1).fill(0x61),
    );
    let [value, levels] = [parsePickle(bytes, PATH), 0];
    for (; Array.isArray(value) && value.length > 0; levels++) value = value[0] as PickleValue;
    expect(levels).toBe(depth - 1);
  });

  it('gives a whole value or a FormatError for every flipped bit', () => {
    for (const { base64 } of [
      reference.pickles[0],
      reference.pickles[3],
    ] as typeof reference.pickles) {
      const bytes = decodeBase64(base64);
      let refused = 0;
      for (let bit = 0; bit < bytes.length * 8; bit += 17) {
        if (outcome(() => parsePickle(flipped(bytes, bit), PATH)) instanceof FormatError) refused++;
      }
      expect(refused).toBeGreaterThan(100);
    }
  });
});
