import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, open, type ZipFile } from 'yauzl';
import { unpackedCudaPath } from '../machine/cuda.ts';
import { NativeError } from '../machine/native-error.ts';
import type { Settings } from '../machine/options.ts';
import { unpackedPath } from '../machine/wheel.ts';
import { COPY_A_FILE } from './download.ts';

/**
 * The SHA-256 of the file, in hexadecimal; a file that is not the wheel is refused.
 *
 * @throws NativeError `wrong-hash`, or `wheel-not-found` if it cannot be read.
 */
export async function requireHash(file: string, { wheel, signal }: Settings): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash, { signal });
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    throw new NativeError(
      'wheel-not-found',
      `expected to read the wheel ${file}, got ${String(error)}`,
      'give the path of the downloaded .whl file',
      { cause: error },
    );
  }
  const got = hash.digest('hex');
  if (wheel.sha256 === undefined || got === wheel.sha256) return got;
  throw new NativeError(
    'wrong-hash',
    `expected ${file} to be ${wheel.project} ${wheel.version} with SHA-256 ${wheel.sha256}, got ${got}`,
    `it was not used; download it again from an index you trust, ${COPY_A_FILE}`,
  );
}

/** The unpacked files: paths relative to the folder, and sizes in bytes. */
export type Unpacked = Record<string, number>;

/**
 * The needed files of a wheel, unpacked into a folder, with their sizes, and the wheel's own METADATA.
 *
 * @throws NativeError `bad-wheel` if it is not a zip file or lacks a library or the headers.
 */
export async function unpackWheel(
  file: string,
  folder: string,
  settings: Settings,
): Promise<{ readonly files: Unpacked; readonly metadata: string }> {
  const { wheel } = settings;
  const description = `${wheel.project}-${wheel.version}.dist-info/METADATA`;
  const files = await unpack(file, folder, settings, (entry) =>
    wheel.cuda && entry === description ? 'METADATA' : unpackedPath(entry, wheel),
  );
  const needed = [...wheel.libraries.map((name) => `lib/${name}`), 'include/tensorflow/c/c_api.h'];
  for (const path of needed) {
    if (files[path] === undefined) throw badWheel(file, `no ${path}`);
  }
  const metadata =
    files['METADATA'] === undefined ? '' : await readFile(join(folder, 'METADATA'), 'utf8');
  return { files, metadata };
}

/**
 * The libraries of one of NVIDIA's wheels, unpacked into a folder, with their sizes.
 *
 * @throws NativeError `bad-wheel` if it is not a zip file.
 */
export function unpackCudaWheel(
  file: string,
  folder: string,
  settings: Settings,
): Promise<Unpacked> {
  return unpack(file, folder, settings, unpackedCudaPath);
}

/** Streams: memory stays small whatever the size of the wheel. */
async function unpack(
  file: string,
  folder: string,
  settings: Settings,
  pathOf: (entry: string) => string | undefined,
): Promise<Unpacked> {
  const message = `unpacking ${basename(file)}`;
  settings.onProgress({ step: 'unpack', message });
  const sizes: Unpacked = {};
  let done = 0;
  const zip = await openZip(file);
  try {
    for await (const entry of entries(zip)) {
      const path = pathOf(entry.fileName);
      if (path === undefined) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      const count = counter((bytes) => {
        done += bytes;
        settings.onProgress({
          step: 'unpack',
          message,
          fraction: Math.min(1, done / settings.wheel.unpackedBytes),
        });
      });
      await pipeline(await contents(zip, entry), count, createWriteStream(join(folder, path)), {
        signal: settings.signal,
      });
      sizes[path] = entry.uncompressedSize;
    }
  } finally {
    zip.close();
  }
  return sizes;
}

function badWheel(file: string, got: string, cause?: unknown): NativeError {
  return new NativeError(
    'bad-wheel',
    `expected ${file} to hold TensorFlow's library, got ${got}`,
    `download it again, ${COPY_A_FILE}`,
    { cause },
  );
}

function openZip(file: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error === null) resolve(zip);
      else reject(badWheel(file, error.message, error));
    });
  });
}

async function* entries(zip: ZipFile): AsyncGenerator<Entry> {
  for (let left = zip.entryCount; left > 0; left -= 1) {
    yield await new Promise<Entry>((resolve, reject) => {
      zip.removeAllListeners();
      zip.once('entry', resolve).once('error', reject);
      zip.readEntry();
    });
  }
}

function contents(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

function counter(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, next): void {
      onBytes(chunk.length);
      next(null, chunk);
    },
  });
}
