import { describe, expect, it } from 'vitest';
import { bytesPerElement, sizeOfShape, toNumbers } from '@halp/files';
import { counting, DTYPES, HOLDERS } from './arrays.ts';

describe('bytesPerElement', () => {
  it.each(DTYPES)('of %s equals that of its typed array', (dtype) => {
    expect(bytesPerElement(dtype)).toBe(HOLDERS[dtype].BYTES_PER_ELEMENT);
  });
});

describe('sizeOfShape', () => {
  it('is the product of the sizes, 1 for a scalar and 0 for an empty axis', () => {
    expect([[2, 3, 4], [], [5, 0, 2]].map(sizeOfShape)).toEqual([24, 1, 0]);
  });
});

describe('toNumbers', () => {
  it.each(DTYPES)('of %s gives doubles', (dtype) => {
    const numbers = toNumbers(counting(dtype, [2, 2]));
    expect(numbers).toBeInstanceOf(Float64Array);
    expect([...numbers]).toEqual(dtype === 'bool' ? [0, 1, 0, 1] : [0, 1, 2, 3]);
  });

  it('refuses 64-bit integers that no double holds exactly', () => {
    const data = BigInt64Array.of(2n ** 53n - 1n, -(2n ** 53n) - 1n);
    expect(() => toNumbers({ dtype: 'int64', shape: [2], data })).toThrow(
      'toNumbers: expected integers below 2^53, got -9007199254740993',
    );
    expect([...toNumbers({ dtype: 'int64', shape: [1], data: data.slice(0, 1) })]).toEqual([
      2 ** 53 - 1,
    ]);
  });
});
