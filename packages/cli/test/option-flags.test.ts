import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/program.ts';
import { flagOf, namedOptions, withFlags } from '../src/terminal/option-flags.ts';

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

  it('writes the options of runs as flags of the commands', () => {
    expect(withFlags('add option allowModules, or fuse with option level = scores')).toBe(
      'add --allow-modules, or fuse with --level scores',
    );
    expect(withFlags('prepare own: expected option channels for arrays only')).toBe(
      'prepare own: expected --channels for arrays only',
    );
    const flags = new Set(
      createProgram().commands.flatMap(({ options }) => options.map(({ long }) => long)),
    );
    expect(namedOptions.filter((name) => !flags.has(flagOf(name)))).toEqual([]);
  });

  it('leaves other words unchanged', () => {
    expect(withFlags('expected option toString, an option labelled so')).toBe(
      'expected option toString, an option labelled so',
    );
  });
});
