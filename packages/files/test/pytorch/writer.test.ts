import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { formatPyTorch, type NdArray, type PyTorchValue } from '@halp/files';
import { anyArray, counting, DTYPES, identityOf } from '../npy/arrays.ts';
import { decodeBase64 } from '../reference.ts';
import { readTorch, torchFixtures } from './torch-files.ts';

const back = (value: PyTorchValue): unknown => readTorch(formatPyTorch(value));
const texts = new TextDecoder('latin1');

describe('formatPyTorch', () => {
  it('writes what parsePyTorch reads back bit by bit: arrays of every type', () => {
    const same = fc.property(fc.array(anyArray, { maxLength: 4 }), (arrays) => {
      const got = back(arrays) as readonly NdArray[];
      expect(got.map(identityOf)).toEqual(arrays.map(identityOf));
    });
    fc.assert(same, { seed: 1, numRuns: 200 });
    const all = Object.fromEntries(DTYPES.map((dtype) => [dtype, counting(dtype, [2, 3])]));
    expect(back(all)).toEqual(new Map(Object.entries(all)));
  });

  it('writes what parsePyTorch reads back: plain data, nested', () => {
    const integers = [0, 255, 256, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1];
    const numbers = [...integers, 2 ** 53 - 1, -(2 ** 53) + 1, 0.5, -0, 1e300, Infinity, -Infinity];
    expect(back(numbers)).toEqual(numbers);
    expect(back([NaN])).toEqual([NaN]);
    expect(back([2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)])).toEqual([
      2n ** 53n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]);
    expect(back(['', 'ü🏃\u0000', null, true, false])).toEqual([
      '',
      'ü🏃\u0000',
      null,
      true,
      false,
    ]);
    expect(back({ a: [{ b: [] }], c: new Map([[3, 'd']]) })).toEqual(
      new Map<string, unknown>([
        ['a', [new Map([['b', []]])]],
        ['c', new Map([[3, 'd']])],
      ]),
    );
    const long = Array.from({ length: 2500 }, (_, i) => i);
    expect(back(long)).toEqual(long);
    expect(back(new Map(long.map((i) => [i, String(i)])))).toEqual(
      new Map(long.map((i) => [i, String(i)])),
    );
  });

  it('writes again what PyTorch has written', () => {
    const value = readTorch(decodeBase64(torchFixtures.checkpoint.legacy)) as PyTorchValue;
    expect(back(value)).toEqual(value);
  });

  it('writes an array that occurs twice once', () => {
    const w = counting('float32', [3]);
    const names = Object.keys(unzipSync(formatPyTorch([w, w, counting('float32', [3])])));
    expect(names.filter((name) => name.includes('/data/'))).toEqual([
      'archive/data/0',
      'archive/data/1',
    ]);
    const [a, b] = back([w, w]) as readonly NdArray[];
    expect([a, b]).toEqual([w, w]);
  });

  it('writes the members that PyTorch expects, at multiples of 64 bytes', () => {
    const bytes = formatPyTorch({ w: counting('int8', [1]), v: counting('float64', [7]) });
    const members = unzipSync(bytes);
    expect(Object.keys(members)).toEqual(
      ['data.pkl', 'byteorder', 'data/0', 'data/1', 'version'].map((name) => `archive/${name}`),
    );
    expect(texts.decode(members['archive/byteorder'])).toBe('little');
    expect(texts.decode(members['archive/version'])).toBe('3\n');
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const content of Object.values(members)) {
      expect(view.getUint32(at, true)).toBe(0x04034b50);
      at += 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
      expect(at % 64).toBe(0);
      expect(bytes.subarray(at, at + content.length)).toEqual(content);
      at += content.length;
    }
  });

  it('writes equal values as equal bytes', () => {
    const value = { w: counting('float32', [2]), epoch: 3 };
    expect(formatPyTorch(value)).toEqual(formatPyTorch(structuredClone(value)));
  });

  const inItself: PyTorchValue[] = [];
  inItself.push([inItself]);
  it.each<[string, unknown, ErrorConstructor, string]>([
    [
      'too few numbers',
      { dtype: 'float32', shape: [2], data: new Float32Array(1) },
      RangeError,
      'formatPyTorch: expected a Float32Array of 2 for float32 [2], got a Float32Array of 1',
    ],
    [
      'numbers of another type',
      { dtype: 'int64', shape: [1], data: new Int32Array(1) },
      RangeError,
      'expected a BigInt64Array of 1',
    ],
    [
      'a bool of 2',
      { dtype: 'bool', shape: [1], data: Uint8Array.of(2) },
      RangeError,
      'expected 0 or 1 as bool, got 2',
    ],
    [
      'an integer of 65 bits',
      2n ** 63n,
      RangeError,
      'expected an integer of 64 bits, got 9223372036854775808',
    ],
    [
      'half of a character',
      '\ud800',
      RangeError,
      'expected a text in Unicode, got half of a character',
    ],
    ['a list in itself', inItself, RangeError, 'expected a tree, got a value in itself'],
    ['nothing', [undefined], TypeError, 'expected plain data and arrays, got undefined'],
    ['a function', { f: () => 1 }, TypeError, 'got function'],
    ['a set', new Set([1]), TypeError, 'got Set'],
    ['a date', new Date(0), TypeError, 'got Date'],
    ['bare numbers', new Float32Array(2), TypeError, 'got Float32Array'],
  ])('refuses %s', (_, value, type, message) => {
    const write = (): unknown => formatPyTorch(value as PyTorchValue);
    expect(write).toThrow(type);
    expect(write).toThrow(message);
  });

  it('writes one value in two places of a list', () => {
    const inner = { a: 1 };
    expect(back([inner, inner])).toEqual([new Map([['a', 1]]), new Map([['a', 1]])]);
  });
});
