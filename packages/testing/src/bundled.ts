import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

const bundles = new Map<string, Promise<string>>();

/**
 * The path of one module that contains a program of this workspace and all sources of the workspace that it imports, built
 * once for all tests of a process. Third-party packages are not included.
 *
 * For tests that start processes: from source, tsx transforms about 400 modules, which takes 4 to 5 processor seconds
 * at each start; the bundle starts in less than one second and takes 1.5 to build. `import.meta.url` stays the URL of
 * each source, so that files next to it, and worker threads, are found.
 *
 * @param source - The program, or a module that a script imports: the URL of a TypeScript file.
 * @returns The path of an `.mjs` file in the `.tsbuild` folder of the package.
 * @throws Error as esbuild reports it, if the program cannot be bundled.
 *
 * @example
 * ```ts
 * const program = await bundled(new URL('killed-training.ts', import.meta.url));
 * const child = spawn(process.execPath, [program, 'data', 'out']);
 * ```
 */
export function bundled(source: URL): Promise<string> {
  const path = fileURLToPath(source);
  const known = bundles.get(path) ?? bundle(path);
  bundles.set(path, known);
  return known;
}

async function bundle(entry: string): Promise<string> {
  // Imported only here: most tests start no process.
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@halp/source'],
    logLevel: 'silent',
    plugins: [workspace],
  });
  const folder = join(packageOf(entry), '.tsbuild', 'bundled');
  await mkdir(folder, { recursive: true });
  const name = basename(entry, '.ts');
  const path = join(folder, `${name}.mjs`);
  // Another process that builds the same bundle never sees a partial file.
  const temporary = join(folder, `${name}.${process.pid}.tmp`);
  await writeFile(temporary, outputFiles.map(({ text }) => text).join(''));
  await rename(temporary, path);
  return path;
}

const workspace: Plugin = {
  name: 'workspace',
  setup(bundling) {
    bundling.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@halp/') ? undefined : { path, external: true },
    );
    bundling.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

/** The folder of a file's package. */
function packageOf(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, 'package.json')) ? folder : packageOf(folder);
}
