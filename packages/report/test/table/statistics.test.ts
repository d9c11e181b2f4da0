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

  it('has no deviation for a single value, and refuses an empty list', () => {
    expect(spread([0.25])).toEqual({ mean: 0.25, deviation: undefined, count: 1 });
    expect(() => spread([])).toThrow('spread: expected at least one value, got none');
  });
});
