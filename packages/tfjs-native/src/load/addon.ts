import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { arch, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { hasLibrary, libraryFolder, linkFlags } from '../library/library.ts';
import { requireOptions, requireTexts } from '../machine/arguments.ts';
import { NativeError } from '../machine/native-error.ts';
import { type NativeOptions, settingsOf } from '../machine/options.ts';
import { compile, requireCompiler } from './binding.ts';

/** A C++ add-on of Node that calls TensorFlow's library, such as one that registers operations. */
export interface Addon {
  /** The name of the compiled file, without extension. */
  readonly name: string;
  /** The folder of its sources; every file in it is part of the add-on's identity. */
  readonly folder: string;
  /** The files to compile, relative to the folder. */
  readonly sources: readonly string[];
  /** Folders of headers, relative to the folder; the folder itself is always one. */
  readonly include?: readonly string[];
  /** Options of the compiler, such as `-O3`. */
  readonly flags?: readonly string[];
}

/**
 * The path of a compiled add-on, linked with the kept library of TensorFlow; compiled first if no file is
 * kept for these sources, options, library and processor.
 *
 * `tensorflow/c/*.h` and Node-API's headers are on the include path. The file appears whole or not at all, even if two
 * processes compile it concurrently.
 *
 * @throws NativeError if the library is not kept, there is no compiler, or it refuses the sources.
 *
 * @example
 * ```ts
 * const path = await compileAddon({ name: 'ops', folder: '/srv/native', sources: ['ops.cc'], flags: ['-O3'] });
 * createRequire(import.meta.url)(path);
 * ```
 */
export async function compileAddon(addon: Addon, options: NativeOptions = {}): Promise<string> {
  requireTexts('compileAddon', 'an add-on', addon, ['name', 'folder']);
  const given: unknown = addon.sources;
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError('compileAddon: expected an add-on with sources, got none');
  }
  const settings = settingsOf(requireOptions('compileAddon', options));
  const { name, folder, sources, include = [], flags = [] } = addon;
  const library = libraryFolder(settings);
  const target = join(settings.cache, 'addons', `${name}-${await identity(addon, library)}.node`);
  if (existsSync(target)) return target;
  if (!(await hasLibrary(settings))) {
    throw new NativeError(
      'no-library',
      `expected TensorFlow's library in ${library}, got none`,
      'run: npx @halp/tfjs-native install',
    );
  }
  await requireCompiler(settings);
  settings.onProgress({ step: 'compile', message: `compiling ${name} for this processor` });
  await mkdir(dirname(target), { recursive: true });
  const scratch = await mkdtemp(join(dirname(target), '.compiling-'));
  try {
    const output = join(scratch, `${name}.node`);
    await compile(
      output,
      sources.map((file) => join(folder, file)),
      settings,
      [
        ...flags,
        ...[folder, ...include.map((each) => join(folder, each)), join(library, 'include')].map(
          (each) => `-I${each}`,
        ),
        ...linkFlags(settings),
      ],
    );
    await rename(output, target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return target;
}

/** A hash, sixteen hexadecimal digits, of everything that the compiled file depends on. */
async function identity({ folder, ...rest }: Addon, library: string): Promise<string> {
  const hash = createHash('sha256');
  // Compilers may be asked for code for this very processor.
  hash.update(JSON.stringify([rest, library, arch(), cpus()[0]?.model]));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  for (const file of files) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
