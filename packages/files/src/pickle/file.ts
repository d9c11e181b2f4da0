import { readSync } from 'node:fs';
import { type FileHandle } from 'node:fs/promises';
import { expectText } from '../check.ts';
import { openRegularFile } from '../disk/regular-file.ts';
import { nameKindOf, readSection } from '../disk/section.ts';
import { FormatError } from '../format/format-error.ts';
import { type NdArray, sizeOfShape } from '../npy/nd-array.ts';
import { arrayOf, FEW_NUMBERS } from './numpy.ts';
import { type OnArray, PICKLE, type PickleValue, readPickle } from './parse.ts';
import type { PickledArray } from './pending.ts';
import type { PickleSource } from './piece.ts';

/** Between the arrays of a data set are a few hundred bytes. */
const WINDOW = 4096;

/** An open pickle whose arrays are read by position. */
export interface PickledArrays {
  /**
   * An array that {@link openPickle} found in this file.
   *
   * @throws FormatError if its numbers are damaged, or the file became shorter.
   */
  readArray(array: PickledArray): Promise<NdArray>;
  /** Closes the file; has no effect if it is closed already. */
  close(): Promise<void>;
}

/** An open pickle whose arrays have not been read. */
export interface PickleFile extends PickledArrays {
  /** The contents, with the type, shape and position of each array in place of its numbers. */
  readonly value: PickleValue<PickledArray>;
}

/**
 * Opens a Python pickle of protocol 2 to 5 of any size, as `parsePickle` reads it, but without its arrays: memory grows
 * only with the contents between them.
 *
 * @remarks Blocks the event loop while it reads, about 10 s for a hundred thousand arrays.
 * @throws FormatError as `parsePickle` does, except for errors in the numbers of an array.
 * @throws Error if the file cannot be opened.
 */
export async function openPickle(path: string): Promise<PickleFile> {
  expectText('openPickle', 'a path', path);
  const { file, length, arrays } = await openFile(path);
  try {
    const source = windowed(file, length, path);
    return { ...arrays, value: readPickle(source, path, withFew(path)) };
  } catch (error) {
    return await nameKindOf(error, { file, path, start: 0, length }, PICKLE).finally(() =>
      file.close(),
    );
  }
}

/**
 * Opens a pickle for reading arrays whose positions are known from {@link openPickle}, for example in another thread: the
 * positions are plain data.
 *
 * @throws FormatError if this is no file.
 * @throws Error if the file cannot be opened.
 */
export async function openPickledArrays(path: string): Promise<PickledArrays> {
  expectText('openPickledArrays', 'a path', path);
  return (await openFile(path)).arrays;
}

/** An array with its position in the file, and with its numbers if they are few. */
function withFew(path: string): OnArray<PickledArray> {
  return (array, view) => {
    if (sizeOfShape(array.shape) > FEW_NUMBERS) return array;
    const { data } = arrayOf(array, view(array.piece), path);
    const few = Array.from(data, Number);
    return { ...array, few };
  };
}

interface OpenFile {
  readonly file: FileHandle;
  readonly length: number;
  readonly arrays: PickledArrays;
}

async function openFile(path: string): Promise<OpenFile> {
  const file = await openRegularFile(path);
  const stat = await file.stat();
  if (!stat.isFile()) {
    await file.close();
    throw new FormatError(path, 'expected a pickle, got a folder or device');
  }
  const section = { file, path, start: 0, length: stat.size };
  const arrays: PickledArrays = {
    async readArray(array) {
      const { start, length } = array.piece;
      return arrayOf(array, await readSection(section, start, length), path);
    },
    close: () => file.close(),
  };
  return { file, length: stat.size, arrays };
}

/** A file of which a few kilobytes at a time are in memory, because pickleparser is synchronous. */
function windowed(file: FileHandle, length: number, path: string): PickleSource {
  let bytes = new Uint8Array(0);
  let from = 0;
  const load = (start: number, end: number): void => {
    const window = new Uint8Array(Math.min(Math.max(WINDOW, end - start), length - start));
    for (let done = 0; done < window.length;) {
      const read = readSync(file.fd, window, done, window.length - done, start + done);
      if (read === 0) throw new FormatError(path, 'the file became shorter while it was read');
      done += read;
    }
    bytes = window;
    from = start;
  };
  return {
    length,
    at(position) {
      if (position < from || position >= from + bytes.length) load(position, position + 1);
      return bytes[position - from] as number;
    },
    view(start, end) {
      if (start < from || end > from + bytes.length) load(start, end);
      return bytes.subarray(start - from, end - from);
    },
  };
}
