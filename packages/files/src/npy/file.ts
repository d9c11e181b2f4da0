import { expectText } from '../check.ts';
import { openRegularFile } from '../disk/regular-file.ts';
import { type FileSection, readSection } from '../disk/section.ts';
import { FormatError } from '../format/format-error.ts';
import { describe, type NdArray, sizeOfShape } from './nd-array.ts';
import { expectNpyLength, MAX_NPY_HEADER, type NpyHeader, parseNpyHeader } from './parse.ts';
import { adoptStored, isScattered, storedBytes } from './stored.ts';

/** The most bytes of numbers that are loaded whole because they cannot be read by position: 1 GiB. */
export const MOST_LOADED: number = 2 ** 30;

/** An open `.npy` file from which rows (slices of the first axis) are read by position. */
export interface NpyFile {
  /** Type, shape, order, and start of the numbers, as the file states them. */
  readonly header: NpyHeader;
  /** Whether rows are read by position; otherwise the whole array is loaded when the first row is read. */
  readonly byPosition: boolean;
  /**
   * Rows `start` to `start + count - 1`: an array of shape `[count, ...shape.slice(1)]`, in the machine's byte order with
   * the last axis fastest; half precision as float32.
   *
   * Calls may overlap.
   *
   * @throws RangeError if there are no such rows.
   * @throws FormatError if the file became shorter after it was opened, or a bool is neither 0 nor 1.
   */
  readRows(start: number, count: number): Promise<NdArray>;
  /** Closes the file; has no effect if it is closed already. */
  close(): Promise<void>;
}

/**
 * Opens a `.npy` file of any size without loading its numbers.
 *
 * @remarks In Fortran order the numbers of a row are spread over the file. Up to 1 GiB, such a file is loaded whole and
 * reordered when its first row is read; a larger one is refused.
 * @throws FormatError if the header is refused, the array is a scalar, the file's length does not match the header, or it
 * holds more than 1 GiB in Fortran order.
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
  expectText('openNpy', 'a path', path);
  const file = await openRegularFile(path);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new FormatError(path, 'expected a .npy file, got a folder or device');
    const section: FileSection = { file, path, start: 0, length: stat.size };
    return await npyInSection(section, () => file.close());
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The array whose `.npy` file is a section of an open file, read by position. */
export async function npyInSection(
  section: FileSection,
  close: () => Promise<void>,
): Promise<NpyFile> {
  const { path, length } = section;
  const head = await readSection(section, 0, Math.min(length, MAX_NPY_HEADER + 12));
  const header = parseNpyHeader(head, path);
  expectNpyLength(header, length, path);
  const { shape, dataOffset } = header;
  if (isScattered(header, shape)) {
    const size = length - dataOffset;
    if (size > MOST_LOADED) {
      throw new FormatError(
        path,
        `expected C order, or at most ${MOST_LOADED} bytes in Fortran order, got ${size} bytes of ` +
          `${describe(header)}; convert it with NumPy's ascontiguousarray`,
      );
    }
    let loaded: Promise<NdArray> | undefined;
    const load = async (): Promise<NdArray> => {
      const bytes = await readSection(section, dataOffset, size);
      return adoptStored(bytes, header, shape, path, dataOffset);
    };
    return npyOfArray(header, path, () => (loaded ??= load()), close);
  }
  const rowBytes = sizeOfShape(shape.slice(1)) * storedBytes(header.dtype);
  const facts = { header, byPosition: true, close };
  return fileOfRows(facts, path, async (start, count, rowsShape) => {
    const position = dataOffset + start * rowBytes;
    const bytes = await readSection(section, position, rowBytes * count);
    return adoptStored(bytes, header, rowsShape, path, position);
  });
}

/** The rows of an array that is in memory, or will be loaded by the first read. */
export function npyOfArray(
  header: NpyHeader,
  path: string,
  load: () => Promise<NdArray>,
  close: () => Promise<void>,
): NpyFile {
  const rowSize = sizeOfShape(header.shape.slice(1));
  const facts = { header, byPosition: false, close };
  return fileOfRows(facts, path, async (start, count, shape) => {
    const { dtype, data } = await load();
    return { dtype, shape, data: data.slice(start * rowSize, (start + count) * rowSize) };
  });
}

type ReadRows = (start: number, count: number, shape: readonly number[]) => Promise<NdArray>;

function fileOfRows(facts: Omit<NpyFile, 'readRows'>, path: string, read: ReadRows): NpyFile {
  const [rows, ...rest] = facts.header.shape;
  if (rows === undefined) throw new FormatError(path, 'expected an array, got a scalar');
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  return {
    ...facts,
    async readRows(start, count) {
      if (!isCount(start) || !isCount(count) || start + count > rows) {
        throw new RangeError(
          `readRows: expected rows in [0, ${rows}), got ${count} from ${start} on (${path})`,
        );
      }
      return read(start, count, [count, ...rest]);
    },
  };
}
