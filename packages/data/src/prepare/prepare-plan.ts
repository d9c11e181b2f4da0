import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { removeLeftovers, takeLock } from '@halp/files/node';
import {
  expectInteger,
  expectObject,
  expectOptions,
  expectText,
  type OptionNames,
} from '@halp/random/check';
import { type PostureSummary, summarisePostures } from '../clip/posture.ts';
import { DATA_NAME, isDataName } from '../prepared/data-name.ts';
import { emptyClassNotes } from '../prepared/empty-classes.ts';
import { type Manifest, type Part, parts } from '../prepared/manifest.ts';
import type { ExcludedFiles, Plan, SkippedFile } from '../record/plan.ts';
import {
  preparingFolder,
  publishBenchmarks,
  removeIfUseless,
  requireOutside,
  requireReplaceable,
} from './out-folder.ts';
import type { FinishedClip, PartWriter } from './part-writer.ts';
import { prepareInOrder } from './prepare-in-order.ts';
import {
  clipsOf,
  problemsOf,
  type Progress,
  type SizedPlan,
  startWriting,
  writeClips,
  type Writing,
} from './write-clips.ts';

/** Options of every preparation. */
export interface PrepareOptions {
  /** The folder of the prepared set: new, empty, or with an earlier preparation of the same set. */
  readonly out: string;
  /** The number of worker threads; 0 works in this thread. Default: one for each processor; 0 for fewer than 256 files. */
  readonly workers?: number | undefined;
  /** Whether the preparation stops at the first bad file instead of skipping it. Default: false. */
  readonly strict?: boolean | undefined;
  /** The number of clips between two points from which a killed preparation can be resumed. Default: 2048. */
  readonly saveEvery?: number | undefined;
  /** Called after every few clips. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Aborts the preparation; `out` keeps its previous contents, and the next call resumes the preparation. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a preparation. */
export interface Prepared {
  /** The contents of dataset.json. */
  readonly manifest: Manifest;
  /** The files and clips that could not be prepared, as in skipped.json. */
  readonly skipped: readonly SkippedFile[];
  /** The files that were excluded on purpose. */
  readonly excluded: readonly ExcludedFiles[];
  /** The postures in the recordings, for 3-D coordinates; for information only. */
  readonly posture?: PostureSummary | undefined;
  /** The number of prepared clips without a person: all of their coordinates are 0. */
  readonly empty: number;
  /** Notes for the user: those of the plan, and the classes without a clip in a part. */
  readonly notes: readonly string[];
}

/** Threads are only started for at least this many sources. */
const FEW_SOURCES = 256;

const optionNames: OptionNames<PrepareOptions> = {
  out: true,
  workers: true,
  strict: true,
  saveEvery: true,
  onProgress: true,
  signal: true,
};

/**
 * Writes the arrays of a plan's benchmarks, `dataset.json`, and `skipped.json` if a file is bad; see `prepare`, which errors
 * name as the caller.
 */
export async function preparePlan(plan: Plan, options: PrepareOptions): Promise<Prepared> {
  expectObject('prepare', plan, 'the name of a data set, or a plan');
  expectOptions('prepare', options, optionNames);
  expectText('prepare', 'out to be a path', options.out);
  const { out, workers = defaultWorkers(plan), strict = false, saveEvery = 2048 } = options;
  const { onProgress } = options;
  expectInteger('prepare', 'workers', workers, 0);
  expectInteger('prepare', 'saveEvery', saveEvery, 1);
  if (!isDataName(plan.name)) {
    throw new RangeError(
      `prepare: expected ${DATA_NAME} as the data set's name, got ${JSON.stringify(plan.name)}; the name is part of file names`,
    );
  }
  for (const raw of plan.raw ?? []) requireOutside(out, raw);
  requireClips(plan);
  requirePublished(plan);
  await requireReplaceable(out, plan);
  const folder = preparingFolder(out);
  const lock = await takeLock(
    join(out, '.lock'),
    `the folder ${out}`,
    options.signal === undefined ? {} : { signal: options.signal },
  );
  const signal = AbortSignal.any([lock.lost, ...(options.signal ? [options.signal] : [])]);
  try {
    for (const each of [out, folder]) await removeLeftovers(each);
    signal?.throwIfAborted();
    const refuse = (skipped: readonly SkippedFile[]): void => {
      const [first] = skipped;
      if (strict && first !== undefined)
        throw new FormatError(first.file, first.reason, first.offset);
    };
    refuse(plan.problems ?? []);
    const frames =
      plan.frames === 'longest'
        ? await longest(plan, workers, { ...options, signal }, refuse)
        : plan.frames;
    const sized: SizedPlan = { ...plan, frames };
    await requireReplaceable(out, sized);
    const writing = await startWriting(sized, folder);
    try {
      const {
        frames: lengths,
        skipped,
        postures,
        empty,
      } = await writeClips(sized, writing, {
        ...{ folder, workers, saveEvery, signal, onProgress, refuse },
      });
      const all = [...(plan.problems ?? []), ...skipped];
      const { manifest, notes: published } = await publish(sized, {
        out,
        folder,
        writing,
        lengths,
        skipped: all,
      });
      const { excluded = [], notes = [] } = plan;
      const posture = summarisePostures(postures);
      const isKnown = posture.seen > 0 || posture.tilt !== undefined;
      return {
        ...{ manifest, skipped: all, excluded, empty },
        notes: [...notes, ...emptyClassNotes(manifest), ...published],
        posture: isKnown ? posture : undefined,
      };
    } finally {
      for (const writer of writing.writers) await writer.close();
    }
  } finally {
    await lock.release();
    await removeIfUseless(out);
  }
}

function defaultWorkers(plan: Plan): number {
  return plan.sources.length < FEW_SOURCES ? 0 : availableParallelism();
}

function requireClips(plan: Plan): void {
  const clips = clipsOf(plan);
  const [first, ...more] = plan.problems ?? [];
  if (clips.length === 0 && first !== undefined) throw nothingReadable(plan, first);
  const problems =
    first === undefined ? '' : `; ${more.length + 1} cannot be used, the first: ${inWords(first)}`;
  for (const benchmark of plan.benchmarks) {
    for (const part of parts) {
      if (clips.some((clip) => clip.parts[benchmark] === part)) continue;
      throw new RangeError(
        `prepare: expected clips in the ${part} part of ${plan.name} ${benchmark}, got none of ${clips.length}${problems}`,
      );
    }
  }
}

/** Refuses more clips than were published, and as many clips with another split: this is not the published set. */
function requirePublished(plan: Plan): void {
  for (const [benchmark, published] of Object.entries(plan.published ?? {})) {
    if (!plan.benchmarks.includes(benchmark)) continue;
    const [train, test] = plannedCounts(plan, benchmark);
    const total = published.train + published.test;
    if (train + test < total || (train === published.train && test === published.test)) continue;
    throw new FormatError(
      plan.raw?.[0] ?? plan.name,
      `${benchmark}: expected at most the ${published.train} training and ${published.test} test clips that ` +
        `were published, got ${train} and ${test}; remove other files from the folder`,
    );
  }
}

function plannedCounts(plan: Plan, benchmark: string): readonly [train: number, test: number] {
  const of = clipsOf(plan).map((clip) => clip.parts[benchmark]);
  return [
    of.filter((part) => part === 'train').length,
    of.filter((part) => part === 'test').length,
  ];
}

/** The number of frames of the longest readable clip. */
async function longest(
  plan: Plan,
  workers: number,
  { onProgress, signal }: PrepareOptions,
  refuse: (skipped: readonly SkippedFile[]) => void,
): Promise<number> {
  const total = clipsOf(plan).length;
  let [most, done] = [0, 0];
  let first: SkippedFile | undefined;
  for await (const group of prepareInOrder(plan.sources, plan, { workers, signal })) {
    const problems = problemsOf(group);
    refuse(problems);
    first ??= problems[0];
    for (const outcome of group.outcomes) {
      if ('frames' in outcome) most = Math.max(most, outcome.frames);
    }
    done += group.outcomes.length;
    onProgress?.({ stage: 'measuring', done, total, resumed: 0 });
  }
  if (most === 0) throw nothingReadable(plan, first);
  return most;
}

function nothingReadable(plan: Plan, first: SkippedFile | undefined): FormatError {
  const place = plan.raw?.[0] ?? plan.name;
  const problem = first === undefined ? 'none' : inWords(first);
  return new FormatError(
    place,
    `expected at least one readable file, got none; the first: ${problem}`,
  );
}

function inWords({ file, clip, reason }: SkippedFile): string {
  return `${file}${clip === undefined ? '' : ` ${clip}`}: ${reason}`;
}

interface PublishOptions {
  readonly out: string;
  readonly folder: string;
  readonly writing: Writing;
  readonly lengths: readonly number[];
  readonly skipped: readonly SkippedFile[];
}

async function publish(
  plan: SizedPlan,
  options: PublishOptions,
): ReturnType<typeof publishBenchmarks> {
  const { out, folder, writing, lengths, skipped } = options;
  const finished: Record<string, Partial<Record<Part, FinishedPart>>> = {};
  const clips = clipsOf(plan);
  for (const writer of writing.writers) {
    const { benchmark, part } = writer;
    const here = clips.flatMap((clip, i): readonly FinishedClip[] => {
      const frames = lengths[i] as number;
      return frames > 0 && clip.parts[benchmark] === part ? [{ clip, frames }] : [];
    });
    if (here.length === 0) {
      if (lengths.every((length) => length === 0)) throw nothingReadable(plan, skipped[0]);
      throw new RangeError(
        `prepare: expected clips in the ${part} part of ${plan.name} ${benchmark}, got only unreadable ones`,
      );
    }
    (finished[benchmark] ??= {})[part] = await writer.finish(here, plan.classes.length);
  }
  const benchmarks = finished as Manifest['benchmarks'];
  return publishBenchmarks(plan, { out, folder, benchmarks, skipped });
}

type FinishedPart = Awaited<ReturnType<PartWriter['finish']>>;
