import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeDeclarations } from '../../packages/declarations.ts';
import { problemsOfContents } from '../../packages/packed-files.ts';
import type { Manifest } from '../../packages/published.ts';
import { removeOwnSources } from '../../packages/source-maps.ts';
import { publishedManifest, publishedReadme, repositoryAddress } from '../../packages/stage.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'halp-packed-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const repository = 'https://github.com/example/halp';

describe('publishedManifest', () => {
  const manifest: Manifest = {
    ...{ name: '@halp/a', version: '1.2.3', files: ['dist'] },
    exports: {
      '.': {
        browser: { '@halp/source': './src/b.ts', types: './dist/b.d.ts', default: './dist/b.js' },
        ...{ '@halp/source': './src/a.ts', types: './dist/a.d.ts', default: './dist/a.js' },
      },
      './package.json': './package.json',
    } as Manifest['exports'],
    scripts: { build: 'tsup' },
    dependencies: { left: '1.0.0' },
    devDependencies: { '@halp/testing': '0.0.0' },
    publishConfig: { access: 'public', directory: '.packed' },
  };

  it('removes everything that only the workspace uses, and keeps all other conditions', () => {
    expect(publishedManifest(manifest, 'packages/a')).toEqual({
      ...{ name: '@halp/a', version: '1.2.3', files: ['dist'] },
      exports: {
        '.': {
          browser: { types: './dist/b.d.ts', default: './dist/b.js' },
          ...{ types: './dist/a.d.ts', default: './dist/a.js' },
        },
        './package.json': './package.json',
      },
      dependencies: { left: '1.0.0' },
      publishConfig: { access: 'public' },
    });
  });

  it('contains the repository of the GitHub workflow', () => {
    const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'example/halp' };
    expect(repositoryAddress(env)).toBe(repository);
    expect(repositoryAddress({})).toBeUndefined();
    expect(publishedManifest(manifest, 'packages/a', repository)).toMatchObject({
      repository: { type: 'git', url: `git+${repository}.git`, directory: 'packages/a' },
    });
  });
});

describe('publishedReadme', () => {
  const readme = [
    'See [runs](../runs/README.md#in-a-browser), [docs](../../docs), [below](#below), [web](https://a.b/).',
    '```ts',
    "const text = '[runs](../runs/README.md)';",
    '```',
    'And [files](src/index.ts).',
  ];

  it('links to the repository, with blob URLs for files and tree URLs for folders, outside code', () => {
    expect(publishedReadme(readme.join('\n'), 'packages/files', repository).split('\n')).toEqual([
      `See [runs](${repository}/blob/main/packages/runs/README.md#in-a-browser), [docs](${repository}/tree/main/docs), [below](#below), [web](https://a.b/).`,
      ...readme.slice(1, 4),
      `And [files](${repository}/blob/main/packages/files/src/index.ts).`,
    ]);
  });

  it('keeps only the link texts if the repository is unknown', () => {
    expect(publishedReadme(readme.join('\n'), 'packages/files').split('\n')).toEqual([
      'See runs, docs, [below](#below), [web](https://a.b/).',
      ...readme.slice(1, 4),
      'And files.',
    ]);
  });
});

