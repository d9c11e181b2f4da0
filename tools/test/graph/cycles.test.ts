import { describe, expect, it } from 'vitest';
import { cyclesOf } from '../../graph/cycles.ts';

const cycles = (imports: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  cyclesOf(new Map(Object.entries(imports)), new Set(['index.ts', 'check.ts']));

describe('cycles of imports', () => {
  it('finds none if files and rooms import in one direction', () => {
    expect(
      cycles({
        'index.ts': ['top.ts', 'gru/layer.ts', 'norm/norm.ts'],
        'top.ts': ['gru/layer.ts'],
        'gru/layer.ts': ['norm/norm.ts', 'gru/gates.ts'],
        'gru/gates.ts': [],
        'norm/norm.ts': [],
      }),
    ).toEqual([]);
  });

  it('finds files that import each other at any distance, and a file that imports itself', () => {
    expect(cycles({ 'a.ts': ['b.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'] })).toEqual([
      'cycle of files: a.ts -> b.ts -> c.ts -> a.ts',
    ]);
    expect(cycles({ 'a.ts': ['a.ts'] })).toEqual(['cycle of files: a.ts -> a.ts']);
    expect(cycles({ 'check.ts': ['a.ts'], 'a.ts': ['check.ts'] })).toEqual([
      'cycle of files: check.ts -> a.ts -> check.ts',
    ]);
  });

  it('finds rooms that import each other through different files, and lists the imports', () => {
    expect(
      cycles({ 'x/a.ts': ['y/b.ts'], 'y/b.ts': [], 'y/c.ts': ['x/d.ts'], 'x/d.ts': [] }),
    ).toEqual(['cycle of rooms: x -> y -> x (x/a.ts imports y/b.ts, y/c.ts imports x/d.ts)']);
    expect(
      cycles({ 'x/a.ts': ['y/b.ts'], 'y/c.ts': ['z/e.ts'], 'z/f.ts': ['x/d.ts'] }),
    ).toHaveLength(1);
  });

  it('treats files outside of rooms as below or above a room, never both', () => {
    expect(cycles({ 'top.ts': ['x/a.ts'], 'x/b.ts': ['low.ts'] })).toEqual([
      'cycle of rooms: . -> x -> . (top.ts imports x/a.ts, x/b.ts imports low.ts)',
    ]);
    expect(cycles({ 'top.ts': ['x/a.ts'], 'y/b.ts': ['low.ts'], 'x/a.ts': [] })).toEqual([]);
  });

  it('allows an entry point to import every room', () => {
    expect(cycles({ 'index.ts': ['x/a.ts'], 'x/b.ts': ['low.ts'] })).toEqual([]);
  });
});
