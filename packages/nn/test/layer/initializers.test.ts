import { describe, expect, it } from 'vitest';
import { fanInUniform, uniform, xavierUniform } from '@halp/nn';
import { createRandom } from '@halp/random';
import { onEachBackend } from '@halp/testing';

describe('initializers', () => {
  it('reject invalid arguments', () => {
    expect(() => uniform(-1)).toThrow('expected a finite bound of at least 0, got -1');
    expect(() => uniform(NaN)).toThrow('got NaN');
    expect(() => fanInUniform(0)).toThrow('fanInUniform: expected a positive integer fanIn, got 0');
    expect(() => xavierUniform([3], createRandom(0))).toThrow('[outputs, inputs], got [3]');
  });
});

onEachBackend(() => {
  const cases = [
    ['U(-1/√fanIn, 1/√fanIn)', fanInUniform(25), 0.2],
    ['Xavier’s, with the stacked gates as one matrix', xavierUniform, Math.sqrt(6 / 340)],
  ] as const;
  it.each(cases)('%s: bounds, mean and variance of the uniform distribution', (_, init, bound) => {
    const tensor = init([300, 40], createRandom(7));
    const values = tensor.dataSync<'float32'>();
    tensor.dispose();
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.999 * bound);
    // Five standard errors of the mean and of the variance of 12,000 draws.
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * 12_000));
    expect(Math.abs((variance * 3) / bound ** 2 - 1)).toBeLessThan(5 * Math.sqrt(0.8 / 12_000));
  });

  it('give the same numbers for the same stream', () => {
    const [a, b] = [uniform(1)([4], createRandom(3)), uniform(1)([4], createRandom(3))];
    expect(Array.from(a.dataSync<'float32'>())).toEqual(Array.from(b.dataSync<'float32'>()));
    a.dispose();
    b.dispose();
  });
});
