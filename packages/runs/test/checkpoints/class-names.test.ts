import { describe, expect, it } from 'vitest';
import { dataSets } from '@halp/data/node';
import { classNamesOf } from '../../src/checkpoints/class-names.ts';
import { tinyMoco } from '../tiny.ts';

const named = (name: string) => ({ data: { ...tinyMoco.data, name } });

describe('classNamesOf', () => {
  it('returns the class names of every data set whose copies share them', () => {
    const known = dataSets.filter(({ classes }) => classes !== undefined);
    expect(known.length).toBeGreaterThan(5);
    for (const { name, classes = [] } of known) {
      expect(classNamesOf(named(name), classes.length)).toBe(classes);
    }
  });

  it('returns numbers if the names are unknown or their count differs', () => {
    expect(classNamesOf(named('mine'), 3)).toEqual(['0', '1', '2']);
    expect(classNamesOf(named('nw-ucla'), 2)).toEqual(['0', '1']);
  });
});
