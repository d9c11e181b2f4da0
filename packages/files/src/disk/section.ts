import type { FileHandle } from 'node:fs/promises';
import { type Expected, KIND_BYTES, nameKind } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';

// The system reads at most 2^31 - 4096 bytes per call.
const MOST_AT_ONCE = 2 ** 30;

/** A part of an open file that is a file itself, such as a member of an archive; or the whole file. */
export interface FileSection {
  /** The open file that holds it. */
  readonly file: FileHandle;
  /** Its name in error messages. */
  readonly path: string;
  /** The byte of the open file at which the section starts. */
  readonly start: number;
  /** Its length in bytes. */
  readonly length: number;
}

/**
 * `length` bytes of the section, starting at `position`.
 *
 * @throws FormatError if the file has become shorter.
 */
export async function readSection(
  { file, path, start }: FileSection,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const most = Math.min(length - done, MOST_AT_ONCE);
    const { bytesRead } = await file.read(bytes, done, most, start + position + done);
    if (bytesRead === 0) {
      throw new FormatError(path, 'the file became shorter while it was read', position + done);
    }
    done += bytesRead;
  }
  return bytes;
}

/** Throws the error of a reader, or an error that names the kind of the file if it is of another kind, see `whatIs`. */
export async function nameKindOf(
  error: unknown,
  section: FileSection,
  expected: Expected,
): Promise<never> {
  const head = await readSection(section, 0, Math.min(section.length, KIND_BYTES));
  throw nameKind(error, head, section.path, expected);
}
