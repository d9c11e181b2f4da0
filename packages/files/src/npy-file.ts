import { open, type FileHandle } from 'node:fs/promises';
import { FormatError } from './format-error.ts';
import { adopt, bytesPerElement, sizeOfShape, type NdArray } from './nd-array.ts';
import { expectNpyLength, MAX_NPY_HEADER, parseNpyHeader, type NpyHeader } from './npy.ts';

// The system reads at most 2^31 - 4096 bytes at once.
const MOST_AT_ONCE = 2 ** 30;

/** An open `.npy` file from which rows (slices of the first axis) are read by position. */
export interface NpyFile {
  /** Type, shape, and where the numbers start. */
  readonly header: NpyHeader;
  /**
   * Rows `start` to `start + count - 1`: an array of shape `[count, ...shape.slice(1)]`.
   *
   * Calls may overlap.
   *
   * @throws RangeError if there are no such rows.
   * @throws FormatError if the file has become shorter since it was opened, or a bool is neither 0 nor 1.
   */
  readRows(start: number, count: number): Promise<NdArray>;
  /** Closes the file; harmless when it is closed already. */
  close(): Promise<void>;
}

/**
 * Opens a `.npy` file without loading its numbers; files of any size.
 *
 * @throws FormatError if the header is refused, the array is a scalar, or the file's length does not fit.
 * @throws Error if the file cannot be opened.
 *
 * @example
 * ```ts
 * const file = await openNpy('clips.npy'); // [N, C, T, V, M]
 * const { data } = await file.readRows(7, 1); // [1, C, T, V, M]
 * await file.close();
 * ```
 */
export async function openNpy(path: string): Promise<NpyFile> {
  const file = await open(path, 'r');
  try {
    const header = await readHeader(file, path);
    return {
      header,
      readRows: (start, count) => readRows(file, path, header, start, count),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: FileHandle, path: string): Promise<NpyHeader> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new FormatError(path, 'expected a .npy file, got a folder or device');
  const head = new Uint8Array(Math.min(stat.size, MAX_NPY_HEADER + 12));
  await readFully(file, head, 0, path);
  const header = parseNpyHeader(head, path);
  if (header.shape.length === 0) throw new FormatError(path, 'expected an array, got a scalar');
  expectNpyLength(header, stat.size, path);
  return header;
}

async function readRows(
  file: FileHandle,
  path: string,
  { dtype, shape, dataOffset }: NpyHeader,
  start: number,
  count: number,
): Promise<NdArray> {
  const [rows, ...rest] = shape as readonly [number, ...number[]];
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (!isCount(start) || !isCount(count) || start + count > rows) {
    throw new RangeError(
      `readRows: expected rows in [0, ${rows}), got ${count} from ${start} on (${path})`,
    );
  }
  const rowBytes = sizeOfShape(rest) * bytesPerElement(dtype);
  const bytes = new Uint8Array(rowBytes * count);
  const position = dataOffset + start * rowBytes;
  await readFully(file, bytes, position, path);
  return { dtype, shape: [count, ...rest], data: adopt(dtype, bytes.buffer, path, position) };
}

async function readFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(bytes.length - done, MOST_AT_ONCE);
    const { bytesRead } = await file.read(bytes, done, length, position + done);
    if (bytesRead === 0) {
      throw new FormatError(path, 'the file became shorter while it was read', position + done);
    }
    done += bytesRead;
  }
}
