import { existsSync, readFileSync } from 'node:fs';
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { isLeftover, readRegularFile, writeFileAtomic } from '@halp/files/node';
import { sameLayout } from '@halp/skeleton';
import { codeOf } from '../disk/system-error.ts';
import { packageFolder } from '../package-folder.ts';
import {
  type BenchmarkManifest,
  type Manifest,
  manifestName,
  parseManifest,
  parts,
} from '../prepared/manifest.ts';
import { preparationKeys } from '../prepared/preparation.ts';
import type { Plan, SkippedFile } from '../record/plan.ts';
import { journalName } from './journal.ts';

/** The name of the file that lists the skipped files and clips. */
const skippedName = 'skipped.json';
const preparing = '.preparing';
const splitting = '.splitting';
const ownNames = ['.lock', preparing, splitting];

/** The facts of a set that its `dataset.json` states, and the benchmarks to write; 0 persons: not known yet. */
export type SetForm = Pick<
  Plan,
  | 'name'
  | 'layout'
  | 'classes'
  | 'persons'
  | 'frames'
  | 'preparation'
  | 'fps'
  | 'published'
  | 'seed'
  | 'benchmarks'
>;

/** The folder in which a set is written before it is moved to `out`. */
export function preparingFolder(out: string): string {
  return join(out, preparing);
}

/** The folder in which splits are written before they are moved to `out`. */
export function splittingFolder(out: string): string {
  return join(out, splitting);
}

/**
 * Refuses a folder for prepared data that lies inside the raw data, where it would be read as raw data.
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
 * @throws RangeError if `out` is a file, holds other files or another data set, or keeps benchmarks that were prepared in
 * another way.
 */
