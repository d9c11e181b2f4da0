import { readSync } from 'node:fs';
import { type FileHandle } from 'node:fs/promises';
import { FormatError, type NpyHeader } from '@halp/files';
import { openRegularFile } from '@halp/files/node';
import { type Clip, createClip } from '@halp/skeleton';

/** An open joint array `[N, C, T, V, M]`, from which the valid frames of single clips are read. */
export interface ClipFile {
  /**
   * The first `frames` frames of clip `index`, `[C, frames, V, M]`.
   *
   * @throws FormatError if the file was truncated after it was opened.
   */
  readonly read: (index: number, frames: number) => Promise<Clip>;
  /** Closes the file. */
  readonly close: () => Promise<void>;
}

/** How clips are read from files. */
export interface ReadingOptions {
  /**
   * Whether reads are synchronous instead of running on Node's thread pool. Synchronous reads take a third of the processor
   * time if the file is in the page cache, and suit a thread with no other work; asynchronous reads of several clips run in
   * parallel, which suits slow disks. Default: false.
   */
  readonly blocking?: boolean | undefined;
}

/**
 * Opens a `.npy` file whose header is known: float32, row-major, `[N, C, T, V, M]`.
 *
 * A clip consists of C ranges of the file, one for each channel. The padding between them is not read: for NTU RGB+D, whose
 * clips have 85 of 300 frames on average, this skips three quarters of the array.
 */
export async function openClipFile(
  path: string,
  { shape, dataOffset }: Pick<NpyHeader, 'shape' | 'dataOffset'>,
  { blocking = false }: ReadingOptions = {},
): Promise<ClipFile> {
  const file = await openRegularFile(path);
  const [, C, T, V, M] = shape as readonly [number, number, number, number, number];
  const frameBytes = V * M * Float32Array.BYTES_PER_ELEMENT;
  return {
    async read(index, frames) {
      const length = frames * frameBytes;
      // Without zero-fill: every byte is overwritten.
      const { buffer } = Buffer.allocUnsafeSlow(C * length);
      const ranges = Array.from({ length: C }, (_, c) => ({
        ...{ file, path, bytes: new Uint8Array(buffer, c * length, length) },
        position: dataOffset + (index * C + c) * T * frameBytes,
      }));
      if (blocking) ranges.forEach(readBlocking);
      else await Promise.all(ranges.map(readAsync));
      return createClip([C, frames, V, M], new Float32Array(buffer));
    },
    close: () => file.close(),
  };
}

/** A range of a file, and the bytes to fill with it. */
interface FileRange {
  readonly file: FileHandle;
  readonly path: string;
  readonly position: number;
  readonly bytes: Uint8Array;
}

async function readAsync(range: FileRange): Promise<void> {
  const { file, bytes, position } = range;
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    done += requireBytes(bytesRead, range, done);
  }
}

function readBlocking(range: FileRange): void {
  const { file, bytes, position } = range;
  for (let done = 0; done < bytes.length;) {
    const bytesRead = readSync(file.fd, bytes, done, bytes.length - done, position + done);
    done += requireBytes(bytesRead, range, done);
  }
}

function requireBytes(bytesRead: number, { path, position }: FileRange, done: number): number {
  if (bytesRead > 0) return bytesRead;
  throw new FormatError(path, 'the file became shorter while it was read', position + done);
}
