import { expect } from 'vitest';

/**
 * Asserts that numbers were drawn with this mean and standard deviation.
 *
 * For n normal numbers, the relative standard error of the standard deviation is 1 / √(2n), less for uniform numbers;
 * the standard error of the mean is 1 / √n of the deviation. The tolerance is five standard errors.
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
