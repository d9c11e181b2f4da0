import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers, takeLock } from '@halp/files/node';
import {
  expectObject,
  expectOptions,
  expectText,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { type Layout, layoutOf, sameLayout, storedLayout } from '@halp/skeleton';
import { withPersons } from '../clip/persons.ts';
import { withFrames } from '../clip/with-frames.ts';
import { arraysPreparation } from '../formats/arrays/preparation.ts';
import {
  preparingFolder,
  publishBenchmarks,
  removeIfUseless,
  requireReplaceable,
  type SetForm,
} from '../prepare/out-folder.ts';
import { openPartWriter } from '../prepare/part-writer.ts';
import type { Progress } from '../prepare/write-clips.ts';
import { BENCHMARK_NAME, isBenchmarkName } from '../prepared/benchmark-name.ts';
import { DATA_NAME, isDataName } from '../prepared/data-name.ts';
import { emptyClassNotes } from '../prepared/empty-classes.ts';
import { type Manifest, type Part, type PartManifest, parts } from '../prepared/manifest.ts';
import { type Preparation, preparationKeys } from '../prepared/preparation.ts';
import { type ClipSpool, openSpool } from './clip-spool.ts';
import { type ClipsToWrite, expectClipsToWrite, sampleToWrite } from './clips-to-write.ts';

const CALLER = 'writeDataset';

/** Options of {@link writeDataset}. */
export interface WriteDatasetOptions {
  /** The folder of the prepared set: new, empty, or with an earlier version of the same set. */
  readonly out: string;
  /** The data set's name: letters, digits, `.`, `_` and `-`. Default: that of the training clips. */
  readonly name?: string | undefined;
  /** The benchmark's name, which is also that of its folder. Default: 'split'. */
  readonly benchmark?: string | undefined;
  /** Frames a second, if known; only written to dataset.json. */
  readonly fps?: number | undefined;
  /** Called after every few clips: stage 'measuring' while clips are read, 'preparing' while arrays are written. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborts the work between two clips; `out` keeps its previous contents. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of {@link writeDataset}. */
export interface WrittenDataset {
  /** The contents of dataset.json. */
  readonly manifest: Manifest;
  /** The number of clips without a person: all of their coordinates are 0. */
  readonly empty: number;
  /** Notes for the user: the classes without a clip in a part, and the removed splits. */
  readonly notes: readonly string[];
}

const optionNames: OptionNames<WriteDatasetOptions> = {
  out: true,
  name: true,
  benchmark: true,
  fps: true,
  onProgress: true,
  signal: true,
};

/**
 * Writes two data sets as the training and test part of a prepared folder, as `prepare` writes them: the arrays, their
 * checksums, and `dataset.json`. Every command and function then reads the folder like any other prepared set.
 *
 * Each clip is read once with `get`, in order, one at a time, and is stored in that order. Numbers are not changed: clips
 * are padded with zero frames to the longest one, and with empty persons to the largest number of persons. Memory does not
 * grow with the number of clips. The folder is changed only when everything is written; the data sets are not closed.
 *
 * @param datasets - The parts: any `Dataset`, or an object with `layout`, `classes`, `length` and `get`. Both have the same
 * layout, classes and preparation; a clip's name occurs once. Without `preparation` the normalisation is `unknown`, and the
 * set cannot be combined with other sets or raw files.
 * @throws TypeError or RangeError if a part is no data set, both differ, or a clip does not fit its data set; if `out` holds
 * other files.
 * @throws Error if another process writes into `out`, or as the file system reports it; what `get` throws.
 *
 * @example
 * ```ts
 * const { manifest } = await writeDataset({ train, test }, { out: 'data/mine', name: 'mine' });
 * ```
 */
export async function writeDataset(
  datasets: { readonly train: ClipsToWrite; readonly test: ClipsToWrite },
  options: WriteDatasetOptions,
): Promise<WrittenDataset> {
  expectObject(CALLER, datasets, 'data sets { train, test }');
  expectOptions(CALLER, options, optionNames);
  const { out, benchmark = 'split', onProgress } = options;
  expectText(CALLER, 'out to be a path', out);
  const form = formOf(datasets, options);
  await requireReplaceable(out, { ...form, frames: 'longest', benchmarks: [benchmark] }, CALLER);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const lock = await takeLock(join(out, '.lock'), `the folder ${out}`, signal);
  const stop = AbortSignal.any([lock.lost, ...(options.signal ? [options.signal] : [])]);
  const folder = preparingFolder(out);
  try {
    await removeLeftovers(out);
    // Also what an interrupted preparation left: its arrays would be in the way.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const work: Work = { datasets, layout: layoutOf(form.layout), folder, stop, onProgress };
    const spool = await openSpool(join(folder, 'clips'));
    try {
      const read = await readAll(work, spool);
      const persons = form.persons === 0 ? read.persons : form.persons;
      const sized = { ...form, persons, frames: read.frames, benchmarks: [benchmark] };
      await requireReplaceable(out, sized, CALLER);
      const written = await writeParts(work, spool, { ...read, persons, benchmark });
      stop.throwIfAborted();
      const benchmarks = { [benchmark]: written };
      const published = { out, folder, benchmarks, skipped: [] };
      const { manifest, notes } = await publishBenchmarks(sized, published);
      return {
        manifest,
        empty: read.empty,
        notes: [...emptyClassNotes(manifest), ...notes],
      };
    } finally {
      await spool.remove();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    await lock.release();
    await removeIfUseless(out);
  }
}

/** What both parts share; `persons` is 0 if no part states it. */
function formOf(
  { train, test }: { readonly train: ClipsToWrite; readonly test: ClipsToWrite },
  { name = train.name, benchmark = 'split', fps }: WriteDatasetOptions,
): Omit<SetForm, 'frames' | 'benchmarks'> {
  expectClipsToWrite(CALLER, 'train', train);
  expectClipsToWrite(CALLER, 'test', test);
  if (typeof name !== 'string' || !isDataName(name)) {
    throw new RangeError(`${CALLER}: expected ${DATA_NAME} as name, got ${gotText(name)}`);
  }
  if (!isBenchmarkName(benchmark)) {
    throw new RangeError(
      `${CALLER}: expected ${BENCHMARK_NAME} as benchmark, got ${gotText(benchmark)}`,
    );
  }
  if (fps !== undefined && !(typeof fps === 'number' && fps > 0 && fps < Infinity)) {
    throw new RangeError(`${CALLER}: expected frames a second as fps, got ${gotText(fps)}`);
  }
  const preparation = preparationOf(train);
  const other = preparationOf(test);
  const differs =
    (sameLayout(train.layout, test.layout) ? undefined : 'layout') ??
    (train.classes.join('\n') === test.classes.join('\n') ? undefined : 'classes') ??
    preparationKeys.find((key) => preparation[key] !== other[key]);
  if (differs !== undefined) {
    throw new RangeError(`${CALLER}: expected the ${differs} of train in test, got another`);
  }
  const persons = Math.max(train.persons ?? 0, test.persons ?? 0);
  const { layout, classes } = train;
  return { name, layout: storedLayout(layout), classes: [...classes], persons, preparation, fps };
}

function preparationOf({ layout, preparation }: ClipsToWrite): Preparation {
  return preparation ?? arraysPreparation(CALLER, layout, {});
}

interface Work {
  readonly datasets: Readonly<Record<Part, ClipsToWrite>>;
  readonly layout: Layout;
  readonly folder: string;
  readonly stop: AbortSignal;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** A clip in the spool without its numbers. */
interface Fact {
  readonly name: string;
  readonly label: number;
  readonly subject?: number | undefined;
  readonly camera?: number | undefined;
  readonly setup?: number | undefined;
  readonly frames: number;
}

interface ReadClips {
  readonly facts: Readonly<Record<Part, readonly Fact[]>>;
  readonly frames: number;
  readonly persons: number;
  readonly empty: number;
}

/** The number of clips between two reports of progress. */
const SOME = 16;

async function readAll(
  { datasets, layout, stop, onProgress }: Work,
  spool: ClipSpool,
): Promise<ReadClips> {
  const facts: Record<Part, Fact[]> = { train: [], test: [] };
  const seen = new Map<string, Part>();
  const total = datasets.train.length + datasets.test.length;
  let [frames, persons, empty, done] = [0, 0, 0, 0];
  for (const part of parts) {
    const clips = datasets[part];
    for (let index = 0; index < clips.length; index++) {
      stop.throwIfAborted();
      const sample = await sampleToWrite({ caller: CALLER, part, clips, layout }, index);
      const { clip, name, label, subject, camera, setup } = sample;
      const earlier = seen.get(name);
      if (earlier !== undefined) {
        throw new RangeError(
          `${CALLER}: expected each name once, got ${gotText(name)} in ${earlier} and in ${part}`,
        );
      }
      seen.set(name, part);
      await spool.add(clip);
      facts[part].push({ name, label, subject, camera, setup, frames: clip.shape[1] });
      frames = Math.max(frames, clip.shape[1]);
      persons = Math.max(persons, clip.shape[3]);
      if (clip.data.every((value) => value === 0)) empty++;
      done++;
      if (done % SOME === 0 || done === total) {
        onProgress?.({ stage: 'measuring', done, total, resumed: 0 });
      }
    }
  }
  return { facts, frames, persons, empty };
}

async function writeParts(
  { datasets, layout, folder, stop, onProgress }: Work,
  spool: ClipSpool,
  { facts, frames, persons, benchmark }: ReadClips & { readonly benchmark: string },
): Promise<Readonly<Record<Part, PartManifest>>> {
  const total = datasets.train.length + datasets.test.length;
  const written: Partial<Record<Part, PartManifest>> = {};
  let done = 0;
  for (const part of parts) {
    const all = facts[part];
    const shape = [all.length, 3, frames, layout.joints.length, persons] as const;
    const writer = await openPartWriter({ folder, benchmark, part, shape, kept: 0 });
    try {
      for (let i = 0; i < all.length; i++) {
        stop.throwIfAborted();
        const clip = withFrames(withPersons(await spool.read(done), persons), frames);
        await writer.append([clip.data]);
        done++;
        if (done % SOME === 0 || done === total) {
          onProgress?.({ stage: 'preparing', done, total, resumed: 0 });
        }
      }
      const clips = all.map(({ frames: length, ...fact }) => ({
        clip: { ...fact, parts: { [benchmark]: part } },
        frames: length,
      }));
      written[part] = await writer.finish(clips, datasets[part].classes.length);
    } finally {
      await writer.close();
    }
  }
  return written as Record<Part, PartManifest>;
}
