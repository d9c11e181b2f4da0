import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gather, rowMajor, rowMajorStrides } from '../../src/npy/strided.ts';

describe('rowMajorStrides', () => {
  it('are the products of the sizes of later axes', () => {
    expect(rowMajorStrides([])).toEqual([]);
    expect(rowMajorStrides([5])).toEqual([1]);
    expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  });
});

describe('gather', () => {
  it('transposes a matrix', () => {
    expect([...gather(Int8Array.of(0, 1, 2, 3, 4, 5), [3, 2], [1, 3])]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  it('keeps arrays that are in order, and rowMajor twice with reversed axes changes nothing', () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
    const same = fc.property(shapes, (shape) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const data = Float64Array.from({ length: size }, (_, i) => i);
      const turned = rowMajor(data, shape);
      expect(rowMajor(turned, [...shape].reverse())).toEqual(data);
      expect(gather(data, shape, rowMajorStrides(shape))).toEqual(data);
      expect([...turned].sort((a, b) => a - b)).toEqual([...data]);
    });
    fc.assert(same, { seed: 1, numRuns: 100 });
  });

  it('returns a copy of the same type', () => {
    const data = BigInt64Array.of(7n, 8n);
    const out = gather(data, [2], [1]);
    data.fill(0n);
    expect(out).toEqual(BigInt64Array.of(7n, 8n));
  });
});
