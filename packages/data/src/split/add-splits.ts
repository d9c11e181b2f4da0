import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FormatError, formatNpy } from '@halp/files';
import { removeLeftovers, takeLock, writeFileAtomic } from '@halp/files/node';
import {
  expectObject,
  expectOptions,
  expectText,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { readManifest } from '../open/dataset.ts';
import { readPartFacts } from '../open/part-facts.ts';
import { type Arrays, arraysOfSplit, readRows, sha256OfRows } from '../open/split-clips.ts';
import { splittingFolder, writeManifest } from '../prepare/out-folder.ts';
import { formatNames } from '../prepared/clip-names.ts';
import { emptyClassNotes } from '../prepared/empty-classes.ts';
import {
  type BenchmarkManifest,
  type Manifest,
  manifestName,
  type Part,
  type PartFile,
  partFileName,
  type PartManifest,
  parts,
  rowFileName,
} from '../prepared/manifest.ts';
import { type SplitRule, splitsFault } from '../prepared/split-rule.ts';
import { type Candidate, type Candidates, selectClips } from './select-clips.ts';

const CALLER = 'addSplits';

/** Options of {@link addSplits}. */
export interface AddSplitsOptions {
  /** Called after every few clips whose checksum is computed. */
  readonly onProgress?:
    ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Aborts the work between two clips; the set keeps its previous splits. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link addSplits}. */
export interface AddedSplits {
  /** The contents of dataset.json. */
  readonly manifest: Manifest;
  /** Notes for the user: the classes without a clip in a part of the splits. */
  readonly notes: readonly string[];
}

const optionNames: OptionNames<AddSplitsOptions> = {
  onProgress: true,
  signal: true,
};

/**
 * Adds further benchmarks to a prepared set: other splits of the clips of a benchmark, by rules that are stored in
 * `dataset.json`. Every function and command then opens them by name like any other benchmark.
 *
 * The joint arrays are not copied: a split stores labels, lengths, names and the rows of its clips in a folder of its own,
 * with the checksum that its joint array would have. Clips are in the order of their names. A split with the same name is
 * replaced; one that exists already in the same form is kept. If the original benchmark is prepared again with other clips,
 * its splits are removed.
 *
 * @param dir - The prepared set.
 * @param splits - The splits by name.
 * @throws TypeError or RangeError if a rule is invalid, selects no clip, selects a clip for both parts, or lists a value that
 * no clip has; if the name is that of a benchmark with own arrays. Nothing is written then.
 * @throws FormatError if the folder is no prepared set.
 *
 * @example
 * ```ts
 * await addSplits('data/nw-ucla', {
 *   'view-1-to-2': {
 *     from: 'xview',
 *     train: { part: 'train', camera: [1] },
 *     test: { part: 'train', camera: [2] },
 *   },
 * });
 * ```
 */
export async function addSplits(
  dir: string,
  splits: Readonly<Record<string, SplitRule>>,
  options: AddSplitsOptions = {},
): Promise<AddedSplits> {
  expectText(CALLER, 'a path', dir);
  const { signal, onProgress } = expectOptions(CALLER, options, optionNames);
  expectObject(CALLER, splits, 'splits by name');
  const fault = splitsFault(splits);
  if (fault !== undefined) throw new RangeError(`${CALLER}: ${fault}`);
  await readManifest(dir);
  const lock = await takeLock(join(dir, '.lock'), `the folder ${dir}`, signal ? { signal } : {});
  const stop = AbortSignal.any([lock.lost, ...(signal ? [signal] : [])]);
  const folder = splittingFolder(dir);
  try {
    await removeLeftovers(dir);
    await rm(folder, { recursive: true, force: true });
    const manifest = await readManifest(dir);
    const plans = await planSplits(dir, manifest, splits);
    const total = plans.reduce((sum, { of }) => sum + of.train.length + of.test.length, 0);
    let done = 0;
    const onClip = (): void => {
      stop.throwIfAborted();
      done++;
      if (done % 64 === 0 || done === total) onProgress?.({ done, total });
    };
    const made: Record<string, BenchmarkManifest> = {};
    for (const plan of plans) {
      made[plan.name] = await writeSplit(plan, { dir, folder, manifest, onClip });
    }
    stop.throwIfAborted();
    const published = await publish(dir, folder, manifest, made);
    const own = Object.entries(published.benchmarks).filter(([name]) => name in splits);
    const notes = emptyClassNotes({ ...manifest, benchmarks: Object.fromEntries(own) });
    return { manifest: published, notes };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await lock.release();
  }
}

/** A split to write. */
interface SplitPlan {
  readonly name: string;
  readonly rule: SplitRule;
  readonly arrays: Arrays;
  readonly of: Readonly<Record<Part, readonly Candidate[]>>;
}

/** The splits that are not there yet; a split of a split of the same call is refused. */
async function planSplits(
  dir: string,
  manifest: Manifest,
  splits: Readonly<Record<string, SplitRule>>,
): Promise<readonly SplitPlan[]> {
  const plans: SplitPlan[] = [];
  const opened = new Map<string, Candidates>();
  for (const [name, rule] of Object.entries(splits)) {
    const { from } = rule;
    const held = manifest.benchmarks[name];
    if (held !== undefined && held.split === undefined) {
      const path = join(dir, manifestName);
      throw new RangeError(`${CALLER}: expected a new name, got ${name}, a benchmark of ${path}`);
    }
    if (!Object.hasOwn(manifest.benchmarks, from) || Object.hasOwn(splits, from)) {
      const known = Object.keys(manifest.benchmarks).filter((each) => !Object.hasOwn(splits, each));
      throw new RangeError(
        `${CALLER}: ${name}.from: expected a benchmark of ${dir} (${known.join(', ')}), got ${gotText(from)}`,
      );
    }
    const arrays = arraysOf(dir, manifest, from);
    const candidates = opened.get(from) ?? (await candidatesOf(dir, manifest, from));
    opened.set(from, candidates);
    const of = selectClips(rule, candidates, `${CALLER}: ${name}`);
    if (held !== undefined && isSameSplit(held, arrays, rule)) continue;
    plans.push({ name, rule: JSON.parse(JSON.stringify(rule)) as SplitRule, arrays, of });
  }
  return plans;
}

function isSameSplit({ split }: BenchmarkManifest, arrays: Arrays, rule: SplitRule): boolean {
  const plain = JSON.parse(JSON.stringify(rule)) as unknown;
  return (
    split?.from === arrays.name &&
    isDeepStrictEqual(split.rule, plain) &&
    parts.every((part) => split.sha256[part] === arrays[part].sha256.data)
  );
}

function arraysOf(dir: string, manifest: Manifest, name: string): Arrays {
  const { split, train, test } = manifest.benchmarks[name] as BenchmarkManifest;
  return split === undefined ? { name, train, test } : arraysOfSplit(dir, manifest, name);
}

/** The clips of both parts of a benchmark. */
async function candidatesOf(
  dir: string,
  manifest: Manifest,
  benchmark: string,
): Promise<Candidates> {
  const { split, train } = manifest.benchmarks[benchmark] as BenchmarkManifest;
  const of = `${manifest.name} ${benchmark}`;
  const clips: Candidate[] = [];
  const seen = new Set<string>();
  for (const part of parts) {
    const { labels, frames, facts } = await readPartFacts(dir, manifest, { benchmark, part });
    const start = part === 'train' ? 0 : train.clips;
    const rows =
      split === undefined
        ? Int32Array.from(facts, (_, i) => start + i)
        : await readRows(dir, manifest, { benchmark, part });
    facts.forEach((fact, i) => {
      if (seen.has(fact.name)) {
        throw new FormatError(
          join(dir, partFileName(benchmark, part, 'names')),
          `expected each name of ${of} once, got ${gotText(fact.name)} twice`,
        );
      }
      seen.add(fact.name);
      clips.push({
        ...{ ...fact, part, label: labels[i] as number },
        ...{ row: rows[i] as number, frames: frames[i] as number },
      });
    });
  }
  return { clips, classes: manifest.classes, of };
}

interface Writing {
  readonly dir: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly onClip: () => void;
}

/** Writes the files of a split to the folder of unfinished splits. */
async function writeSplit(
  { name, rule, arrays, of }: SplitPlan,
  { dir, folder, manifest, onClip }: Writing,
): Promise<BenchmarkManifest> {
  const written: Partial<Record<Part, PartManifest>> = {};
  for (const part of parts) {
    const clips = of[part];
    const path = (file: PartFile): string => join(folder, partFileName(name, part, file));
    await mkdir(dirname(path('labels')), { recursive: true });
    const rows = Int32Array.from(clips, ({ row }) => row);
    await writeHashed(join(folder, rowFileName(name, part)), integers(rows));
    const labels = Int32Array.from(clips, ({ label }) => label);
    const frames = Int32Array.from(clips, (clip) => clip.frames);
    const clipsPerClass = manifest.classes.map(
      (_, label) => labels.filter((each) => each === label).length,
    );
    const names = new TextEncoder().encode(formatNames(clips));
    written[part] = {
      ...{ clips: clips.length, clipsPerClass },
      sha256: {
        data: await sha256OfRows(dir, manifest, { arrays, rows, onClip }),
        frames: await writeHashed(path('frames'), integers(frames)),
        labels: await writeHashed(path('labels'), integers(labels)),
        names: await writeHashed(path('names'), names),
      },
    };
  }
  const { train, test } = written as Record<Part, PartManifest>;
  const sha256 = { train: arrays.train.sha256.data, test: arrays.test.sha256.data };
  return { train, test, split: { from: arrays.name, sha256, rule } };
}

function integers(data: Int32Array): Uint8Array {
  return formatNpy({ dtype: 'int32', shape: [data.length], data });
}

async function writeHashed(path: string, bytes: Uint8Array): Promise<string> {
  await writeFileAtomic(path, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}

/** Moves finished splits to the folder of the set; dataset.json never names an incomplete one. */
async function publish(
  dir: string,
  folder: string,
  manifest: Manifest,
  made: Readonly<Record<string, BenchmarkManifest>>,
): Promise<Manifest> {
  const names = Object.keys(made);
  if (names.length === 0) return manifest;
  const others = Object.entries(manifest.benchmarks).filter(([name]) => !names.includes(name));
  const kept = Object.fromEntries(others);
  if (others.length < Object.keys(manifest.benchmarks).length) {
    await writeManifest(dir, { ...manifest, benchmarks: kept });
  }
  for (const name of names) {
    await rm(join(dir, name), { recursive: true, force: true });
    await rename(join(folder, name), join(dir, name));
  }
  const result = { ...manifest, benchmarks: { ...kept, ...made } };
  await writeManifest(dir, result);
  return result;
}