describe('problemsOfContents', () => {
  const map = (sources: readonly string[], sourcesContent?: readonly string[]): string =>
    JSON.stringify({ version: 3, sources, sourcesContent, mappings: '' });
  const sound = {
    'package.json': JSON.stringify({
      name: '@halp/a',
      exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' } },
      dependencies: { left: '1.0.0', lazy: '1.0.0' },
      peerDependencies: { peer: '1.0.0' },
    }),
    'README.md': '# A\n\n[web](https://a.b/) and [below](#a)\n',
    'src/a.ts': '',
    'dist/a.js': `import 'left/now'; await import('lazy');\n//# sourceMappingURL=a.js.map\n`,
    'dist/a.js.map': map(['../src/a.ts']),
    'dist/a.d.ts': `import type { P } from 'peer';\n//# sourceMappingURL=a.d.ts.map`,
    'dist/a.d.ts.map': map(['../src/a.ts']),
  };
  const problemsOf = (changed: Readonly<Record<string, string>> = {}): string[] => {
    const files = { ...sound, ...changed };
    return problemsOfContents(folderOf(files), new Set(Object.keys(files)));
  };

  it('finds no problem in a correct package', () => {
    expect(problemsOf()).toEqual([]);
  });

  it("finds the workspace's export condition", () => {
    const manifest = sound['package.json'].replace(
      '"types"',
      '"@halp/source":"./src/a.ts","types"',
    );
    expect(problemsOf({ 'package.json': manifest })).toEqual([
      'package.json: expected no condition @halp/source',
    ]);
  });

  it('finds maps without packed or embedded sources, and declarations without a map', () => {
    expect(problemsOf({ 'dist/a.js.map': map(['../src/b.ts']) })).toEqual([
      'dist/a.js.map: leads to src/b.ts, which is neither packed nor in the map',
    ]);
    expect(problemsOf({ 'dist/a.js.map': map(['../src/b.ts'], ['text']) })).toEqual([]);
    expect(problemsOf({ 'dist/a.d.ts': 'export {};' })).toEqual([
      'dist/a.d.ts: expected a source map',
    ]);
    expect(problemsOf({ 'dist/a.d.ts': '//# sourceMappingURL=b.map' })).toEqual([
      'dist/a.d.ts: names dist/b.map, which is not packed',
    ]);
  });

  it('finds links to local files', () => {
    expect(problemsOf({ 'README.md': '# A\n\n[b](../b/README.md)\n' })).toEqual([
      'README.md:3: ../b/README.md leads nowhere outside the repository',
    ]);
  });

  it('finds dependencies used only by types or not at all, and undeclared dependencies of types', () => {
    const code = 'export {};\n//# sourceMappingURL=a.js.map\n';
    const types = `import type { L } from 'left';\nimport type { R } from 'right';\n//# sourceMappingURL=a.d.ts.map`;
    expect(problemsOf({ 'dist/a.js': code, 'dist/a.d.ts': types })).toEqual([
      'package.json: installs left, which only its types import',
      'package.json: installs lazy, which nothing imports',
      'package.json: its types import right, which is not declared',
    ]);
  });
});

describe('the build of a package', () => {
  it('removes the text of its own sources from its maps, and keeps that of other packages', () => {
    const map = (content: readonly (string | null)[], sources: readonly string[]): string =>
      JSON.stringify({ version: 3, sources, sourcesContent: content, mappings: 'AAAA' });
    const folder = folderOf({
      'own.js.map': map(['a'], ['../src/a.ts']),
      'mixed.js.map': map(['a', 'b'], ['../src/a.ts', '../../../node_modules/b/b.ts']),
    });
    removeOwnSources(folder);
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(read('own.js.map')).toEqual({ version: 3, sources: ['../src/a.ts'], mappings: 'AAAA' });
    expect(read('mixed.js.map')).toMatchObject({ sourcesContent: [null, 'b'] });
  });

  it('writes declarations that import .js files, with maps to the sources', () => {
    const folder = folderOf({
      'tsconfig.json': JSON.stringify({
        extends: join(process.cwd(), 'tsconfig.base.json'),
        compilerOptions: { rootDir: 'src', types: [] },
        include: ['src'],
      }),
      'package.json': '{"type": "module"}',
      'src/index.ts': `export { two } from './room/two.ts';\n`,
      'src/room/two.ts': `import type { One } from '../one.ts';\nexport const two = (one: One): One => one;\n`,
      'src/one.ts': 'export type One = 1;\n',
    });
    writeDeclarations(folder);
    const read = (path: string): string => readFileSync(join(folder, 'dist', path), 'utf8');
    expect(read('index.d.ts')).toContain(`export { two } from './room/two.js';`);
    expect(read('room/two.d.ts')).toContain(`import type { One } from '../one.js';`);
    expect(JSON.parse(read('room/two.d.ts.map'))).toMatchObject({
      sources: ['../../src/room/two.ts'],
    });
  });
});
