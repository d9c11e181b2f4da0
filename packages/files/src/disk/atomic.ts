import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expectText, fileBytes } from '../check.ts';

/**
 * Writes a whole file or nothing: readers see the old contents or the new ones, never a part, also
 * when the process dies or the disk is full.
 *
 * The bytes are written to a temporary file next to `path`, flushed to the disk, and renamed to `path`.
 *
 * @remarks A process that is killed leaves its temporary file, `.<name>.<8 digits>.tmp`, behind. A
 * symbolic link at `path` is replaced, not followed.
 * @throws Error that names `path`, with the file system's error as `cause` and its `code`; the
 * temporary file is then removed.
 */
export async function writeFileAtomic(path: string, contents: Uint8Array | string): Promise<void> {
  expectText('writeFileAtomic', 'a path', path);
  if (typeof contents !== 'string') fileBytes('writeFileAtomic', contents);
  const replacement = await startReplacement(path);
  try {
    await replacement.file.writeFile(contents);
  } catch (error) {
    await replacement.discard();
    throw cannotWrite(path, error);
  }
  await replacement.commit();
}

/** New contents for a path, in a temporary file in the same folder. */
export interface Replacement {
  /** The temporary file, open for writing. */
  readonly file: FileHandle;
  /** Flushes the temporary file and renames it to the path; discards it if that fails. */
  commit(): Promise<void>;
  /** Removes the temporary file. */
  discard(): Promise<void>;
}

/** Opens a temporary file next to `path`. */
export async function startReplacement(path: string): Promise<Replacement> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.tmp`);
  const file = await open(temporary, 'wx').catch((error: unknown) => {
    throw cannotWrite(path, error);
  });
  // What goes wrong here must not hide the error that led here.
  const discard = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
  };
  return {
    file,
    async commit() {
      try {
        await file.sync();
        await file.close();
        await rename(temporary, path);
      } catch (error) {
        await discard();
        throw cannotWrite(path, error);
      }
    },
    discard,
  };
}

/** An error that names the file the caller asked for, not the temporary one. */
export function cannotWrite(path: string, cause: unknown): Error {
  const problem = cause instanceof Error ? cause.message : String(cause);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const error = new Error(`${path}: cannot be written, ${problem}`, { cause });
  return code === undefined ? error : Object.assign(error, { code });
}
