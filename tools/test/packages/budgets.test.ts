import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Budget, budgetFor, excesses, withSizes } from '../../packages/budgets.ts';
import { installedBy } from '../../packages/installed.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const budget: Budget = { browserKB: 10, importRatio: 0.5, installMB: 2, installPackages: 3 };

describe('a budget', () => {
  it('accepts equal or lower costs, and rejects higher ones', () => {
    expect(excesses('a', budget, budget)).toEqual([]);
    expect(excesses('a', { ...budget, installMB: 2.1, installPackages: 4 }, budget)).toEqual([
      'a: expected at most 2 MB installed, got 2.10',
      'a: expected at most 3 packages installed, got 4.00',
    ]);
    expect(excesses('a', { ...budget, browserKB: 11, importRatio: 0.6 }, budget)).toHaveLength(2);
  });

  it('has no browser size if and only if the package needs Node', () => {
    const forNode = { ...budget, browserKB: null };
    expect(excesses('a', forNode, forNode)).toEqual([]);
    expect(excesses('a', forNode, budget)).toHaveLength(1);
    expect(excesses('a', budget, forNode)).toHaveLength(1);
  });

  it('is required of every package', () => {
    expect(excesses('a', budget, undefined)[0]).toMatch(/^a: expected a budget, got none/);
  });

  it('leaves room for small changes, but not for another package', () => {
    const made = budgetFor({ ...budget, browserKB: 10.01, importRatio: 0.1 });
    expect(made).toEqual({ browserKB: 12, importRatio: 0.3, installMB: 2.2, installPackages: 3 });
  });
});

it('the table of a README has one row per budget, and is replaced between its markers', () => {
  const readme = 'a\n<!-- sizes, by npm run budgets -->\nold\n<!-- end of sizes -->\nb\n';
  const written = withSizes(readme, { '@halp/a': budget, c: { ...budget, browserKB: null } });
  expect(written).toMatch(/\| `@halp\/a` +\| +10 kB \| +2 MB, 3 \| +0\.5 \|\n/);
  expect(written).toMatch(/\| `c` +\| +for Node \|/);
  expect(written).not.toContain('old');
  expect(withSizes(written, { '@halp/a': budget, c: { ...budget, browserKB: null } })).toBe(
    written,
  );
});

describe('installedBy', () => {
  const files = {
    'a/package.json': JSON.stringify({
      ...{ name: '@halp/a', files: ['dist'] },
      dependencies: { b: '1' },
      peerDependencies: { c: '1', d: '1' },
      peerDependenciesMeta: { d: { optional: true } },
    }),
    'a/dist/index.js': 'x'.repeat(1000),
    'a/test/not-published.ts': 'x'.repeat(10_000),
    'node_modules/b/package.json': JSON.stringify({ name: 'b', dependencies: { c: '1' } }),
    'node_modules/b/node_modules/c/package.json': JSON.stringify({ name: 'c' }),
    'node_modules/b/node_modules/c/old.js': 'x'.repeat(100),
    'node_modules/c/package.json': JSON.stringify({ name: 'c' }),
    'node_modules/d/package.json': JSON.stringify({ name: 'd' }),
  };

  function folderOf(): string {
    const folder = mkdtempSync(join(tmpdir(), 'halp-installed-'));
    folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  it('counts published files, every version of a dependency, and required peers', () => {
    const manifests = [
      ...['a/package.json', 'node_modules/b/package.json'],
      ...['node_modules/b/node_modules/c/package.json', 'node_modules/c/package.json'],
    ] as const;
    const size = manifests.reduce((sum, path) => sum + files[path as keyof typeof files].length, 0);
    expect(installedBy(join(folderOf(), 'a'))).toEqual({ packages: 4, bytes: size + 1100 });
  });

  it('throws if a dependency is missing', () => {
    const folder = folderOf();
    rmSync(join(folder, 'node_modules/b'), { recursive: true });
    expect(() => installedBy(join(folder, 'a'))).toThrow(
      /^installedBy: expected b for .*, got none/,
    );
  });
});
