import { excerpt } from '../format/excerpt.ts';
import { FormatError } from '../format/format-error.ts';
import { storedBytes } from '../npy/stored.ts';
import { inMemory, type PickleValue, runPickle, settlePickle } from '../pickle/parse.ts';
import { sourceOf } from '../pickle/piece.ts';
import { type Storages, torchDialect } from './dialect.ts';
import { spending, type StorageBytes, type StorageFacts, tensorReader } from './tensor.ts';

/** The operations that push the number 0x1950a86a20f9469cfc6c and end the pickle. */
const MAGIC = [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
/** After the protocol, and after the frame header of protocol 4. */
const MAGIC_STARTS = [2, 11];
const VERSION = 1001;
const COUNT_BYTES = 8;

/** Whether the bytes begin like a file of PyTorch before 1.6. */
export function isLegacyPyTorch(bytes: Uint8Array): boolean {
  return magicEnd(bytes) !== undefined;
}

function magicEnd(bytes: Uint8Array): number | undefined {
  const start = MAGIC_STARTS.find((at) => MAGIC.every((byte, i) => bytes[at + i] === byte));
  return start === undefined ? undefined : start + MAGIC.length;
}

/**
 * The contents of a file in PyTorch's old format: five pickles in a row (a magic number, a version, facts about the
 * machine, the value, the keys of its storages), then for each key a count, 8 bytes little-endian, and as many numbers,
 * little-endian on every machine.
 *
 * @param bytes - Bytes accepted by {@link isLegacyPyTorch}.
 */
export function parseLegacyPyTorch(bytes: Uint8Array, path: string): PickleValue {
  const source = sourceOf(bytes);
  const version = runPickle(source, path, magicEnd(bytes));
  if (version.root !== VERSION) {
    throw new FormatError(
      path,
      `expected version ${VERSION} of the format, got another`,
      version.end,
    );
  }
  const machine = runPickle(source, path, version.end);
  let places: ReadonlyMap<string, StorageBytes> = new Map();
  const make = tensorReader(
    ({ key }) => places.get(key) as StorageBytes,
    spending(bytes.length, path),
  );
  const { dialect, storages } = torchDialect(make);
  const value = runPickle(source, path, machine.end, dialect);
  const list = runPickle(source, path, value.end);
  const keys = settlePickle(list.root, source, path, inMemory(path));
  places = placesOf(keys, storages, bytes, path, list.end);
  return settlePickle(value.root, source, path, inMemory(path));
}

/** The positions of the storages, which must be exactly those that the value refers to. */
function placesOf(
  keys: PickleValue,
  storages: Storages,
  bytes: Uint8Array,
  path: string,
  start: number,
): ReadonlyMap<string, StorageBytes> {
  if (
    !Array.isArray(keys) ||
    new Set(keys).size !== storages.size ||
    keys.length !== storages.size
  ) {
    throw new FormatError(path, `expected a list of the keys of ${storages.size} storages`, start);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Map<string, StorageBytes>();
  let at = start;
  for (const key of keys as readonly PickleValue[]) {
    const storage = storages.get(key as string);
    if (storage === undefined) {
      throw new FormatError(path, `expected the key of a storage, got ${excerpt(key)}`, start);
    }
    const from = at + COUNT_BYTES;
    at = from + storage.count * storedBytes(storage.dtype);
    if (!(at <= bytes.length)) throw truncated(storage, bytes.length - from, path, from);
    const count = view.getBigUint64(from - COUNT_BYTES, true);
    if (count !== BigInt(storage.count)) {
      const problem = `expected ${storage.count} numbers in storage ${excerpt(key)}, got ${count}`;
      throw new FormatError(path, problem, from - COUNT_BYTES);
    }
    places.set(storage.key, {
      bytes: bytes.subarray(from, at),
      byteOrder: 'little',
      path,
      offset: from,
    });
  }
  if (at === bytes.length) return places;
  throw new FormatError(
    path,
    `expected the end of the file, got ${bytes.length - at} more bytes`,
    at,
  );
}

function truncated(storage: StorageFacts, left: number, path: string, offset: number): FormatError {
  const { key, count, dtype } = storage;
  const wanted = `${count} numbers of ${dtype} in storage ${excerpt(key)}`;
  const problem = `expected ${wanted}, got ${Math.max(0, left)} bytes; the file is truncated`;
  return new FormatError(path, problem, offset);
}
