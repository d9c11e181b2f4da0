import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cudaLibraries, libraryFolder, linkFlags } from '../library/library.ts';
import { requireTexts } from '../machine/arguments.ts';
import type { NativePackage } from '../machine/locate.ts';
import { NativeError } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { lastWords, runProgram } from '../machine/program.ts';
import { packageFolder } from '../package-folder.ts';

/** The names of the compiled files: the package's own binding, and the add-on of `startupAddon`. */
const BINDING = 'tfjs_binding.node';
const STARTUP = 'startup.node';

/** A file in the same folder: the paths of the libraries to load first, if there are any. */
const BEFORE = 'before.json';

const FLAGS = ['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'];

/**
 * Refuses a machine without a C++ compiler.
 *
 * @throws NativeError `no-compiler`.
 */
export async function requireCompiler({ env, signal }: Settings): Promise<void> {
  const command = compiler(env);
  const result = await runProgram(command, ['--version'], { env, signal });
  if (result.ok) return;
  const got = result.found ? lastWords(result, 1) : 'none';
  throw new NativeError(
    'no-compiler',
    `expected the C++ compiler ${command} on PATH, got ${got}`,
    'install one (apt-get install g++), or choose another with CXX',
  );
}

function compiler(env: NodeJS.ProcessEnv): string {
  return env['CXX'] ?? 'g++';
}

/**
 * The cache folder of the compiled binding of a package: one for each version of the package, of Node-API and of the
 * library, shared by all projects.
 */
export async function bindingFolder(found: NativePackage, settings: Settings): Promise<string> {
  const hash = createHash('sha256');
  for (const part of [settings.wheel.sha256 ?? '', libraryFolder(settings), ...FLAGS])
    hash.update(`${part}\0`);
  for (const file of await sources(found)) hash.update(await readFile(file));
  hash.update(await readFile(startupSource()));
  return join(
    settings.cache,
    'bindings',
    `tfjs-${found.version}-napi-v8-${hash.digest('hex').slice(0, 16)}`,
  );
}

async function sources({ folder }: NativePackage): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'binding')).catch((): string[] => []);
  const found = names.filter((name) => /\.(cc|h)$/.test(name)).sort();
  if (found.length > 0) return found.map((name) => join(folder, 'binding', name));
  throw new NativeError(
    'compile-failed',
    `expected the sources of a binding in ${folder}/binding, got none`,
    'install the package again: npm install --ignore-scripts',
  );
}

function startupSource(): string {
  return fileURLToPath(new URL('native/startup.cc', packageFolder));
}

/**
 * Compiles a package's own binding against the kept library, into a folder that appears whole or not at all.
 *
 * Node-API's headers come from npm, not from the machine's Node, which may have none.
 *
 * @param scratch - an empty folder on the cache's disk.
 * @throws NativeError `compile-failed`.
 */
export async function compileBinding(
  found: NativePackage,
  target: string,
  scratch: string,
  settings: Settings,
): Promise<void> {
  settings.onProgress({
    step: 'compile',
    message: `compiling the binding of ${found.name} ${found.version}`,
  });
  const output = join(scratch, 'binding');
  await mkdir(output);
  const all = await sources(found);
  await compile(
    join(output, BINDING),
    all.filter((file) => file.endsWith('.cc')),
    settings,
    [
      ...[`-I${join(libraryFolder(settings), 'include')}`, `-I${found.folder}`],
      ...linkFlags(settings),
    ],
  );
  await compile(join(output, STARTUP), [startupSource()], settings, []);
  await writeFile(join(output, BEFORE), JSON.stringify(await cudaLibraries(settings)));
  await mkdir(dirname(target), { recursive: true });
  await rm(target, { recursive: true, force: true });
  await rename(output, target);
}

/** Runs the compiler with the flags of every add-on.
 *
 * @throws NativeError `compile-failed`.
 */
export async function compile(
  output: string,
  files: readonly string[],
  settings: Settings,
  more: readonly string[],
): Promise<void> {
  const { env, signal } = settings;
  const args = [...FLAGS, `-I${nodeApiHeaders()}`, ...files, '-o', output, ...more];
  const result = await runProgram(compiler(env), args, { env, signal });
  if (result.ok && existsSync(output)) return;
  const said =
    result.stderr.split('\n').find((line) => line.includes('error')) ?? lastWords(result);
  throw new NativeError(
    'compile-failed',
    `expected ${compiler(env)} to compile ${basename(output)}, got: ${said}`,
    'use g++ 9 or newer (CXX names another one)',
  );
}

function nodeApiHeaders(): string {
  return join(
    dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')),
    'include',
  );
}

/** Whether the compiled binding is in the cache. */
export function hasBinding(folder: string): boolean {
  return [BINDING, STARTUP, BEFORE].every((name) => existsSync(join(folder, name)));
}

/**
 * The add-on in the folder of a package's binding that suppresses what TensorFlow's library prints while it is
 * loaded, and loads the libraries that must come first; the file may be missing.
 */
export function startupAddon(found: NativePackage): string {
  requireTexts('startupAddon', 'a package that locateNative found', found, ['folder', 'binding']);
  const { binding } = found;
  return join(dirname(binding), STARTUP);
}

/** The file with the paths of the libraries to load before a package's binding; it may be missing. */
export function librariesBefore({ binding }: NativePackage): string {
  return join(dirname(binding), BEFORE);
}

/** Copies a kept binding to where the package looks for it; each file is whole at any moment. */
export async function placeBinding(folder: string, found: NativePackage): Promise<void> {
  await mkdir(dirname(found.binding), { recursive: true });
  for (const [name, target] of [
    [STARTUP, startupAddon(found)],
    [BEFORE, librariesBefore(found)],
    [BINDING, found.binding],
  ] as const) {
    const part = `${target}.${randomUUID()}.part`;
    try {
      await copyFile(join(folder, name), part);
      await rename(part, target);
    } finally {
      await rm(part, { force: true });
    }
  }
}

/** Removes the binding from the package. */
export async function removeBinding(found: NativePackage): Promise<void> {
  await rm(found.binding, { force: true });
  await rm(startupAddon(found), { force: true });
  await rm(librariesBefore(found), { force: true });
}
