import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../', import.meta.url));

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** The browser: `HALP_BROWSER` or the usual paths. */
export function findBrowser(): string | undefined {
  const named = process.env['HALP_BROWSER'];
  const places = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return (named === undefined ? places : [named]).find((path) => existsSync(path));
}

/** The site, built and served. */
export interface Site {
  /** Its URL, without a trailing slash. */
  readonly address: string;
  /** The paths of its pages, without the API. */
  readonly pages: readonly string[];
  /** Stops the server and removes the build. */
  close(): Promise<void>;
}

/** Serves the site: of the folder `HALP_BUILT_SITE`, which `vitepress build` wrote, or built into a new one. */
export async function openSite(): Promise<Site> {
  const built = process.env['HALP_BUILT_SITE'];
  const folder = built ?? (await mkdtemp(join(tmpdir(), 'halp-docs-')));
  if (built === undefined) await build(folder);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    readFile(join(folder, normalize(path))).then(
      (bytes) => {
        response
          .writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' })
          .end(bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages: readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.html') && !path.startsWith('api') && path !== '404.html')
      .sort(),
    async close() {
      server.closeAllConnections();
      server.close();
      if (built === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Built in a separate process, because Vue would be built for vitest's test environment here. */
async function build(folder: string): Promise<void> {
  const program = join(repository, 'node_modules/vitepress/bin/vitepress.js');
  const env = { ...process.env };
  delete env['NODE_ENV'];
  delete env['VITEST'];
  const child = spawn(process.execPath, [program, 'build', 'docs', '--outDir', folder], {
    cwd: repository,
    env,
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (words += text));
  }
  const status = await new Promise((resolve) => child.once('exit', resolve));
  if (status !== 0) throw new Error(`vitepress build docs: ${words}`);
}
