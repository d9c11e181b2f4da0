import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatNpyHeader } from '@halp/files';
import { cannotWrite, writeFileAtomic } from '@halp/files/node';
import { sha256OfFile } from '../disk/sha256.ts';
import { codeOf } from '../disk/system-error.ts';
import { formatNames } from '../prepared/clip-names.ts';
import { type Part, type PartFile, partFileName, type PartManifest } from '../prepared/manifest.ts';
import type { PlannedClip } from '../record/plan.ts';

/** Writes the files of one part of one benchmark to the folder of unfinished benchmarks. */
export interface PartWriter {
  readonly benchmark: string;
  readonly part: Part;
  /** Appends rows; each row holds the numbers of one clip `[C, T, V, M]`. */
  append(rows: readonly Float32Array[]): Promise<void>;
  /** Flushes the appended rows to the disk. */
  flush(): Promise<void>;
  /** Writes the other files of the part, and returns its entry for dataset.json. */
  finish(clips: readonly FinishedClip[], classes: number): Promise<PartManifest>;
  /** Closes the file; does nothing if it is already closed. */
  close(): Promise<void>;
}

/** A written clip and its valid frames. */
export interface FinishedClip {
  readonly clip: PlannedClip;
  readonly frames: number;
}

/** The place of a part, and the shape of its rows. */
export interface PartWriterOptions {
  readonly folder: string;
  readonly benchmark: string;
  readonly part: Part;
  /** The shape of the data if no clip is bad, `[N, C, T, V, M]`. */
  readonly shape: readonly [N: number, C: number, T: number, V: number, M: number];
  /** The number of rows of an earlier process to keep; further rows are cut off. */
  readonly kept: number;
}

/**
 * Opens the files of a part for writing.
 *
 * @throws Error as the file system reports it, or if the file holds fewer rows than are to be kept.
 */
export async function openPartWriter(options: PartWriterOptions): Promise<PartWriter> {
  const { folder, benchmark, part, shape, kept } = options;
  const [planned, ...row] = shape;
  const rowBytes = row.reduce((product, size) => product * size, 4);
  const pathOf = (file: PartFile): string => join(folder, partFileName(benchmark, part, file));
  const path = pathOf('data');
  await mkdir(dirname(path), { recursive: true });
  const header = formatNpyHeader('float32', shape);
  const file = await open(path, kept === 0 ? 'w+' : 'r+');
  let rows = kept;
  // NumPy's header has space for any count, so that a smaller one can replace it in the end.
  let position = header.length + kept * rowBytes;
  // A file that one process writes completely is hashed while it is written.
  const hash: Hash | undefined = kept === 0 ? createHash('sha256').update(header) : undefined;
  try {
    if (kept === 0) await writeAll(file, [header], 0);
    // A device has no size to cut.
    if ((await file.stat()).size > position) await file.truncate(position);
  } catch (error) {
    await file.close();
    throw cannotWrite(path, error);
  }
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };

  return {
    benchmark,
    part,
    async append(clips) {
      if (clips.length === 0) return;
      const bytes = clips.map(
        (clip) => new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength),
      );
      const length = await writeAll(file, bytes, position).catch((error: unknown) => {
        throw cannotWrite(path, error);
      });
      if (hash !== undefined) for (const view of bytes) hash.update(view);
      position += length;
      rows += clips.length;
    },
    flush: () => file.datasync(),
    async finish(clips, classes) {
      if (clips.length !== rows) {
        throw new Error(`prepare: expected ${clips.length} rows in ${path}, got ${rows}`);
      }
      // An interrupted preparation may have planned other clips after those that are kept.
      if (rows !== planned || kept > 0) {
        await writeAll(file, [formatNpyHeader('float32', [rows, ...row])], 0);
      }
      await file.sync();
      await close();
      const labels = Int32Array.from(clips, ({ clip }) => clip.label);
      const frames = Int32Array.from(clips, (clip) => clip.frames);
      const clipsPerClass = Array.from({ length: classes }, () => 0);
      for (const label of labels) clipsPerClass[label] = (clipsPerClass[label] as number) + 1;
      const whole = hash !== undefined && rows === planned;
      return {
        clips: rows,
        clipsPerClass,
        sha256: {
          data: whole ? hash.digest('hex') : await sha256OfFile(path),
          frames: await writeIntegers(pathOf('frames'), frames),
          labels: await writeIntegers(pathOf('labels'), labels),
          names: await writeHashed(
            pathOf('names'),
            new TextEncoder().encode(formatNames(clips.map(({ clip }) => clip))),
          ),
        },
      };
    },
    close,
  };
}

/**
 * Whether the file of a part still holds the rows to keep, and lies in the folder itself: through a link, another file would
 * be overwritten.
 */
export async function holdsRows(options: PartWriterOptions): Promise<boolean> {
  const { folder, benchmark, part, shape, kept } = options;
  if (await isLinked(folder, partFileName(benchmark, part, 'data'))) return false;
  if (kept === 0) return true;
  const [, ...row] = shape;
  const bytes = row.reduce((product, size) => product * size, 4) * kept;
  try {
    const { size } = await stat(join(folder, partFileName(benchmark, part, 'data')));
    return size >= formatNpyHeader('float32', shape).length + bytes;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether the folder, the benchmark's folder or the file is a link. A link from the file to a device is allowed. */
async function isLinked(folder: string, file: string): Promise<boolean> {
  const path = join(folder, file);
  const isLink = await Promise.all(
    [folder, dirname(path), path].map((each) =>
      lstat(each).then(
        (found) => found.isSymbolicLink(),
        () => false,
      ),
    ),
  );
  if (isLink[0] === true || isLink[1] === true) return true;
  if (isLink[2] !== true) return false;
  const target = await stat(path).catch(() => undefined);
  return target?.isCharacterDevice() !== true;
}

/** Writes all views, one after the other, from `position`. @returns The number of bytes. */
async function writeAll(
  file: FileHandle,
  views: readonly Uint8Array[],
  position: number,
): Promise<number> {
  const total = views.reduce((sum, { length }) => sum + length, 0);
  let { bytesWritten: done } = await file.writev(views, position);
  // A system may write fewer bytes than requested; the next call continues, or fails with the reason.
  while (done < total) {
    let skip = done;
    const rest = views.flatMap((view) => {
      const cut = Math.min(skip, view.length);
      skip -= cut;
      return cut === view.length ? [] : [view.subarray(cut)];
    });
    done += (await file.writev(rest, position + done)).bytesWritten;
  }
  return total;
}

async function writeIntegers(path: string, values: Int32Array): Promise<string> {
  const header = formatNpyHeader('int32', [values.length]);
  const bytes = new Uint8Array(header.length + values.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(values.buffer), header.length);
  return writeHashed(path, bytes);
}

async function writeHashed(path: string, bytes: Uint8Array): Promise<string> {
  await writeFileAtomic(path, bytes);
  return createHash('sha256').update(bytes).digest('hex');
}
