import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../../../docs/test/site.ts';
import { bundleEntry } from '../../browser/bundle.ts';
import { loadInBrowser, startBrowser } from '../../browser/load.ts';
import { browserLine, problemOfLine, withLine } from '../../browser/readme-line.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A project folder with these files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'halp-browser-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('bundleEntry', () => {
  it("lists the import chains from an entry to Node's modules", async () => {
    const folder = project({
      'node_modules/deep/package.json': '{"name": "deep", "main": "index.js", "type": "module"}',
      'node_modules/deep/index.js': `export { read } from './read.js'; export const two = 2;`,
      'node_modules/deep/read.js': `import fs from 'fs'; import 'node:path'; export const read = fs.read;`,
    });
    const { nodeChains } = await bundleEntry('deep', 'browser', folder);
    const way = 'node_modules/deep/index.js → node_modules/deep/read.js';
    expect(nodeChains).toEqual([`${way} → fs`, `${way} → node:path`]);
  });

  it("respects a package's replacements for browsers", async () => {
    const folder = project({
      'node_modules/mapped/package.json':
        '{"name": "mapped", "main": "index.js", "browser": {"fs": false}}',
      'node_modules/mapped/index.js': `exports.fs = require('fs');`,
    });
    const { nodeChains } = await bundleEntry('mapped', 'browser', folder);
    expect(nodeChains).toEqual([]);
  });

  it('rejects a package for Node only in a browser bundle', async () => {
    const exports = { '.': { types: './index.d.ts', browser: null, default: './index.js' } };
    const folder = project({
      'node_modules/servers/package.json': JSON.stringify({ name: 'servers', exports }),
      'node_modules/servers/index.js': `import 'node:http';`,
    });
    await expect(bundleEntry('servers', 'browser', folder)).rejects.toThrow(/resolve "servers"/);
    const { nodeChains } = await bundleEntry('servers', 'node', folder);
    expect(nodeChains).toEqual(['node_modules/servers/index.js → node:http']);
  });

  it('measures the bundle without TensorFlow.js', async () => {
    const text = 'x'.repeat(5000);
    const folder = project({
      'node_modules/tensors/package.json': '{"name": "tensors", "module": "index.js"}',
      'node_modules/tensors/index.js': `export { add } from '@tensorflow/tfjs-core'; export const text = '${text}';`,
    });
    const { minified, gzipped, usesTensorFlow } = await bundleEntry('tensors', 'browser', folder);
    expect(minified).toBeGreaterThan(5000);
    expect(minified).toBeLessThan(5200);
    expect(gzipped).toBeLessThan(250);
    expect(usesTensorFlow).toBe(true);
  });
});

describe.skipIf(findBrowser() === undefined)('loadInBrowser', () => {
  it('reports globals of Node that an entry uses', async () => {
    const folder = project({
      'node_modules/bytes/package.json': '{"name": "bytes", "module": "index.js"}',
      'node_modules/bytes/index.js': `export const none = Buffer.alloc(0);`,
      'node_modules/sound/package.json': '{"name": "sound", "module": "index.js"}',
      'node_modules/sound/index.js': `export const none = new Uint8Array(0);`,
    });
    const browser = await startBrowser(findBrowser() as string);
    try {
      expect(await loadInBrowser('bytes', folder, browser)).toEqual(['Buffer is not defined']);
      expect(await loadInBrowser('sound', folder, browser)).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe('the line on browser sizes in a README', () => {
  const facts = {
    size: { minified: 96075, gzipped: 33911 },
    usesTensorFlow: false,
    needNode: ['@halp/data/node'],
  };
  const readme = '# A\n\n```sh\nnpm install a\n```\n\n```ts\nimport "a";\n```\n';

  it('follows the installation, and is replaced only if it is outdated', () => {
    const line = 'In a browser: 34 kB gzipped, 96 kB minified; `@halp/data/node` needs Node.';
    const written = withLine(readme, facts);
    expect(written).toBe(readme.replace('a\n```\n\n```ts', `a\n\`\`\`\n\n${line}\n\n\`\`\`ts`));
    const near = { ...facts, size: { minified: 99000, gzipped: 35000 } };
    expect(withLine(written, near)).toBe(written);
    const far = { ...facts, size: { minified: 120_000, gzipped: 33911 } };
    expect(withLine(written, far)).toContain('34 kB gzipped, 120 kB minified;');
  });

  it('is rejected if it is missing, off by more than 5 %, or has other packages', () => {
    expect(problemOfLine(readme, facts)).toMatch(/^expected the line "In a browser: 34 kB/);
    const written = withLine(readme, facts);
    expect(problemOfLine(written, facts)).toBeUndefined();
    const grown = { ...facts, size: { minified: 96075, gzipped: 36_500 } };
    expect(problemOfLine(written, grown)).toMatch(/got "In a browser: 34 kB/);
    expect(problemOfLine(written, { ...facts, needNode: [] })).toMatch(/^expected/);
    expect(problemOfLine(written, { usesTensorFlow: false, needNode: [] })).toMatch(/not for/);
  });

  it('shows a decimal for small sizes', () => {
    const small = { size: { minified: 4054, gzipped: 1917 }, usesTensorFlow: true, needNode: [] };
    expect(browserLine(small)).toBe(
      'In a browser: 1.9 kB gzipped, 4.1 kB minified, without TensorFlow.js.',
    );
  });
});
