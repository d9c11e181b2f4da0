import { describe, expect, it } from 'vitest';
import { nearestName } from '@halp/random/check';

describe('the name that a misspelt one may mean', () => {
  const names = ['queueSize', 'temperature', 'momentum', 'weight'];

  it.each([
    ['queuesize', 'queueSize'],
    ['temprature', 'temperature'],
    ['momentm', 'momentum'],
    ['wieght', 'weight'],
  ])('of %s is %s', (got, expected) => {
    expect(nearestName(got, names)).toBe(expected);
  });

  it('is the nearest of several, and the first of equals', () => {
    expect(nearestName('cat', ['cut', 'cats', 'cat'])).toBe('cat');
    expect(nearestName('cat', ['cut', 'cot'])).toBe('cut');
  });

  it('is none where more than a third of the characters differ', () => {
    expect(nearestName('lambda', names)).toBeUndefined();
    expect(nearestName('ab', ['xy'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('has other parts before it, on either side', () => {
    expect(nearestName('fc.weight', ['conv.weight', 'module.encoder_q.fc.weight'])).toBe(
      'module.encoder_q.fc.weight',
    );
    expect(nearestName('module.fc.weight', ['fc.weight', 'module.fc.bias'])).toBe('fc.weight');
  });

  it('is found among very long names in no time, by their last characters', () => {
    const long = `${'a'.repeat(1_000_000)}.weight`;
    expect(nearestName(`${'b'.repeat(1_000_000)}${long.slice(-64)}`, [long])).toBe(long);
  });
});
