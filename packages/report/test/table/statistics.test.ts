import { describe, expect, it } from 'vitest';
import { spread } from '../../src/index.ts';

describe('spread', () => {
  it('is the mean and the sample standard deviation', () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      mean: 5,
      deviation: Math.sqrt(32 / 7),
      count: 8,
    });
  });

  it('gives one run no deviation, and refuses none', () => {
    expect(spread([0.25])).toEqual({ mean: 0.25, deviation: undefined, count: 1 });
    expect(() => spread([])).toThrow('values to be at least 1, got 0');
  });
});
