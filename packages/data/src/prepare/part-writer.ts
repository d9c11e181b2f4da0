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

/** The arrays of one part of one benchmark in the making, in a folder where nobody looks for them yet. */
export interface PartWriter {
  readonly benchmark: string;
  readonly part: Part;
  /** Appends rows, each the numbers of one clip `[C, T, V, M]`. */
  append(rows: readonly Float32Array[]): Promise<void>;
  /** Brings what was appended to the disk. */
  flush(): Promise<void>;
  /** Writes what stands beside the data, and says what dataset.json says of the part. */
  finish(clips: readonly FinishedClip[], classes: number): Promise<PartManifest>;
  /** Closes the file; harmless when it is closed already. */
  close(): Promise<void>;
}

/** A clip that was written, and its valid frames. */
export interface FinishedClip {
  readonly clip: PlannedClip;
  readonly frames: number;
}

/** Where a part is written, and what its rows are. */
export interface PartWriterOptions {
  readonly folder: string;
  readonly benchmark: string;
  readonly part: Part;
  /** The shape of the data if no clip turns out to be bad, `[N, C, T, V, M]`. */
  readonly shape: readonly [N: number, C: number, T: number, V: number, M: number];
  /** Rows that an earlier process has written, which are kept; more than those are cut off. */
  readonly kept: number;
}

/**
 * Opens the arrays of a part for writing.
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
  // NumPy's header has room for any count, so that a smaller one can be written over it in the end.
  let position = header.length + kept * rowBytes;
  // The checksum of a file that is written in one go needs no second reading.
  const hash: Hash | undefined = kept === 0 ? createHash('sha256').update(header) : undefined;
  try {
    if (kept === 0) await writeAll(file, [header], 0);
    // Not what is not a plain file, such as a device.
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
 * Whether the file of a part still holds the rows that are to be kept of it, and stands in the folder itself: through a
 * link somebody else's file would be written over.
 */
export async function holdsRows(options: PartWriterOptions): Promise<boolean> {
  const { folder, benchmark, part, shape, kept } = options;
  if (await leadsElsewhere(folder, partFileName(benchmark, part, 'data'))) return false;
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

/** Whether the folder, one below it or the file is a link, but to a device: what that is given goes nowhere. */
async function leadsElsewhere(folder: string, file: string): Promise<boolean> {
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

/** Writes all views, one after the other from `position` on, and says how many bytes that was. */
async function writeAll(
  file: FileHandle,
  views: readonly Uint8Array[],
  position: number,
): Promise<number> {
  const total = views.reduce((sum, { length }) => sum + length, 0);
  let { bytesWritten: done } = await file.writev(views, position);
  // A system may write less than it was asked to; the next call then says why, or goes on.
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
