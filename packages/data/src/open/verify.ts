import { join } from 'node:path';
import { FormatError } from '@halp/files';
import { expectOptions, expectText, type OptionNames } from '@halp/random/check';
import { sha256OfFile } from '../disk/sha256.ts';
import { codeOf } from '../disk/system-error.ts';
import {
  type Manifest,
  type Part,
  type PartFile,
  partFileName,
  parts,
  rowFileName,
} from '../prepared/manifest.ts';
import type { SkippedFile } from '../record/plan.ts';
import { openDataset, readManifest } from './dataset.ts';
import { arraysOfSplit, readRows, sha256OfRows } from './split-clips.ts';

/** Options of {@link verifyDataset}. */
export interface VerifyOptions {
  /** Called after each file. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Aborts the work between two files. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a verification. */
export interface Verification {
  /** The number of files that were compared with their checksums. */
  readonly files: number;
  /** Files that differ or are missing, with the reason; empty if the set is intact. */
  readonly problems: readonly SkippedFile[];
}

const arrays: readonly PartFile[] = ['data', 'frames', 'labels', 'names'];

const optionNames: OptionNames<VerifyOptions> = {
  onProgress: true,
  signal: true,
};

/**
 * Compares every file of a prepared set with the checksum in its `dataset.json`, and opens every part
 * of every benchmark.
 *
 * @throws FormatError if the folder is not a prepared set.
 */
export async function verifyDataset(
  dir: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  expectText('verifyDataset', 'a path', dir);
  const { onProgress, signal } = expectOptions('verifyDataset', options, optionNames);
  const manifest = await readManifest(dir);
  const problems: SkippedFile[] = [];
  const files = Object.entries(manifest.benchmarks).flatMap(([benchmark, both]) =>
    parts.flatMap((part) => arrays.map((file) => ({ benchmark, part, file, both }))),
  );
  for (const [index, { benchmark, part, file, both }] of files.entries()) {
    signal?.throwIfAborted();
    const isRows = both.split !== undefined && file === 'data';
    const name = isRows ? rowFileName(benchmark, part) : partFileName(benchmark, part, file);
    const path = join(dir, name);
    const work = isRows ? sha256OfSplit(dir, manifest, { benchmark, part }) : sha256OfFile(path);
    const found = await work.catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return 'nothing at that path';
      if (isRows && error instanceof FormatError) return error.message;
      throw error;
    });
    const sha256 = both[part].sha256[file];
    if (found !== sha256) {
      problems.push({ file: path, reason: `expected SHA-256 ${sha256}, got ${found}` });
    }
    onProgress?.({ done: index + 1, total: files.length });
  }
  if (problems.length === 0) {
    for (const benchmark of Object.keys(manifest.benchmarks)) {
      for (const part of parts) await (await openDataset(dir, { benchmark, part })).close();
    }
  }
  return { files: files.length, problems };
}

/** The SHA-256 of the joint array that a part of a split would have. */
async function sha256OfSplit(
  dir: string,
  manifest: Manifest,
  place: { readonly benchmark: string; readonly part: Part },
): Promise<string> {
  const split = arraysOfSplit(dir, manifest, place.benchmark);
  const rows = await readRows(dir, manifest, place);
  return sha256OfRows(dir, manifest, { arrays: split, rows });
}
