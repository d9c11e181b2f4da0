import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../packages/published.ts';
import { withDependencies } from '../../packages/with-dependencies.ts';

const manifest = (name: string, needs: Partial<Manifest> = {}): Manifest => ({
  name,
  version: '0.0.0',
  files: [],
  exports: {},
  ...needs,
});

describe('the packages that a project needs for some of ours', () => {
  const packages = [
    manifest('a', { dependencies: { b: '1', tensorflow: '4' } }),
    manifest('b', { peerDependencies: { c: '1' } }),
    manifest('c', { optionalDependencies: { a: '1' } }),
    manifest('d'),
  ];

  it('are they and what they need, of any kind, in a circle too, but no package of others', () => {
    expect([...withDependencies(['a'], packages)].sort()).toEqual(['a', 'b', 'c']);
    expect([...withDependencies(['d'], packages)]).toEqual(['d']);
  });
});
