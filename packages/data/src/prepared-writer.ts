import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createNpyWriter, writeFileAtomic, type NpyWriter } from '@halp/files/node';
import type { Clip, Layout } from '@halp/skeleton';
import {
  manifestName,
  partFileName,
  parts,
  type BenchmarkManifest,
  type Manifest,
  type Part,
  type PartFile,
  type PartManifest,
} from './manifest.ts';
import { formatNames } from './names.ts';
import { publishFolder } from './publish-folder.ts';

/** How far a preparation has come. */
export interface Progress {
  /** Raw files are checked first, where that is cheap, and then prepared. */
  readonly stage: 'checking' | 'preparing';
  /** Clips done in this stage. */
  readonly done: number;
  /** Clips of this stage. */
  readonly total: number;
}

/** What every preparation can be told. */
export interface PrepareOptions {
  /** The folder of the prepared set: new, empty, or holding an earlier preparation of the same set. */
  readonly out: string;
  /** Called after each clip. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops the preparation; what stood at `out` stays as it was. */
  readonly signal?: AbortSignal;
}

/** A clip that is going to be prepared: where it belongs, and how to get it. */
export interface PlannedClip {
  readonly name: string;
  readonly label: number;
  readonly subject: number;
  readonly camera: number;
  readonly setup?: number;
  /** The part of each benchmark in which the clip stands. */
  readonly parts: Readonly<Record<string, Part>>;
  /** The normalised clip, and how many of its frames are valid. */
  readonly read: () => Promise<{ readonly clip: Clip; readonly frames: number }>;
}

/** A data set that is going to be written. */
export interface Plan {
  readonly name: string;
  readonly layout: Layout;
  readonly classes: readonly string[];
  readonly persons: number;
  /** T, the frames to which every clip is padded. */
  readonly frames: number;
  readonly normalisation: string;
  readonly complete: boolean;
  readonly seed?: number;
  /** The benchmarks' names. */
  readonly benchmarks: readonly string[];
  /** The clips in the order in which they are stored. */
  readonly clips: readonly PlannedClip[];
}

/**
 * Writes a prepared data set, one clip at a time, and puts it in its place when it is whole.
 *
 * @returns The contents of its dataset.json.
 * @throws RangeError if a part of a benchmark would be empty, or `out` holds something else.
 */
export async function writePrepared(plan: Plan, options: PrepareOptions): Promise<Manifest> {
  for (const benchmark of plan.benchmarks) {
    for (const part of parts) {
      if (!plan.clips.some((clip) => clip.parts[benchmark] === part)) {
        throw new RangeError(
          `prepare: expected clips in the ${part} part of ${plan.name} ${benchmark}, got none of ${plan.clips.length}`,
        );
      }
    }
  }
  let manifest: Manifest | undefined;
  await publishFolder(options.out, plan.name, async (folder) => {
    const benchmarks = await writeBenchmarks(plan, folder, options);
    manifest = {
      format: 'halp-dataset/1',
      name: plan.name,
      layout: plan.layout.name,
      classes: plan.classes,
      persons: plan.persons,
      frames: plan.frames,
      normalisation: plan.normalisation,
      complete: plan.complete,
      ...(plan.seed === undefined ? {} : { seed: plan.seed }),
      tool: toolVersion(),
      benchmarks,
    };
    await writeFileAtomic(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  });
  return manifest as Manifest;
}

interface PartWriter {
  readonly benchmark: string;
  readonly part: Part;
  readonly clips: readonly PlannedClip[];
  readonly frames: number[];
  readonly data: NpyWriter;
}

async function writeBenchmarks(
  plan: Plan,
  folder: string,
  { onProgress, signal }: PrepareOptions,
): Promise<Record<string, BenchmarkManifest>> {
  const writers: PartWriter[] = [];
  try {
    for (const benchmark of plan.benchmarks) {
      await mkdir(join(folder, benchmark));
      for (const part of parts) writers.push(await openPart(plan, folder, benchmark, part));
    }
    for (const [index, planned] of plan.clips.entries()) {
      signal?.throwIfAborted();
      const { clip, frames } = await planned.read();
      const data = padded(clip, plan);
      for (const writer of writers) {
        if (planned.parts[writer.benchmark] !== writer.part) continue;
        writer.frames.push(frames);
        const shape = [1, 3, plan.frames, plan.layout.joints.length, plan.persons];
        await writer.data.append({ dtype: 'float32', shape, data });
      }
      onProgress?.({ stage: 'preparing', done: index + 1, total: plan.clips.length });
    }
    const finished: Record<string, Record<string, PartManifest>> = {};
    for (const writer of writers) {
      const benchmark = (finished[writer.benchmark] ??= {});
      benchmark[writer.part] = await finishPart(writer, folder, plan.classes.length);
    }
    return finished as Record<string, BenchmarkManifest>;
  } finally {
    for (const writer of writers) await writer.data.discard();
  }
}

async function openPart(
  plan: Plan,
  folder: string,
  benchmark: string,
  part: Part,
): Promise<PartWriter> {
  const clips = plan.clips.filter((clip) => clip.parts[benchmark] === part);
  const shape = [clips.length, 3, plan.frames, plan.layout.joints.length, plan.persons];
  const path = join(folder, partFileName(benchmark, part, 'data'));
  const data = await createNpyWriter(path, { dtype: 'float32', shape });
  return { benchmark, part, clips, frames: [], data };
}

async function finishPart(
  { benchmark, part, clips, frames, data }: PartWriter,
  folder: string,
  classes: number,
): Promise<PartManifest> {
  const pathOf = (file: PartFile): string => join(folder, partFileName(benchmark, part, file));
  await data.finish();
  await writeIntegers(pathOf('frames'), frames);
  const labels = clips.map((clip) => clip.label);
  await writeIntegers(pathOf('labels'), labels);
  await writeFileAtomic(pathOf('names'), formatNames(clips));
  const clipsPerClass = Array.from({ length: classes }, () => 0);
  for (const label of labels) clipsPerClass[label] = (clipsPerClass[label] as number) + 1;
  return {
    clips: clips.length,
    clipsPerClass,
    sha256: {
      data: await sha256(pathOf('data')),
      frames: await sha256(pathOf('frames')),
      labels: await sha256(pathOf('labels')),
      names: await sha256(pathOf('names')),
    },
  };
}

async function writeIntegers(path: string, values: readonly number[]): Promise<void> {
  const writer = await createNpyWriter(path, { dtype: 'int32', shape: [values.length] });
  try {
    await writer.append({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
    await writer.finish();
  } finally {
    await writer.discard();
  }
}

/** The clip's numbers with zero frames after them, `[C, frames, V, M]`. */
function padded(clip: Clip, { frames, layout, persons }: Plan): Float32Array {
  const [C, T, V, M] = clip.shape;
  if (C !== 3 || T > frames || V !== layout.joints.length || M !== persons) {
    throw new RangeError(
      `prepare: expected [3, up to ${frames}, ${layout.joints.length}, ${persons}], got [${clip.shape.join(', ')}]`,
    );
  }
  if (T === frames) return clip.data;
  const out = new Float32Array(C * frames * V * M);
  for (let c = 0; c < C; c++) {
    out.set(clip.data.subarray(c * T * V * M, (c + 1) * T * V * M), c * frames * V * M);
  }
  return out;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function toolVersion(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { name, version } = JSON.parse(file) as { name: string; version: string };
  return `${name} ${version}`;
}