export async function requireReplaceable(
  out: string,
  plan: SetForm,
  caller = 'prepare',
): Promise<void> {
  let entries: readonly string[];
  try {
    const isOwn = (name: string): boolean =>
      ownNames.includes(name) || name.startsWith('.lock.') || isLeftover(name);
    entries = (await readdir(out)).filter((name) => !isOwn(name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    if (codeOf(error) !== 'ENOTDIR') throw error;
    throw new RangeError(
      `${caller}: expected a folder for the prepared data, got the file ${out}`,
      { cause: error },
    );
  }
  if (entries.length === 0) return;
  const held = await manifestIn(out);
  // Left by a publication that was interrupted before it wrote dataset.json.
  const remains = entries.every((name) => name === skippedName || plan.benchmarks.includes(name));
  if (held === undefined ? remains : held.name === plan.name) {
    if (held !== undefined) requireSameForm(held, plan, out, caller);
    return;
  }
  const what = held === undefined ? 'other files' : `the data set ${held.name}`;
  throw new RangeError(
    `${caller}: expected a new or empty folder, got ${out} with ${what} in it; choose another folder`,
  );
}

/** Removes a preparation that cannot be resumed, and the folder if it is empty then. */
export async function removeIfUseless(out: string): Promise<void> {
  const folder = preparingFolder(out);
  if (!existsSync(join(folder, journalName))) await rm(folder, { recursive: true, force: true });
  // Fails if the folder is not empty or missing, which is fine.
  await rmdir(out).catch(() => undefined);
}

/** Fields that all benchmarks of a set share. */
const common = ['persons', 'seed'] as const;

/** One dataset.json describes all benchmarks of a folder, so kept and new benchmarks need the same form. */
function requireSameForm(held: Manifest, plan: SetForm, out: string, caller: string): void {
  const stay = Object.entries(held.benchmarks)
    // A split without the arrays that it was made from is removed with them.
    .filter(([name, { split }]) => !plan.benchmarks.includes(split?.from ?? name))
    .map(([name]) => name);
  if (stay.length === 0) return;
  const differs =
    (sameLayout(held.layout, plan.layout) ? undefined : 'layout') ??
    common.find((key) => held[key] !== plan[key] && !(key === 'persons' && plan.persons === 0)) ??
    preparationKeys.find((key) => held.preparation[key] !== plan.preparation[key]) ??
    (held.classes.join('\n') === plan.classes.join('\n') ? undefined : 'classes') ??
    (plan.frames === 'longest' || held.frames === plan.frames ? undefined : 'frames');
  if (differs === undefined) return;
  throw new RangeError(
    `${caller}: expected the ${differs} of ${stay.join(' and ')} in ${out}, got another; ` +
      'prepare all benchmarks again, or choose another folder',
  );
}

/** Finished benchmarks that are moved to the folder of the set. */
export interface Publication {
  readonly out: string;
  /** The current parent of the benchmarks' folders. */
  readonly folder: string;
  readonly benchmarks: Manifest['benchmarks'];
  readonly skipped: readonly SkippedFile[];
}

/**
 * Moves finished benchmarks to the folder of the set, and updates dataset.json. Splits of benchmarks whose arrays are now
 * others are removed.
 *
 * dataset.json never names an incomplete benchmark: its entry is removed, then the folder is replaced, then the entry is
 * added again.
 *
 * @returns The contents of dataset.json, and notes on replaced benchmarks with other clips and on removed splits.
 */
export async function publishBenchmarks(
  plan: SetForm & { readonly frames: number },
  { out, folder, benchmarks, skipped }: Publication,
): Promise<{ readonly manifest: Manifest; readonly notes: readonly string[] }> {
  const held = (await manifestIn(out))?.benchmarks ?? {};
  let manifest = manifestOf(plan, held, skipped);
  for (const [name, benchmark] of Object.entries(benchmarks)) {
    const { [name]: replaced, ...others } = manifest.benchmarks;
    if (replaced !== undefined) await writeManifest(out, { ...manifest, benchmarks: others });
    await rm(join(out, name), { recursive: true, force: true });
    await rename(join(folder, name), join(out, name));
    manifest = manifestOf(plan, { ...others, [name]: benchmark }, skipped);
    await writeManifest(out, manifest);
  }
  const removed = invalidSplits(manifest);
  if (removed.length > 0) {
    const valid = Object.entries(manifest.benchmarks).filter(([name]) => !removed.includes(name));
    manifest = manifestOf(plan, Object.fromEntries(valid), skipped);
    await writeManifest(out, manifest);
    for (const name of removed) await rm(join(out, name), { recursive: true, force: true });
  }
  const path = join(out, skippedName);
  if (skipped.length === 0) await rm(path, { force: true });
  else await writeFileAtomic(path, `${JSON.stringify(skipped, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  return { manifest, notes: [...replacedNotes(held, benchmarks), ...removedNotes(removed)] };
}

/** One line for each benchmark that was replaced by one with other clips. */
function replacedNotes(
  held: Manifest['benchmarks'],
  benchmarks: Manifest['benchmarks'],
): readonly string[] {
  return Object.entries(benchmarks).flatMap(([name, now]) => {
    const before = held[name];
    if (before === undefined) return [];
    if (parts.every((part) => before[part].sha256.data === now[part].sha256.data)) return [];
    const counts = ({ train, test }: BenchmarkManifest): string => `${train.clips} + ${test.clips}`;
    return [
      `replaced the earlier ${name} by one with other clips: ${counts(before)} clips before, ${counts(now)} now`,
    ];
  });
}

/** A note about removed splits: none, or one line. */
function removedNotes(removed: readonly string[]): readonly string[] {
  if (removed.length === 0) return [];
  return [`removed the splits ${removed.join(', ')}, whose clips have changed; make them again`];
}

function invalidSplits({ benchmarks }: Manifest): readonly string[] {
  const isInvalid = ({ split }: BenchmarkManifest): boolean => {
    if (split === undefined) return false;
    const base = benchmarks[split.from];
    return parts.some((part) => base?.[part].sha256.data !== split.sha256[part]);
  };
  return Object.keys(benchmarks).filter((name) => isInvalid(benchmarks[name] as BenchmarkManifest));
}

function manifestOf(
  plan: SetForm & { readonly frames: number },
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

/** Writes dataset.json, or removes it if no benchmark is left. */
export async function writeManifest(out: string, manifest: Manifest): Promise<void> {
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

/** The name and version of this package. */
export function toolVersion(): string {
  const file = readFileSync(new URL('package.json', packageFolder), 'utf8');
  const { name, version } = JSON.parse(file) as { name: string; version: string };
  return `${name} ${version}`;
}
