import { existsSync, readFileSync } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isLeftover, readRegularFile, writeFileAtomic } from '@halp/files/node';
import { codeOf } from '../disk/system-error.ts';
import { packageFolder } from '../package-folder.ts';
import { type Manifest, manifestName, parseManifest } from '../prepared/manifest.ts';
import { preparationKeys } from '../prepared/preparation.ts';
import type { Plan, SkippedFile } from '../record/plan.ts';
import { journalName } from './journal.ts';

/** The name of the file that lists what could not be prepared. */
const skippedName = 'skipped.json';
const preparing = '.preparing';
const ownNames = ['.lock', preparing];

/** Where a set is made before it takes its place in `out`. */
export function preparingFolder(out: string): string {
  return join(out, preparing);
}

/**
 * Refuses a folder for prepared data that lies inside the raw data, where it would be read as such.
 *
 * @throws RangeError if `out` is `raw` or inside it.
 */
export function requireOutside(out: string, raw: string): void {
  const path = relative(resolve(raw), resolve(out));
  if (path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) {
    throw new RangeError(`prepare: expected out outside the raw data ${raw}, got ${out}`);
  }
}

/**
 * Refuses a folder that holds anything but a preparation of the same data set, before any work is done.
 *
 * @throws RangeError if `out` is a file, holds other files or another data set, or holds benchmarks
 * that stay and were prepared in another way.
 */
export async function requireReplaceable(out: string, plan: Plan): Promise<void> {
  let entries: readonly string[];
  try {
    const isOwn = (name: string): boolean =>
      ownNames.includes(name) || name.startsWith('.lock.') || isLeftover(name);
    entries = (await readdir(out)).filter((name) => !isOwn(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTDIR') throw error;
    throw new RangeError(`prepare: expected a folder for the prepared data, got the file ${out}`, {
      cause: error,
    });
  }
  if (entries.length === 0) return;
  const held = await manifestIn(out);
  // Without a dataset.json these are what an interrupted publication left.
  const remains = entries.every((name) => name === skippedName || plan.benchmarks.includes(name));
  if (held === undefined ? remains : held.name === plan.name) {
    if (held !== undefined) requireSameForm(held, plan, out);
    return;
  }
  const what = held === undefined ? 'other files' : `the data set ${held.name}`;
  throw new RangeError(
    `prepare: expected a new or empty folder, got ${out} with ${what} in it; choose another folder`,
  );
}

/** Removes what cannot be gone on with, and the folder if nothing is left in it. */
export async function removeIfUseless(out: string): Promise<void> {
  const folder = preparingFolder(out);
  if (!existsSync(join(folder, journalName))) await rm(folder, { recursive: true, force: true });
  // It holds something, or is not there: both are well.
  await rmdir(out).catch(() => undefined);
}

/** What each of these says is common to all benchmarks of a set. */
const common = ['layout', 'persons', 'seed'] as const;

/** One dataset.json describes all benchmarks of a folder, so those that stay must be as the new ones are. */
function requireSameForm(held: Manifest, plan: Plan, out: string): void {
  const stay = Object.keys(held.benchmarks).filter((name) => !plan.benchmarks.includes(name));
  if (stay.length === 0) return;
  const differs =
    common.find((key) => held[key] !== plan[key]) ??
    preparationKeys.find((key) => held.preparation[key] !== plan.preparation[key]) ??
    (held.classes.join('\n') === plan.classes.join('\n') ? undefined : 'classes') ??
    (plan.frames === 'longest' || held.frames === plan.frames ? undefined : 'frames');
  if (differs === undefined) return;
  throw new RangeError(
    `prepare: expected the ${differs} with which ${stay.join(' and ')} in ${out} was prepared; ` +
      'prepare all benchmarks again, or choose another folder',
  );
}

/** What takes its place in a folder. */
export interface Publication {
  readonly out: string;
  /** Where the benchmarks' folders are now. */
  readonly folder: string;
  readonly benchmarks: Manifest['benchmarks'];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Moves benchmarks from where they were made to where they belong, and says so in dataset.json.
 *
 * At no moment does dataset.json name a benchmark that is not there whole: it is taken out of it, then
 * exchanged, then entered again.
 *
 * @returns The contents of dataset.json.
 */
export async function publishBenchmarks(
  plan: Plan & { readonly frames: number },
  { out, folder, benchmarks, skipped }: Publication,
): Promise<Manifest> {
  let manifest = manifestOf(plan, { ...(await manifestIn(out))?.benchmarks }, skipped);
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    const { [name]: replaced, ...others } = manifest.benchmarks;
    if (replaced !== undefined) await writeManifest(out, { ...manifest, benchmarks: others });
    await rm(join(out, name), { recursive: true, force: true });
    await rename(join(folder, name), join(out, name));
    manifest = manifestOf(plan, { ...others, [name]: benchmark }, skipped);
    await writeManifest(out, manifest);
  }
  const path = join(out, skippedName);
  if (skipped.length === 0) await rm(path, { force: true });
  else await writeFileAtomic(path, `${JSON.stringify(skipped, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  return manifest;
}

function manifestOf(
  plan: Plan & { readonly frames: number },
  benchmarks: Manifest['benchmarks'],
  skipped: readonly SkippedFile[],
): Manifest {
  const { name, layout, classes, persons, frames, preparation, fps, seed } = plan;
  const isWhole = Object.entries(plan.published ?? {}).every(([benchmark, counts]) => {
    const held = benchmarks[benchmark];
    return (
      held === undefined || (held.train.clips === counts.train && held.test.clips === counts.test)
    );
  });
  return {
    format: 'halp-dataset/2',
    ...{ name, layout, classes, persons, frames, preparation },
    fps,
    complete: isWhole && skipped.length === 0,
    seed,
    tool: toolVersion(),
    benchmarks,
  };
}

/** Without a benchmark there is nothing to describe. */
async function writeManifest(out: string, manifest: Manifest): Promise<void> {
  const path = join(out, manifestName);
  if (Object.keys(manifest.benchmarks).length === 0) await rm(path, { force: true });
  else await writeFileAtomic(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function manifestIn(out: string): Promise<Manifest | undefined> {
  const path = join(out, manifestName);
  try {
    return parseManifest(await readRegularFile(path), path);
  } catch {
    return undefined;
  }
}

/** The package and version that writes. */
export function toolVersion(): string {
  const file = readFileSync(new URL('package.json', packageFolder), 'utf8');
  const { name, version } = JSON.parse(file) as { name: string; version: string };
  return `${name} ${version}`;
}
