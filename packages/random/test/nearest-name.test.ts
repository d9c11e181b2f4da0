import { describe, expect, it } from 'vitest';
import { nearestName } from '@halp/random/check';

describe('nearestName', () => {
  const names = ['queueSize', 'temperature', 'momentum', 'weight'];

  it.each([
    ['queuesize', 'queueSize'],
    ['temprature', 'temperature'],
    ['momentm', 'momentum'],
    ['wieght', 'weight'],
    ['ewight', 'weight'],
  ])('of %s is %s', (got, expected) => {
    expect(nearestName(got, names)).toBe(expected);
  });

  it('returns the nearest of several names, and the first of equally near names', () => {
    expect(nearestName('cat', ['cut', 'cats', 'cat'])).toBe('cat');
    expect(nearestName('cat', ['cut', 'cot'])).toBe('cut');
  });

  it('counts two swapped neighbours as one change', () => {
    expect(nearestName('tpo', ['top'])).toBe('top');
    expect(nearestName('pto', ['top'])).toBeUndefined();
  });

  it('returns undefined if more than a third of the characters differ', () => {
    expect(nearestName('lambda', names)).toBeUndefined();
    expect(nearestName('ab', ['xy'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('ignores a different prefix on either side', () => {
    expect(nearestName('fc.weight', ['conv.weight', 'module.encoder_q.fc.weight'])).toBe(
      'module.encoder_q.fc.weight',
    );
    expect(nearestName('module.fc.weight', ['fc.weight', 'module.fc.bias'])).toBe('fc.weight');
  });

  it('is fast for very long names: it compares only the last characters', () => {
    const long = `${'a'.repeat(1_000_000)}.weight`;
    expect(nearestName(`${'b'.repeat(1_000_000)}${long.slice(-64)}`, [long])).toBe(long);
  });
});
