import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@halp/random';
import { expectOptions, expectText } from '@halp/random/check';
import { kinectV2 } from '@halp/skeleton';
import type { Recording } from '../../clip/recording.ts';
import { requireEmpty } from '../../disk/require-empty.ts';
import type { Part } from '../../prepared/manifest.ts';
import { ntuPreparation } from '../../prepared/preparation.ts';
import type { ClipProblem, Plan, PreparedClip, RawSource } from '../../record/plan.ts';
import type { ReadingPlan } from '../../record/plan.ts';
import { type NtuName, parseNtuName } from '../ntu/name.ts';
import { ntuClip } from '../ntu/plan.ts';
import { formatNtuSkeleton } from '../ntu/skeleton-file.ts';
import {
  expectSeed,
  namesFor,
  syntheticClasses,
  syntheticRecording,
  type SyntheticSize,
} from './recording.ts';

/** Which synthetic data set. */
export interface SyntheticOptions extends SyntheticSize {
  /** Equal seeds give equal data; 0 unless given. */
  readonly seed?: number | undefined;
}

/** Which synthetic data set, and where its recordings are. */
export interface PlanSyntheticOptions extends SyntheticOptions {
  /**
   * The folder to which {@link writeSynthetic} has written them; unless given they are made when they
   * are needed, with the same result.
   */
  readonly raw?: string | undefined;
}

/** No synthetic clip is longer. */
const MAX_FRAMES = 100;
const trains: Readonly<Record<string, (name: NtuName) => boolean>> = {
  xsub: ({ subject }) => subject % 2 === 1,
  xview: ({ camera }) => camera !== 1,
};

/**
 * How the synthetic data set is prepared: benchmarks `xsub` (odd performers train) and `xview`
 * (cameras 2 and 3 train), 16 classes, two person slots, normalised as NTU RGB+D is.
 *
 * @throws RangeError if a number is out of its range.
 *
 * @example
 * ```ts
 * await prepare(planSynthetic({ seed: 0 }), { out: 'data/synthetic' });
 * ```
 */
export function planSynthetic(options: PlanSyntheticOptions = {}): Plan {
  const { seed = 0, raw } = expectOptions('planSynthetic', options);
  expectSeed('planSynthetic', seed);
  const sources = namesFor('planSynthetic', options).map((name): RawSource => {
    const facts = parseNtuName(name) as NtuName;
    const parts = Object.entries(trains).map(([benchmark, isTraining]): [string, Part] => [
      benchmark,
      isTraining(facts) ? 'train' : 'test',
    ]);
    const { subject, camera, setup, action } = facts;
    const clip = { name, label: action - 1, subject, camera, setup };
    const path = raw === undefined ? fileOf(name) : join(raw, fileOf(name));
    return { path, clips: [{ ...clip, parts: Object.fromEntries(parts) }] };
  });
  return {
    name: 'synthetic',
    reader: raw === undefined ? 'synthetic' : 'ntu',
    layout: kinectV2.name,
    classes: syntheticClasses,
    persons: 2,
    frames: MAX_FRAMES,
    preparation: ntuPreparation,
    seed,
    benchmarks: Object.keys(trains),
    sources,
    raw: raw === undefined ? undefined : [raw],
  };
}

/** The clip of a recording of the plan's seed. */
export function readSynthetic(
  { path, clips }: RawSource,
  plan: ReadingPlan,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const name = clips[0]?.name as string;
  return Promise.resolve([ntuClip(recordingOf(name, plan.seed as number), path, plan)]);
}

/** How {@link writeSynthetic} is done. */
export interface WriteSyntheticOptions extends SyntheticOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** Ends the writing between two files. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the recordings of the synthetic data set as NTU RGB+D `.skeleton` files.
 *
 * @returns The paths of the files.
 * @throws RangeError if there is something in the folder.
 */
export async function writeSynthetic(options: WriteSyntheticOptions): Promise<readonly string[]> {
  const { out, seed = 0, signal } = expectOptions('writeSynthetic', options);
  expectText('writeSynthetic', 'out to be a path', out);
  expectSeed('writeSynthetic', seed);
  const names = namesFor('writeSynthetic', options);
  await requireEmpty('writeSynthetic', out);
  await mkdir(out, { recursive: true });
  const paths: string[] = [];
  for (const name of names) {
    signal?.throwIfAborted();
    const path = join(out, fileOf(name));
    await writeFile(path, formatNtuSkeleton(recordingOf(name, seed)));
    paths.push(path);
  }
  return paths;
}

function recordingOf(name: string, seed: number): Recording {
  return syntheticRecording(parseNtuName(name) as NtuName, createRandom(seed));
}

function fileOf(name: string): string {
  return `${name}.skeleton`;
}
