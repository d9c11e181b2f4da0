import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FormatError, formatNpyHeader } from '@halp/files';
import { type NpyFile, openNpy } from '@halp/files/node';
import { readIntegers } from '../disk/read-integers.ts';
import { requireFile } from '../disk/system-error.ts';
import {
  type BenchmarkManifest,
  dataShape,
  type Manifest,
  manifestName,
  type Part,
  partFileName,
  parts,
  rowFileName,
} from '../prepared/manifest.ts';
import type { ClipFile, ReadingOptions } from './clip-file.ts';
import { openJointArray } from './joint-array.ts';

/** A part of a benchmark, and how its clips are read. */
export interface PlaceOfClips {
  readonly benchmark: string;
  readonly part: Part;
  readonly reading?: ReadingOptions | undefined;
}

/** A benchmark with joint arrays. */
export interface Arrays {
  readonly name: string;
  readonly train: BenchmarkManifest['train'];
  readonly test: BenchmarkManifest['test'];
}

/**
 * The benchmark with the joint arrays of a split.
 *
 * @throws FormatError if its arrays are not those from which the split was made.
 */
export function arraysOfSplit(dir: string, { benchmarks }: Manifest, name: string): Arrays {
  const { split } = benchmarks[name] as BenchmarkManifest;
  const { from = '', sha256 } = split ?? {};
  const base = benchmarks[from];
  const isSame = parts.every((part) => base?.[part].sha256.data === sha256?.[part]);
  if (base !== undefined && isSame) return { name: from, train: base.train, test: base.test };
  throw new FormatError(
    join(dir, manifestName),
    `benchmarks.${name}: expected ${from} as when this split was made, got ` +
      `${base === undefined ? 'none' : 'other clips'}; make the split again`,
  );
}

/** The rows of a part of a split: positions in the training and then the test clips of the original benchmark. */
export async function readRows(
  dir: string,
  manifest: Manifest,
  { benchmark, part }: PlaceOfClips,
): Promise<Int32Array> {
  const { train, test } = arraysOfSplit(dir, manifest, benchmark);
  const { clips } = (manifest.benchmarks[benchmark] as BenchmarkManifest)[part];
  const path = join(dir, rowFileName(benchmark, part));
  return readIntegers(path, clips, 0, train.clips + test.clips - 1);
}

/** The part of the original benchmark in which a row lies, and its index there. */
function placeOf({ train }: Arrays, row: number): { readonly part: Part; readonly index: number } {
  return row < train.clips
    ? { part: 'train', index: row }
    : { part: 'test', index: row - train.clips };
}

/** The clips of a part of a split, from the arrays of the original benchmark. */
export async function openSplitClips(
  dir: string,
  manifest: Manifest,
  place: PlaceOfClips,
): Promise<ClipFile & { readonly pathOf: (index: number) => string }> {
  const arrays = arraysOfSplit(dir, manifest, place.benchmark);
  const rows = await readRows(dir, manifest, place);
  const pathOf = (part: Part): string => join(dir, partFileName(arrays.name, part, 'data'));
  const open = (part: Part): Promise<ClipFile> =>
    openJointArray(pathOf(part), manifest, arrays[part], place.reading ?? {});
  const train = await open('train');
  const files = { train, test: await open('test').catch(closing(train)) };
  return {
    read(index, frames) {
      const { part, index: at } = placeOf(arrays, rows[index] as number);
      return files[part].read(at, frames);
    },
    pathOf: (index) => pathOf(placeOf(arrays, rows[index] as number).part),
    async close() {
      await files.train.close();
      await files.test.close();
    },
  };
}

function closing(file: ClipFile): (error: unknown) => Promise<never> {
  return async (error) => {
    await file.close();
    throw error;
  };
}

/**
 * The SHA-256 of the joint array `[N, C, T, V, M]` that a part of a split would have if its clips were stored again.
 */
export async function sha256OfRows(
  dir: string,
  manifest: Manifest,
  { arrays, rows, onClip }: RowsToHash,
): Promise<string> {
  const shape = dataShape(manifest, { ...arrays.train, clips: rows.length });
  const hash = createHash('sha256').update(formatNpyHeader('float32', shape));
  const files: Partial<Record<Part, NpyFile>> = {};
  try {
    for (const part of parts) {
      const path = join(dir, partFileName(arrays.name, part, 'data'));
      files[part] = await requireFile(path, openNpy(path));
    }
    for (const row of rows) {
      const { part, index } = placeOf(arrays, row);
      const { data } = await (files[part] as NpyFile).readRows(index, 1);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      onClip?.();
    }
  } finally {
    for (const file of Object.values(files)) await file.close();
  }
  return hash.digest('hex');
}

/** The clips whose array is hashed. */
export interface RowsToHash {
  /** The benchmark with the clips. */
  readonly arrays: Arrays;
  readonly rows: Int32Array;
  /** Called after each clip; what it throws ends the work. */
  readonly onClip?: (() => void) | undefined;
}
