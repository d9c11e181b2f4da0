import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';

/**
 * Imports an entry in a browser, with all that it needs, so that it cannot lean on what Node alone has, such as `Buffer`.
 *
 * @param specifier - What is imported, `@halp/data`.
 * @param folder - The folder from which it is.
 * @returns What the browser objects to; empty if nothing.
 */
export async function loadInBrowser(
  specifier: string,
  folder: string,
  browser: Browser,
): Promise<readonly string[]> {
  const contents = `import * as entry from ${JSON.stringify(specifier)}; globalThis.loaded = entry;`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    platform: 'browser',
    conditions: [],
    write: false,
    logLevel: 'silent',
  });
  const page = await browser.newPage();
  const objections: string[] = [];
  page.on('pageerror', ({ message }) => objections.push(message));
  await page.addScriptTag({ content: outputFiles.map(({ text }) => text).join('') });
  if (!(await page.evaluate(() => 'loaded' in globalThis)) && objections.length === 0)
    objections.push('it was not loaded');
  await page.close();
  return objections;
}

/** A browser without a window. */
export async function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
