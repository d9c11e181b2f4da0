import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '@halp/random';
import type { Manifest } from './manifest.ts';
import { parseNtuName, type NtuName } from './ntu-name.ts';
import { planNtu, type NamedRecording, type NtuKind } from './ntu-plan.ts';
import { formatNtuSkeleton, parseNtuSkeleton } from './ntu-skeleton.ts';
import { writePrepared, type PrepareOptions } from './prepared-writer.ts';
import { publishFolder, requireReplaceable } from './publish-folder.ts';
import { listRaw, requireOutside } from './raw-folder.ts';
import {
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
  type SyntheticSize,
} from './synthetic.ts';

const NAME = 'synthetic';

/** Which synthetic data set, and where it shall go. */
export interface PrepareSyntheticOptions extends PrepareOptions, SyntheticSize {
  /** Equal seeds give equal data; 0 unless given. */
  readonly seed?: number;
  /**
   * A new or empty folder in which NTU RGB+D `.skeleton` files are written first; the data set is then
   * prepared from these, with the same result.
   */
  readonly raw?: string;
}

/** No synthetic clip is longer. */
const MOST_FRAMES = 100;

/**
 * Makes and prepares the synthetic data set: benchmarks `xsub` (odd performers train) and `xview`
 * (cameras 2 and 3 train), 16 classes, two person slots.
 *
 * @returns The contents of the dataset.json that was written.
 * @throws RangeError if `out` or `raw` holds something else, or a number is out of its range.
 *
 * @example
 * ```ts
 * await prepareSynthetic({ out: 'data/synthetic', seed: 0 });
 * ```
 */
export async function prepareSynthetic(options: PrepareSyntheticOptions): Promise<Manifest> {
  const { out, seed = 0, raw } = options;
  await requireReplaceable(out, NAME);
  const rng = createRandom(seed);
  const made = syntheticNames(options).map((name) => ({
    ...{ name, path: `${name}.skeleton` },
    load: () => Promise.resolve(syntheticRecording(parseNtuName(name) as NtuName, rng)),
  }));
  if (raw !== undefined) {
    requireOutside(out, raw);
    await writeRaw(raw, made, options);
  }
  const kind: NtuKind = {
    ...{ name: NAME, classes: syntheticClasses, frames: MOST_FRAMES, complete: true, seed },
    trains: { xsub: (name) => name.subject % 2 === 1, xview: (name) => name.camera !== 1 },
  };
  const recordings = raw === undefined ? made : await recordingsIn(raw);
  return writePrepared(planNtu(kind, recordings), options);
}

async function writeRaw(
  raw: string,
  recordings: readonly NamedRecording[],
  { signal }: PrepareOptions,
): Promise<void> {
  await publishFolder(raw, undefined, async (folder) => {
    for (const { path, load } of recordings) {
      signal?.throwIfAborted();
      await writeFile(join(folder, path), formatNtuSkeleton(await load()));
    }
  });
}

/** The `.skeleton` files of a folder, to be parsed when they are needed. */
async function recordingsIn(raw: string): Promise<readonly NamedRecording[]> {
  const files = await listRaw(raw, '.skeleton');
  return files.map(({ name, path }) => ({
    ...{ name, path },
    load: async () => parseNtuSkeleton(await readFile(path), path),
  }));
}
