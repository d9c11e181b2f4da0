import { describe, expect, expectTypeOf, it } from 'vitest';
import { expectNames, expectOneOf, expectOptions, type OptionNames } from '@halp/random/check';

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

describe('options', () => {
  interface Options {
    readonly seed: number;
    readonly epochs?: number | undefined;
  }
  const names: OptionNames<Options> = { seed: true, epochs: true };
  const plain = (options: unknown): Options => expectOptions('f', options as Options, names);

  it('are returned if every name is known; undefined ones are ignored', () => {
    const options = { seed: 1, epoch: undefined };
    expect(plain(options)).toBe(options);
  });

  it('are refused with a misspelt name, also one that every object has', () => {
    expect(() => plain({ seed: 1, epoch: 2 })).toThrow(
      new RangeError(
        "f: expected an option among seed, epochs, got 'epoch'; did you mean 'epochs'?",
      ),
    );
    expect(() => plain({ seed: 1, toString: 2 })).toThrow(/got 'toString'$/);
    expect(() => plain([])).toThrow(
      new TypeError('f: expected an object with options among seed, epochs, got an array of 0'),
    );
  });

  it('have a list that the compiler checks: nothing is missing, nothing more', () => {
    // @ts-expect-error: epochs is missing
    const less: OptionNames<Options> = { seed: true };
    // @ts-expect-error: epoch is no option
    const more: OptionNames<Options> = { seed: true, epochs: true, epoch: true };
    expect([less, more]).toHaveLength(2);
    expectTypeOf<keyof OptionNames<Options | { readonly kind: string }>>().toEqualTypeOf<
      'seed' | 'epochs' | 'kind'
    >();
  });
});
