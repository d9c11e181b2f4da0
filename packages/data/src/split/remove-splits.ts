import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers, takeLock } from '@halp/files/node';
import {
  expectArray,
  expectOptions,
  expectText,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { readManifest } from '../open/dataset.ts';
import { writeManifest } from '../prepare/out-folder.ts';
import { type Manifest, manifestName } from '../prepared/manifest.ts';

const CALLER = 'removeSplits';

/** Options of {@link removeSplits}. */
export interface RemoveSplitsOptions {
  /** Stops while the folder is locked by another process. */
  readonly signal?: AbortSignal | undefined;
}

const optionNames: OptionNames<RemoveSplitsOptions> = { signal: true };

/**
 * Removes splits that `addSplits` has added, and returns the contents of `dataset.json` without them.
 *
 * The joint arrays are those of other benchmarks and stay as they are. Runs that were trained on a split keep their weights;
 * they are evaluated on a benchmark that is still there.
 *
 * @param dir - The prepared set.
 * @param names - The names of the splits, at least one.
 * @throws TypeError or RangeError if a name is unknown, or that of a benchmark with own arrays. Nothing is removed then.
 * @throws FormatError if the folder is no prepared set.
 */
export async function removeSplits(
  dir: string,
  names: readonly string[],
  options: RemoveSplitsOptions = {},
): Promise<Manifest> {
  expectText(CALLER, 'a path', dir);
  expectArray(CALLER, 'names of splits', names);
  if (names.length === 0) throw new RangeError(`${CALLER}: expected names of splits, got none`);
  for (const name of names) expectText(CALLER, 'the name of a split', name);
  const { signal } = expectOptions(CALLER, options, optionNames);
  await readManifest(dir);
  const lock = await takeLock(join(dir, '.lock'), `the folder ${dir}`, signal ? { signal } : {});
  try {
    const manifest = await readManifest(dir);
    expectSplits(dir, manifest, names);
    await removeLeftovers(dir);
    const kept = Object.entries(manifest.benchmarks).filter(([name]) => !names.includes(name));
    const result = { ...manifest, benchmarks: Object.fromEntries(kept) };
    lock.lost.throwIfAborted();
    // dataset.json never names a split whose files are gone.
    await writeManifest(dir, result);
    for (const name of names) await rm(join(dir, name), { recursive: true, force: true });
    return result;
  } finally {
    await lock.release();
  }
}

function expectSplits(
  dir: string,
  { benchmarks }: Pick<Manifest, 'benchmarks'>,
  names: readonly string[],
): void {
  const known = Object.keys(benchmarks).filter((name) => benchmarks[name]?.split !== undefined);
  for (const name of names) {
    if (known.includes(name)) continue;
    const own = Object.hasOwn(benchmarks, name) ? ', a benchmark with arrays of its own' : '';
    const all = known.length === 0 ? 'none' : known.join(', ');
    throw new RangeError(
      `${CALLER}: expected a split of ${join(dir, manifestName)} (${all}), got ${gotText(name)}${own}`,
    );
  }
}
