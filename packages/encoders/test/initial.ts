import { expect } from 'vitest';

/**
 * Asserts that numbers were drawn with this mean and standard deviation.
 *
 * The estimate of a deviation from n normal numbers scatters by 1 / √(2n) of it, less for uniform ones; that of a mean
 * by 1 / √n of the deviation. Five times as much is allowed.
 */
export function expectDrawn(
  values: Iterable<number>,
  { mean = 0, deviation }: { readonly mean?: number; readonly deviation: number },
): void {
  const numbers = [...values];
  const n = numbers.length;
  const found = numbers.reduce((sum, x) => sum + x, 0) / n;
  const spread = Math.sqrt(numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
  expect(Math.abs(spread / deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * n));
  expect(Math.abs(found - mean) / deviation).toBeLessThan(5 / Math.sqrt(n));
}
