import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, defaultClientConditions, type InlineConfig, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../../docs/test/site.ts';
import { readDocument } from '../../docs/markdown.ts';

const executablePath = findBrowser();

/** The statement for a Vite project in the README of the package. */
function documentedStatement(): string {
  const { blocks } = readDocument('packages/backend/README.md');
  const found = blocks.filter(({ text }) => text.includes('import.meta.glob'));
  expect(found).toHaveLength(1);
  return found[0]?.text.split('\n\n')[0] ?? '';
}

// Chromium may be missing locally; CI installs it.
describe.skipIf(executablePath === undefined)('a Vite project', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'halp-vite-'));
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(root, 'node_modules'),
    );
    writeFileSync(
      join(root, 'index.html'),
      '<!doctype html><script type="module" src="/main.js"></script>',
    );
    writeFileSync(
      join(root, 'main.js'),
      [
        "import { startBackend } from '@halp/backend';",
        documentedStatement(),
        "document.title = await startBackend({ prefer: 'wasm', wasmFiles }).then(({ name }) => name, ({ message }) => message);",
      ].join('\n'),
    );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('starts wasm with the statement of the README', async () => {
    const common = {
      root,
      configFile: false,
      logLevel: 'error' as const,
      resolve: { conditions: ['@halp/source', ...defaultClientConditions] },
    } satisfies InlineConfig;
    await build({ ...common, build: { target: 'es2022' } });
    expect(
      readdirSync(join(root, 'dist/assets')).filter((name) => name.endsWith('.wasm')),
    ).toHaveLength(3);
    const server = await preview({ ...common, preview: { port: 0, host: '127.0.0.1' } });
    const browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await expect.poll(() => page.title()).not.toBe('');
      expect(await page.title()).toBe('wasm');
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
