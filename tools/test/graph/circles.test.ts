import { describe, expect, it } from 'vitest';
import { circlesOf } from '../../graph/circles.ts';

const circles = (imports: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  circlesOf(new Map(Object.entries(imports)), new Set(['index.ts', 'check.ts']));

describe('circles of imports', () => {
  it('has none where files and rooms import in one direction', () => {
    expect(
      circles({
        'index.ts': ['top.ts', 'gru/layer.ts', 'norm/norm.ts'],
        'top.ts': ['gru/layer.ts'],
        'gru/layer.ts': ['norm/norm.ts', 'gru/gates.ts'],
        'gru/gates.ts': [],
        'norm/norm.ts': [],
      }),
    ).toEqual([]);
  });

  it('finds files that import each other, however far apart, and a file that imports itself', () => {
    expect(circles({ 'a.ts': ['b.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'] })).toEqual([
      'circle of files: a.ts -> b.ts -> c.ts -> a.ts',
    ]);
    expect(circles({ 'a.ts': ['a.ts'] })).toEqual(['circle of files: a.ts -> a.ts']);
    expect(circles({ 'check.ts': ['a.ts'], 'a.ts': ['check.ts'] })).toEqual([
      'circle of files: check.ts -> a.ts -> check.ts',
    ]);
  });

  it('finds rooms that import each other through different files, and says which', () => {
    expect(
      circles({ 'x/a.ts': ['y/b.ts'], 'y/b.ts': [], 'y/c.ts': ['x/d.ts'], 'x/d.ts': [] }),
    ).toEqual(['circle of rooms: x -> y -> x (x/a.ts imports y/b.ts, y/c.ts imports x/d.ts)']);
    expect(
      circles({ 'x/a.ts': ['y/b.ts'], 'y/c.ts': ['z/e.ts'], 'z/f.ts': ['x/d.ts'] }),
    ).toHaveLength(1);
  });

  it('takes files outside of rooms as below a room or above it, never both', () => {
    expect(circles({ 'top.ts': ['x/a.ts'], 'x/b.ts': ['low.ts'] })).toEqual([
      'circle of rooms: . -> x -> . (top.ts imports x/a.ts, x/b.ts imports low.ts)',
    ]);
    expect(circles({ 'top.ts': ['x/a.ts'], 'y/b.ts': ['low.ts'], 'x/a.ts': [] })).toEqual([]);
  });

  it('lets an entry point import every room', () => {
    expect(circles({ 'index.ts': ['x/a.ts'], 'x/b.ts': ['low.ts'] })).toEqual([]);
  });
});
