import { mkdir, rm } from 'node:fs/promises';
import { layoutOf } from '@halp/skeleton';
import { parts } from '../prepared/manifest.ts';
import type { Plan, PlannedClip, SkippedFile } from '../record/plan.ts';
import {
  type Journal,
  readJournal,
  type SourceChain,
  sourceChain,
  writeJournal,
} from './journal.ts';
import { toolVersion } from './out-folder.ts';
import {
  holdsRows,
  openPartWriter,
  type PartWriter,
  type PartWriterOptions,
} from './part-writer.ts';
import type { ClipOutcome, GroupResult } from './prepare-group.ts';
import { type PreparedGroup, prepareInOrder } from './prepare-in-order.ts';

/** The progress of a preparation. */
export interface Progress {
  /** The stage: clips are prepared, after a first pass that measures them if the longest clip decides the padding. */
  readonly stage: 'measuring' | 'preparing';
  /** The finished clips of this stage. */
  readonly done: number;
  /** The clips of this stage. */
  readonly total: number;
  /** The number of finished clips that come from an interrupted preparation. */
  readonly resumed: number;
}

/** A plan with a known number of frames. */
export type SizedPlan = Plan & { readonly frames: number };

/** All clips of a plan, in order. */
export function clipsOf(plan: Plan): readonly PlannedClip[] {
  return plan.sources.flatMap((source) => source.clips);
}

/** The open files of a preparation, and the progress of an earlier process. */
export interface Writing {
  readonly writers: readonly PartWriter[];
  readonly journal: Journal;
  readonly chain: SourceChain;
}

/** Opens the files, to resume an interrupted preparation or to start from the beginning. */
export async function startWriting(plan: SizedPlan, folder: string): Promise<Writing> {
  const interrupted = sourceChain(plan, toolVersion());
  const journal = await readJournal(folder, plan, interrupted);
  if (journal !== undefined) {
    const options = writerOptions(plan, folder, journal);
    const whole = await Promise.all(options.map(holdsRows));
    if (whole.every(Boolean)) {
      return { writers: await openWriters(options), journal, chain: interrupted };
    }
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const fresh: Journal = { sources: 0, frames: [], skipped: [], postures: [], empty: 0 };
  const writers = await openWriters(writerOptions(plan, folder, fresh));
  return { writers, journal: fresh, chain: sourceChain(plan, toolVersion()) };
}

function writerOptions(
  plan: SizedPlan,
  folder: string,
  { frames }: Journal,
): readonly PartWriterOptions[] {
  const clips = clipsOf(plan);
  const { joints } = layoutOf(plan.layout);
  return plan.benchmarks.flatMap((benchmark) =>
    parts.map((part): PartWriterOptions => {
      const isHere = (clip: PlannedClip | undefined): boolean => clip?.parts[benchmark] === part;
      const planned = clips.filter(isHere).length;
      const kept = frames.filter((length, i) => length > 0 && isHere(clips[i])).length;
      const shape = [planned, 3, plan.frames, joints.length, plan.persons] as const;
      return { folder, benchmark, part, shape, kept };
    }),
  );
}

async function openWriters(options: readonly PartWriterOptions[]): Promise<readonly PartWriter[]> {
  const writers: PartWriter[] = [];
  try {
    for (const option of options) writers.push(await openPartWriter(option));
  } catch (error) {
    for (const writer of writers) await writer.close();
    throw error;
  }
  return writers;
}

/** Options of {@link writeClips}. */
export interface WriteOptions {
  readonly folder: string;
  readonly workers: number;
  readonly saveEvery: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Throws if files may not be skipped. */
  readonly refuse: (skipped: readonly SkippedFile[]) => void;
}

/** Reads the remaining sources and appends their clips. @returns The final journal. */
export async function writeClips(
  plan: SizedPlan,
  { writers, journal, chain }: Writing,
  { folder, workers, saveEvery, signal, onProgress, refuse }: WriteOptions,
): Promise<Journal> {
  const total = clipsOf(plan).length;
  const resumed = journal.frames.length;
  const frames = [...journal.frames];
  const skipped = [...journal.skipped];
  const postures = [...journal.postures];
  let { sources, empty } = journal;
  let saved = frames.length;
  const save = async (): Promise<void> => {
    if (frames.length === saved) return;
    for (const writer of writers) await writer.flush();
    await writeJournal(folder, { sources, frames, skipped, postures, empty }, chain);
    saved = frames.length;
  };
  refuse(skipped);
  try {
    const rest = plan.sources.slice(sources);
    for await (const group of prepareInOrder(rest, plan, { workers, signal })) {
      const problems = problemsOf(group);
      refuse(problems);
      const clips = group.sources.flatMap((source) => source.clips);
      for (const writer of writers) await writer.append(rowsFor(writer, clips, group));
      skipped.push(...problems);
      for (const outcome of group.outcomes) {
        const isRead = 'frames' in outcome;
        frames.push(isRead ? outcome.frames : 0);
        postures.push((isRead ? outcome.posture : undefined) ?? {});
        if (isRead && outcome.isEmpty) empty++;
      }
      for (const source of group.sources) chain.add(source);
      sources += group.sources.length;
      onProgress?.({ stage: 'preparing', done: frames.length, total, resumed });
      if (frames.length - saved >= saveEvery) await save();
    }
  } catch (error) {
    // Ignores a second error: a full disk has no space for a journal either.
    await save().catch(() => undefined);
    throw error;
  }
  return { sources, frames, skipped, postures, empty };
}

/** The clips of a group that could not be read. */
export function problemsOf({ sources, outcomes }: PreparedGroup): readonly SkippedFile[] {
  const planned = sources.flatMap(({ path, clips }) =>
    clips.map(({ name }) => (clips.length > 1 ? { file: path, clip: name } : { file: path })),
  );
  return outcomes.flatMap((outcome, i): readonly SkippedFile[] => {
    if ('frames' in outcome) return [];
    const { problem, offset } = outcome;
    const place = planned[i] as (typeof planned)[number];
    return [{ ...place, reason: problem, offset }];
  });
}

/** The rows of a group for one part. */
function rowsFor(
  { benchmark, part }: PartWriter,
  clips: readonly PlannedClip[],
  { outcomes, rows }: GroupResult,
): readonly Float32Array[] {
  const good = clips.filter((_, i) => 'frames' in (outcomes[i] as ClipOutcome));
  return rows.filter((_, i) => good[i]?.parts[benchmark] === part);
}
