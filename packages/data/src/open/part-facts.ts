import { join } from 'node:path';
import { readRegularFile } from '@halp/files/node';
import { readIntegers } from '../disk/read-integers.ts';
import { requireFile } from '../disk/system-error.ts';
import { type ClipFacts, parseNames } from '../prepared/clip-names.ts';
import {
  type BenchmarkManifest,
  type Manifest,
  type Part,
  type PartFile,
  partFileName,
} from '../prepared/manifest.ts';

/** What a part of a prepared set states about its clips. */
export interface PartFacts {
  /** The classes, `[N]`. */
  readonly labels: Int32Array;
  /** The valid frames, `[N]`. */
  readonly frames: Int32Array;
  /** Names, and where the clips were recorded. */
  readonly facts: readonly ClipFacts[];
}

/** Reads labels, lengths and names of a part. @throws FormatError if a file is missing or inconsistent. */
export async function readPartFacts(
  dir: string,
  manifest: Manifest,
  { benchmark, part }: { readonly benchmark: string; readonly part: Part },
): Promise<PartFacts> {
  const { clips } = (manifest.benchmarks[benchmark] as BenchmarkManifest)[part];
  const pathOf = (file: PartFile): string => join(dir, partFileName(benchmark, part, file));
  const labels = await readIntegers(pathOf('labels'), clips, 0, manifest.classes.length - 1);
  const frames = await readIntegers(pathOf('frames'), clips, 1, manifest.frames);
  const path = pathOf('names');
  const facts = parseNames(await requireFile(path, readRegularFile(path)), path, clips);
  return { labels, frames, facts };
}
