import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchLibrary, libraryFolder } from '../library/library.ts';
import { bindingFolder, compileBinding, placeBinding, removeBinding } from '../load/binding.ts';
import { requireOptions } from '../machine/arguments.ts';
import type { NativePackage } from '../machine/locate.ts';
import { explainSystemError, NativeError } from '../machine/native-error.ts';
import { type NativeOptions, type Settings, settingsOf } from '../machine/options.ts';
import { thisMachine, untested } from '../machine/platform.ts';
import { type Needs, needsOf, requireMachine, requireTools } from './check.ts';
import { withLock } from './lock.ts';
import { ensurePackage } from './package.ts';
import { verifyBinding } from './verify.ts';

/** The result of `installNative`. */
export interface NativeInstallation {
  /** The package, with a working binding. */
  readonly package: NativePackage;
  /** The version of TensorFlow's library. */
  readonly tensorflow: string;
  /** Where the library is kept for all projects. */
  readonly library: string;
  /** What was done: `nothing`, a kept binding placed, the binding compiled, or the library fetched as well. */
  readonly did: 'nothing' | 'placed' | 'compiled' | 'fetched';
  /** The same for people, in one line. */
  readonly summary: string;
}

/**
 * Installs a working TensorFlow.js binding for Node and returns what was done.
 *
 * The package's own install script downloads a library that no longer exists. This takes it from TensorFlow's Python
 * wheel instead (pip downloads it; its SHA-256 is checked), compiles the package's own binding against it, and has a
 * separate process multiply two matrices. Library and binding are kept for all projects of this user, so that the
 * next installation takes a second. Fetched and compiled files appear whole or not at all.
 *
 * @throws NativeError with the cause and what to do.
 *
 * @example
 * ```ts
 * const { summary } = await installNative({ onProgress: ({ message }) => console.error(message) });
 * console.error(summary);
 * ```
 */
export async function installNative(options: NativeOptions = {}): Promise<NativeInstallation> {
  const settings = settingsOf(requireOptions('installNative', options));
  requireMachine(settings);
  const warning = untested(thisMachine(), settings.wheel.cuda);
  if (warning !== undefined) settings.onProgress({ step: 'package', message: warning });
  try {
    const found = await ensurePackage(settings);
    const present = found.bound ? await works(found, settings) : undefined;
    if (present !== undefined) return report(found, present, 'nothing', settings);
    return await provide(found, settings);
  } catch (error) {
    throw explainSystemError(error, settings.cache);
  }
}

async function works(found: NativePackage, settings: Settings): Promise<string | undefined> {
  try {
    return await verifyBinding(found, settings);
  } catch (error) {
    if (error instanceof NativeError) return undefined;
    throw error;
  }
}

async function provide(found: NativePackage, settings: Settings): Promise<NativeInstallation> {
  const kept = await needsOf(found, settings);
  if (!kept.library && !kept.binding) {
    await placeBinding(await bindingFolder(found, settings), found);
    const version = await works(found, settings);
    if (version !== undefined) return report(found, version, 'placed', settings);
    // It may come from another machine that shares this folder: compile it again.
    await removeBinding(found);
    await rm(await bindingFolder(found, settings), { recursive: true, force: true });
  }
  await requireTools(await needsOf(found, settings), settings);
  const done = await fill(found, settings);
  await placeBinding(await bindingFolder(found, settings), found);
  try {
    const version = await verifyBinding(found, settings);
    return report(
      found,
      version,
      done.library ? 'fetched' : done.binding ? 'compiled' : 'placed',
      settings,
    );
  } catch (error) {
    await removeBinding(found);
    throw error;
  }
}

/** Adds the missing parts to the cache; returns which ones. */
async function fill(found: NativePackage, settings: Settings): Promise<Needs> {
  const { cache, signal, onProgress } = settings;
  await mkdir(cache, { recursive: true });
  const onWait = (): void =>
    onProgress({ step: 'wait', message: 'waiting for another installation to finish' });
  const work = async (): Promise<Needs> => {
    const needs = await needsOf(found, settings);
    const scratch = await emptyScratch(cache);
    try {
      if (needs.library) await fetchLibrary(scratch, settings);
      if (needs.binding)
        await compileBinding(found, await bindingFolder(found, settings), scratch, settings);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return needs;
  };
  return withLock(join(cache, 'lock'), work, { onWait, signal });
}

/** A new folder for unfinished files. Those of dead processes are removed first: the lock guarantees that none is in use. */
async function emptyScratch(cache: string): Promise<string> {
  const old = (await readdir(cache)).filter((name) => name.startsWith('unfinished-'));
  await Promise.all(old.map((name) => rm(join(cache, name), { recursive: true, force: true })));
  const scratch = join(cache, `unfinished-${randomUUID()}`);
  await mkdir(scratch);
  return scratch;
}

function report(
  found: NativePackage,
  tensorflow: string,
  did: NativeInstallation['did'],
  settings: Settings,
): NativeInstallation {
  const library = libraryFolder(settings);
  const what = {
    nothing: 'was ready, nothing to do',
    placed: `uses the library kept in ${library}`,
    compiled: `has a newly compiled binding and uses the library kept in ${library}`,
    fetched: `has a newly compiled binding; its library was fetched into ${library}`,
  }[did];
  const summary = `${found.name} ${found.version} runs TensorFlow ${tensorflow}: it ${what}`;
  return { package: { ...found, bound: true }, tensorflow, library, did, summary };
}
