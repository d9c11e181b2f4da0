import { readSync } from 'node:fs';
import { type FileHandle } from 'node:fs/promises';
import { FormatError, type NpyHeader } from '@halp/files';
import { openRegularFile } from '@halp/files/node';
import { type Clip, createClip } from '@halp/skeleton';

/** A joint array `[N, C, T, V, M]` of which only the valid frames of a clip are read. */
export interface ClipFile {
  /**
   * The first `frames` frames of clip `index`, `[C, frames, V, M]`.
   *
   * @throws FormatError if the file has become shorter since it was opened.
   */
  readonly read: (index: number, frames: number) => Promise<Clip>;
  /** Closes the file. */
  readonly close: () => Promise<void>;
}

/** How the clips of a file are read. */
export interface ReadingOptions {
  /**
   * Whether this thread waits for each read, instead of handing it to Node's threads; false unless given.
   * Costs a third of the processor time where the system has the file in memory, and suits a thread that
   * has nothing else to do. Otherwise the reads of several clips run at once, which suits slow disks.
   */
  readonly blocking?: boolean | undefined;
}

/**
 * Opens a `.npy` file whose header is known: float32, row-major, `[N, C, T, V, M]`.
 *
 * A clip is C stretches of the file, one for each channel, and the padding between them is not read: of
 * NTU RGB+D, whose clips have 85 of 300 frames on average, that is three quarters of the array.
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
      // Not set to zero first: every byte of it is read.
      const { buffer } = Buffer.allocUnsafeSlow(C * length);
      const stretches = Array.from({ length: C }, (_, c) => ({
        ...{ file, path, bytes: new Uint8Array(buffer, c * length, length) },
        position: dataOffset + (index * C + c) * T * frameBytes,
      }));
      if (blocking) stretches.forEach(readBlocking);
      else await Promise.all(stretches.map(readAsync));
      return createClip([C, frames, V, M], new Float32Array(buffer));
    },
    close: () => file.close(),
  };
}

/** A part of a file, and where it goes. */
interface Stretch {
  readonly file: FileHandle;
  readonly path: string;
  readonly position: number;
  readonly bytes: Uint8Array;
}

async function readAsync(stretch: Stretch): Promise<void> {
  const { file, bytes, position } = stretch;
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    done += expectSome(bytesRead, stretch, done);
  }
}

function readBlocking(stretch: Stretch): void {
  const { file, bytes, position } = stretch;
  for (let done = 0; done < bytes.length;) {
    const bytesRead = readSync(file.fd, bytes, done, bytes.length - done, position + done);
    done += expectSome(bytesRead, stretch, done);
  }
}

function expectSome(bytesRead: number, { path, position }: Stretch, done: number): number {
  if (bytesRead > 0) return bytesRead;
  throw new FormatError(path, 'the file became shorter while it was read', position + done);
}
