import { type Bytes, fileBytes } from '../check.ts';
import { excerpt } from '../format/excerpt.ts';
import { type Expected, readAs } from '../format/file-kind.ts';
import { FormatError } from '../format/format-error.ts';
import { describe, type DType, sizeOfShape } from '../npy/nd-array.ts';
import { storedBytes, type StoredDType } from '../npy/stored.ts';

/** The type, shape and position of an array in a safetensors file. */
export interface SafetensorsEntry {
  /** The type of each number in the file. */
  readonly dtype: StoredDType;
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The first of its bytes, relative to the start of the data. */
  readonly start: number;
  /** The byte after its last one, relative to the start of the data. */
  readonly end: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  /** The arrays by name; a record without prototype. */
  readonly entries: Readonly<Record<string, SafetensorsEntry>>;
  /** Free text by name; a record without prototype. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The byte at which the data start. */
  readonly dataOffset: number;
}

const MAX_HEADER_BYTES = 100_000_000;
const SAFETENSORS: Expected = { expected: 'a safetensors file', own: ['safetensors'] };
const METADATA = '__metadata__';
const NAMES: readonly (readonly [string, StoredDType])[] = [
  ['BOOL', 'bool'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F32', 'float32'],
  ['F64', 'float64'],
];

/** The name of a type in a safetensors file. */
export function nameOfDType(dtype: DType): string {
  return NAMES.find(([, type]) => type === dtype)?.[0] as string;
}

/**
 * The header of a safetensors file, without the numbers: types, shapes, positions and metadata.
 *
 * @param input - The whole file: its length is checked.
 * @param path - The file's name, for error messages.
 * @throws FormatError if the header is no JSON of this form, an entry is inconsistent, or data are missing or left over.
 */
export function parseSafetensorsHeader(input: Bytes, path: string): SafetensorsHeader {
  const bytes = fileBytes('parseSafetensorsHeader', input);
  const { header, dataOffset } = readAs(bytes, path, SAFETENSORS, () => readHeader(bytes, path));
  const metadata = Object.create(null) as Record<string, string>;
  const entries = Object.create(null) as Record<string, SafetensorsEntry>;
  for (const [name, value] of Object.entries(header)) {
    if (name !== METADATA) entries[name] = readEntry(value, path, name);
    else Object.assign(metadata, readMetadata(value, path));
  }
  expectCover(entries, bytes.length - dataOffset, path, dataOffset);
  return { entries, metadata, dataOffset };
}

function readHeader(
  bytes: Uint8Array,
  path: string,
): { readonly header: Record<string, unknown>; readonly dataOffset: number } {
  if (bytes.length < 8) {
    throw new FormatError(path, `expected a safetensors file, got ${bytes.length} bytes`, 0);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > bytes.length) {
    throw new FormatError(
      path,
      `expected a header of ${length} bytes, got a file of ${bytes.length}; ` +
        'it is truncated or no safetensors file',
      0,
    );
  }
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new FormatError(path, `expected a JSON header, got ${excerpt(problem)}`, 8);
  }
  return { header: objectIn(header, path, 'the header'), dataOffset: 8 + length };
}

function readMetadata(value: unknown, path: string): Record<string, string> {
  const record = objectIn(value, path, METADATA);
  for (const [key, text] of Object.entries(record)) {
    if (typeof text === 'string') continue;
    throw new FormatError(
      path,
      `expected text as metadata ${excerpt(key)}, got ${excerpt(text)}`,
      8,
    );
  }
  return record as Record<string, string>;
}

function readEntry(value: unknown, path: string, name: string): SafetensorsEntry {
  const called = excerpt(name);
  const entry = objectIn(value, path, called);
  const dtype = NAMES.find(([type]) => type === entry['dtype'])?.[1];
  if (dtype === undefined) {
    const known = NAMES.map(([type]) => type).join(' ');
    throw new FormatError(
      path,
      `expected one of ${known} as dtype of ${called}, got ${excerpt(entry['dtype'])}`,
      8,
    );
  }
  const shape = expectSizes(entry['shape'], path, `shape of ${called}`);
  const offsets = expectSizes(entry['data_offsets'], path, `data_offsets of ${called}`);
  const [start = NaN, end = NaN, ...rest] = offsets;
  const expected = sizeOfShape(shape) * storedBytes(dtype);
  if (end - start !== expected || rest.length > 0) {
    throw new FormatError(
      path,
      `expected ${expected} bytes for ${called}, ${describe({ dtype, shape })}, ` +
        `got data_offsets ${excerpt(offsets)}`,
      8,
    );
  }
  return { dtype, shape, start, end };
}

/** Checked before any number is copied: overlapping entries could claim any amount of memory. */
function expectCover(
  entries: Readonly<Record<string, SafetensorsEntry>>,
  length: number,
  path: string,
  dataOffset: number,
): void {
  const ranges = Object.values(entries).sort((a, b) => a.start - b.start || a.end - b.end);
  let covered = 0;
  for (const { start, end } of ranges) {
    if (start !== covered) {
      throw new FormatError(
        path,
        `expected data without gap or overlap, got a break between ${covered} and ${start}`,
        dataOffset + Math.min(covered, start),
      );
    }
    covered = end;
  }
  if (covered !== length) {
    throw new FormatError(
      path,
      `expected ${covered} bytes of data, got ${length}` +
        (length < covered ? '; the file is truncated' : ''),
      dataOffset + Math.min(covered, length),
    );
  }
}

function objectIn(value: unknown, path: string, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(path, `expected an object as ${name}, got ${excerpt(value)}`, 8);
  }
  return value as Record<string, unknown>;
}

function expectSizes(value: unknown, path: string, name: string): readonly number[] {
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(value) || !value.every(isSize)) {
    throw new FormatError(path, `expected sizes as ${name}, got ${excerpt(value)}`, 8);
  }
  return value as number[];
}
