import { constants as bufferConstants } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { expectText } from '../check.ts';
import { FormatError } from '../format/format-error.ts';

/**
 * Opens a file for reading, following links. Files that have no end or that block are refused without waiting: a FIFO, a
 * device such as `/dev/zero`, a socket.
 *
 * The open file is checked, not the path, so that the file cannot be exchanged between the check and the read. A folder
 * can be opened; reading it fails as the system reports it.
 *
 * @throws FormatError if it is neither a regular file nor a folder; otherwise as the file system reports it.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  expectText('openRegularFile', 'a path', path);
  const file = await open(path, FLAGS).catch((error: unknown) => {
    throw notOpened(path, error);
  });
  try {
    expectRegular(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The bytes of a regular file, read while the thread waits. For small files on a worker thread this costs less than
 * {@link readRegularFile}.
 *
 * @param most - The most bytes to read. Default: the limit of Node, 2 GiB.
 * @throws FormatError as {@link openRegularFile}, or if the file has more than `most` bytes; otherwise as the file system
 * reports it.
 */
export function readRegularFileSync(path: string, most?: number): Buffer {
  expectText('readRegularFileSync', 'a path', path);
  const file = openNow(path);
  try {
    const stats = fstatSync(file);
    expectRegular(path, stats);
    if (most !== undefined && stats.size > most) {
      throw new FormatError(path, `expected at most ${most} bytes, got ${stats.size}`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without this flag, opening a FIFO waits for a writer; regular files ignore it. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

function openNow(path: string): number {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    throw notOpened(path, error);
  }
}

function refused(path: string, got: string): FormatError {
  return new FormatError(path, `expected a regular file, got ${got}`);
}

function notOpened(path: string, error: unknown): unknown {
  const isSocket = (error as NodeJS.ErrnoException).code === 'ENXIO';
  return isSocket ? refused(path, 'a socket or a device that is not there') : error;
}

function expectRegular(path: string, stats: Stats): void {
  if (stats.isFIFO()) throw refused(path, 'a FIFO');
  if (stats.isCharacterDevice() || stats.isBlockDevice()) throw refused(path, 'a device');
  if (stats.isSocket()) throw refused(path, 'a socket');
}

/**
 * The bytes of a regular file, or its text in UTF-8.
 *
 * @remarks Node's own `readFile` is limited to 2 GiB; this reads as many bytes as an array can hold, 4 GiB on Node 20.
 * @throws FormatError as {@link openRegularFile}, if the file is larger than an array can be, or if it becomes shorter
 * while it is read; otherwise as the file system reports it.
 */
export async function readRegularFile(path: string): Promise<Buffer>;
export async function readRegularFile(path: string, encoding: 'utf8'): Promise<string>;
export async function readRegularFile(path: string, encoding?: 'utf8'): Promise<Buffer | string> {
  expectText('readRegularFile', 'a path', path);
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (encoding !== undefined || size < PIECE) return await file.readFile(encoding);
    return await readByPosition(file, size, path);
  } finally {
    await file.close();
  }
}

/** The most bytes per read call; some systems read at most 2 GiB. */
const PIECE = 2 ** 30;

async function readByPosition(file: FileHandle, size: number, path: string): Promise<Buffer> {
  if (size > bufferConstants.MAX_LENGTH) {
    const most = bufferConstants.MAX_LENGTH;
    throw new FormatError(path, `expected at most ${most} bytes to be read whole, got ${size}`);
  }
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) {
    const { bytesRead } = await file.read(bytes, at, Math.min(PIECE, size - at), at);
    if (bytesRead === 0) throw new FormatError(path, `expected ${size} bytes, got ${at}`);
    at += bytesRead;
  }
  return bytes;
}
