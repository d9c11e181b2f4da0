import { describe, expect, it } from 'vitest';
import { flagOf, nameFlagsIn, withFlags } from '../src/terminal/option-flags.ts';

describe('withFlags', () => {
  it('writes the options of prepare as flags of the command', () => {
    expect(flagOf('missingList')).toBe('--missing-list');
    expect(withFlags('expected option raw (a .pkl file), got none')).toBe(
      'expected --raw (a .pkl file), got none',
    );
    expect(withFlags('the smallest label is 1; prepare with option labelsFrom = 1')).toBe(
      'the smallest label is 1; prepare with --labels-from 1',
    );
  });

  it('leaves other words unchanged', () => {
    expect(withFlags('expected option toString, an option labelled so')).toBe(
      'expected option toString, an option labelled so',
    );
  });

  it('keeps the class of an error', () => {
    const error = new RangeError('prepare own: expected option channels for arrays only');
    nameFlagsIn(error);
    expect(error).toEqual(new RangeError('prepare own: expected --channels for arrays only'));
  });
});
