import { expectObject, expectText } from '../check.ts';
import { cannotWrite, startReplacement } from '../disk/atomic.ts';
import {
  bytesPerElement,
  describe,
  encode,
  expectDType,
  expectShape,
  type NdArray,
  sizeOfShape,
} from './nd-array.ts';
import { formatNpyHeader } from './parse.ts';

// Systems write at most 2^31 - 4096 bytes per call.
const MOST_AT_ONCE = 2 ** 30;

/** A `.npy` file that is being written; the file at its path is replaced only by {@link NpyWriter.finish}. */
export interface NpyWriter {
  /**
   * Appends rows; the shape beyond the first axis must equal the file's.
   *
   * @throws RangeError if type or shape differ, or if there would be more rows than announced; nothing is written.
   * @throws Error as the file system reports it; the file is then discarded.
   */
  append(rows: NdArray): Promise<void>;
  /**
   * Flushes the file and moves it to its path.
   *
   * @throws RangeError if fewer rows were appended than announced; the file is then discarded.
   * @throws Error as the file system reports it; the file is then discarded.
   */
  finish(): Promise<void>;
  /** Removes what was written; has no effect after {@link NpyWriter.finish} or a first call. */
  discard(): Promise<void>;
}

/**
 * Starts a `.npy` file that is written row by row, in constant memory.
 *
 * The caller must call `finish` or `discard`.
 *
 * @param array - The type and the whole shape; the first axis is the total number of rows.
 * @throws RangeError if there is no first axis, or a size is not an integer of at least 0.
 * @throws Error as the file system reports it.
 *
 * @example
 * ```ts
 * const writer = await createNpyWriter('clips.npy', { dtype: 'float32', shape: [2, 3] });
 * try {
 *   await writer.append({ dtype: 'float32', shape: [2, 3], data: new Float32Array(6) });
 *   await writer.finish();
 * } finally {
 *   await writer.discard();
 * }
 * ```
 */
export async function createNpyWriter(
  path: string,
  array: Pick<NdArray, 'dtype' | 'shape'>,
): Promise<NpyWriter> {
  expectText('createNpyWriter', 'a path', path);
  expectObject('createNpyWriter', array, 'an array { dtype, shape }');
  const { dtype, shape } = array;
  expectDType('createNpyWriter', dtype);
  expectShape(shape, 'createNpyWriter');
  const [rows, ...rest] = shape;
  if (rows === undefined) throw new RangeError('createNpyWriter: expected an axis of rows, got []');
  const header = formatNpyHeader(dtype, shape);
  const rowBytes = sizeOfShape(rest) * bytesPerElement(dtype);
  const replacement = await startReplacement(path);
  let state: 'open' | 'finished' | 'discarded' = 'open';
  let written = 0;
  const discard = async (): Promise<void> => {
    if (state !== 'open') return;
    state = 'discarded';
    await replacement.discard();
  };
  const write = async (bytes: Uint8Array, position: number): Promise<void> => {
    const { file } = replacement;
    try {
      for (let done = 0; done < bytes.length;) {
        const length = Math.min(bytes.length - done, MOST_AT_ONCE);
        const { bytesWritten } = await file.write(bytes, done, length, position + done);
        done += bytesWritten;
      }
    } catch (error) {
      await discard();
      throw cannotWrite(path, error);
    }
  };
  const expectOpen = (caller: string): void => {
    if (state !== 'open')
      throw new Error(`${caller}: expected an open writer, got a ${state} one (${path})`);
  };
  await write(header, 0);
  return {
    async append(part) {
      expectOpen('append');
      const [count = NaN, ...partRest] = part.shape;
      if (part.dtype !== dtype || partRest.join() !== rest.join() || !(written + count <= rows)) {
        throw new RangeError(
          `append: expected at most ${rows - written} more rows of ${describe({ dtype, shape: rest })}, ` +
            `got ${describe(part)} (${path})`,
        );
      }
      const bytes = encode(part, 'append');
      const position = header.length + written * rowBytes;
      // Before the await, so that appends that are not awaited cannot overlap.
      written += count;
      await write(bytes, position);
    },
    async finish() {
      expectOpen('finish');
      if (written !== rows) {
        await discard();
        throw new RangeError(`finish: expected ${rows} rows, got ${written} (${path})`);
      }
      state = 'finished';
      await replacement.commit();
    },
    discard,
  };
}
