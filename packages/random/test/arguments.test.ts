import { describe, expect, it } from 'vitest';
import { expectNames, expectOneOf } from '@halp/random/check';

describe('an unknown name', () => {
  const known = ['epochs', 'seed'];

  it('is refused with the known names, and with the most similar one if there is one', () => {
    expect(() => expectOneOf('f', 'an option', 'epoch', known)).toThrow(
      new RangeError(
        "f: expected an option among epochs, seed, got 'epoch'; did you mean 'epochs'?",
      ),
    );
    expect(() => expectOneOf('f', 'an option', 'temperature', known)).toThrow(
      new RangeError("f: expected an option among epochs, seed, got 'temperature'"),
    );
    expect(() => expectOneOf('f', 'an option', 7 as never, known)).toThrow(
      new RangeError('f: expected an option among epochs, seed, got 7'),
    );
  });

  it('of a field is refused unless the field is undefined', () => {
    expect(() =>
      expectNames('f', 'an option', { seed: 1, epochs: undefined }, known),
    ).not.toThrow();
    expect(() => expectNames('f', 'an option', { other: undefined }, known)).not.toThrow();
    expect(() => expectNames('f', 'an option', { sed: 1 }, known)).toThrow(
      new RangeError("f: expected an option among epochs, seed, got 'sed'; did you mean 'seed'?"),
    );
  });
});
