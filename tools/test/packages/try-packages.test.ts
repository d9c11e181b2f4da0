import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { serveTarballs } from '../../packages/local-registry.ts';
import type { Manifest } from '../../packages/published.ts';
import { readmeExample } from '../../packages/readme-example.ts';
import { typeErrors } from '../../packages/type-errors.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'halp-try-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('serveTarballs', () => {
  it('answers like a registry: with a document, the tarball named in it, and 404 for unknown packages', async () => {
    const path = join(folderOf({ 'a.tgz': 'packed' }), 'a.tgz');
    const manifest: Manifest = { name: '@halp/a', version: '1.2.3', files: [], exports: {} };
    const { url, close } = await serveTarballs([{ manifest, path, integrity: 'sha512-x' }]);
    try {
      const document = (await (await fetch(`${url}@halp%2fa`)).json()) as {
        'dist-tags': object;
        versions: Record<string, Manifest & { dist: { tarball: string; integrity: string } }>;
      };
      expect(document['dist-tags']).toEqual({ latest: '1.2.3' });
      const { name, dist } = document.versions['1.2.3'] ?? {};
      expect([name, dist?.integrity]).toEqual(['@halp/a', 'sha512-x']);
      expect(await (await fetch(dist?.tarball ?? '')).text()).toBe('packed');
      expect((await fetch(`${url}@halp%2fb`)).status).toBe(404);
    } finally {
      close();
    }
  });
});

describe('readmeExample', () => {
  const readme = [
    '```sh\nnpm install @halp/a left\nnpx @halp/a doctor   # optional\n```',
    "```ts\nimport { writeFile } from 'node:fs/promises';\nimport { a } from '@halp/a/node';",
    "import type { Left } from 'left';\nimport 'right/now';\n```",
    '```sh\nnpm install right\n```',
  ].join('\n');

  it('returns the first commands, without comments, the first code block, and its imports that are not installed', () => {
    const path = join(folderOf({ 'README.md': readme }), 'README.md');
    const { commands, code, notInstalled } = readmeExample(path, '@halp/a');
    expect(commands).toEqual(['npm install @halp/a left', 'npx @halp/a doctor']);
    expect(code.split('\n')).toHaveLength(4);
    expect(notInstalled).toEqual(['right']);
  });
});

describe('typeErrors', () => {
  const declared = (text: string): Record<string, string> => ({
    'package.json': '{"type": "module"}',
    'node_modules/@halp/a/package.json': JSON.stringify({
      name: '@halp/a',
      type: 'module',
      exports: { types: './index.d.ts', default: './index.js' },
    }),
    'node_modules/@halp/a/index.d.ts': text,
    'main.ts': `import { a } from '@halp/a';\nexport const b: number = a;\n`,
  });

  it.each(['nodenext', 'bundler'] as const)(
    'finds no error in correct declarations, by %s',
    (mode) => {
      const project = folderOf(declared('export declare const a: number;'));
      expect(typeErrors(project, mode, { files: ['main.ts'], node: false })).toEqual([]);
    },
  );

  it('finds a wrong use of a package, with its line', () => {
    const project = folderOf(declared('export declare const a: string;'));
    const sources = { files: ['main.ts'], node: false };
    expect(typeErrors(project, 'nodenext', sources)).toEqual([
      "nodenext: main.ts:2: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it("finds declarations for browsers that need Node's types", () => {
    const project = folderOf(declared('export declare const a: number; export type B = Buffer;'));
    const sources = { files: ['main.ts'] };
    expect(typeErrors(project, 'bundler', { ...sources, node: true })).toEqual([]);
    expect(typeErrors(project, 'bundler', { ...sources, node: false }).join()).toMatch(
      /@halp\/a\/index\.d\.ts:1: Cannot find name 'Buffer'/,
    );
  });
});
