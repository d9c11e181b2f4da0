import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClose, expectGradientClose, fixturePath, golden } from '@halp/testing';
import { findBrowser } from '../../../docs/test/site.ts';
import { type GoldenFiles, type Work, work } from './work-in-browser.ts';

const executablePath = findBrowser();
if (executablePath === undefined) {
  console.warn('no Chromium found (HALP_BROWSER names one); nothing is computed in a browser');
}

const base64 = (name: string): string => readFileSync(fixturePath(name)).toString('base64');
const files: GoldenFiles = {
  bigru: base64('bigru.safetensors'),
  generator: base64('generator_lambda_0_8.safetensors'),
};

/** The backends of a page: on a graphics card, emulated in software here, or on the processor. */
type PageBackend = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** The server and the browser of the tests. */
export interface Pages {
  readonly browser: Browser;
  /** The address of the page, with a trailing slash. */
  readonly address: string;
}

/** Compares the results of a page on each of these backends with the authors' numbers and with Node; `more` adds tests. */
export function inBrowserTests(
  backends: readonly PageBackend[],
  more: (pages: () => Pages) => void = () => undefined,
): void {
  // Chromium may be missing locally; CI installs it.
  describe.skipIf(executablePath === undefined)('in a browser, compared with Node', () => {
    let server: Server;
    let browser: Browser;
    let address = '';
    let inNode: Work;
    beforeAll(async () => {
      inNode = await work('wasm', files);
      server = await serve(await bundle());
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      browser = await chromium.launch({
        executablePath: executablePath as string,
        // WebGL and WebGPU without a graphics card.
        args: [
          ...['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
          ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
          '--enable-features=Vulkan',
        ],
      });
    });
    afterAll(async () => {
      await browser?.close();
      server?.close();
    });

    it.each(backends)('computes the golden cases and a step of HaLP on %s', async (name) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(300_000);
      const problems: string[] = [];
      page.on('pageerror', ({ message }) => problems.push(message));
      await page.goto(address);
      const result = (await page.evaluate(
        ([backend, given]) =>
          (
            globalThis as unknown as { program: { work: (...all: unknown[]) => Promise<unknown> } }
          ).program.work(backend, given, './'),
        [name, files] as const,
      )) as Work;
      await page.close();
      expect(problems).toEqual([]);
      expect(result.backend).toBe(name);
      expect(result.left).toBe(0);

      const authors = golden('bigru').arrays;
      for (const key of ['feature_eval', 'out_train']) {
        const expected = Array.from(authors[key]?.data ?? [], Number);
        expectClose(result.golden[key] ?? [], expected, { relative: 1e-4, absolute: 1e-6 });
      }
      const { positives } = golden('generator_lambda_0_8').arrays;
      const expected = Array.from(positives?.data ?? [], Number);
      // GLSL leaves the precision of sine and arc functions to the driver: SwiftShader's error is 1e-4. WebGPU uses this package's own functions.
      const coarse = name === 'webgl';
      expectClose(result.golden['positives'] ?? [], expected, { absolute: coarse ? 5e-4 : 5e-6 });

      expect(Object.keys(result.step)).toEqual(Object.keys(inNode.step));
      expect(Math.abs(result.step['halp']?.[0] ?? 0)).toBeGreaterThan(1);
      for (const [key, data] of Object.entries(inNode.step)) {
        const [actual, shape] = [result.step[key] ?? [], [data.length]];
        const close = { relative: coarse ? 1e-3 : 1e-4, absolute: 1e-6 };
        expectGradientClose({ shape, data: actual }, { shape, data }, close);
      }
    });

    more(() => ({ browser, address }));
  });
}

/** The program as one script, bundled from the sources for browsers. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('work-in-browser.ts', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'program',
    conditions: ['@halp/source'],
    write: false,
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** A page with the script, and the WebAssembly files next to it. */
async function serve(script: string): Promise<Server> {
  const path = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  const folder = join(dirname(path), 'dist');
  const server = createServer(({ url = '/' }, response) => {
    if (['/', '/bare/'].includes(url) || url.startsWith('/pages/')) {
      // As a server of a single-page app answers every path.
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>work</title><script src="/program.js"></script>');
    } else if (url === '/program.js') {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(script);
    } else if (/^\/[\w-]+\.wasm$/.test(url)) {
      response.setHeader('content-type', 'application/wasm');
      response.end(readFileSync(join(folder, url)));
    } else response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
