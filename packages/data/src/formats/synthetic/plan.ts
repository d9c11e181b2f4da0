import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@halp/random';
import { expectOptions, expectText, type OptionNames } from '@halp/random/check';
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
  sizeNames,
  syntheticClasses,
  syntheticRecording,
  type SyntheticSize,
} from './recording.ts';

/** The size and seed of a synthetic data set. */
export interface SyntheticOptions extends SyntheticSize {
  /** The seed; equal seeds give equal data. Default: 0. */
  readonly seed?: number | undefined;
}

/** The size and seed of a synthetic data set, and its recordings. */
export interface PlanSyntheticOptions extends SyntheticOptions {
  /**
   * The folder to which {@link writeSynthetic} has written the recordings. Default: they are generated on demand, with the
   * same result.
   */
  readonly raw?: string | undefined;
}

/** The maximum length of a synthetic clip. */
const MAX_FRAMES = 100;
const trains: Readonly<Record<string, (name: NtuName) => boolean>> = {
  xsub: ({ subject }) => subject % 2 === 1,
  xview: ({ camera }) => camera !== 1,
};

const planSyntheticNames: OptionNames<PlanSyntheticOptions> = {
  ...sizeNames,
  raw: true,
  seed: true,
};

/**
 * The plan of the synthetic data set: benchmarks `xsub` (odd performers for training) and `xview` (cameras 2 and 3 for
 * training), 16 classes, two person slots, normalised like NTU RGB+D.
 *
 * @throws RangeError if a number is out of range.
 *
 * @example
 * ```ts
 * await prepare(planSynthetic({ seed: 0 }), { out: 'data/synthetic' });
 * ```
 */
export function planSynthetic(options: PlanSyntheticOptions = {}): Plan {
  const { seed = 0, raw } = expectOptions('planSynthetic', options, planSyntheticNames);
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

/** The prepared clip of a generated recording. */
export function readSynthetic(
  { path, clips }: RawSource,
  plan: ReadingPlan,
): Promise<readonly (PreparedClip | ClipProblem)[]> {
  const name = clips[0]?.name as string;
  return Promise.resolve([ntuClip(recordingOf(name, plan.seed as number), path, plan)]);
}

/** Options of {@link writeSynthetic}. */
export interface WriteSyntheticOptions extends SyntheticOptions {
  /** A new or empty folder. */
  readonly out: string;
  /** Aborts the writing between two files. */
  readonly signal?: AbortSignal | undefined;
}

const writeSyntheticNames: OptionNames<WriteSyntheticOptions> = {
  ...sizeNames,
  out: true,
  signal: true,
  seed: true,
};

/**
 * Writes the recordings of the synthetic data set as NTU RGB+D `.skeleton` files.
 *
 * @returns The paths of the files.
 * @throws RangeError if the folder is not empty.
 */
export async function writeSynthetic(options: WriteSyntheticOptions): Promise<readonly string[]> {
  const { out, seed = 0, signal } = expectOptions('writeSynthetic', options, writeSyntheticNames);
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
