import { type Bytes, expectObject, fileBytes } from '../check.ts';
import { bytesPerElement, encode, expectArray, type NdArray } from '../npy/nd-array.ts';
import { adoptStored } from '../npy/stored.ts';
import { nameOfDType, parseSafetensorsHeader } from './header.ts';

/** The contents of a safetensors file. */
export interface Safetensors {
  /** The arrays by name; a record without prototype, so that only names of the file are in it. */
  readonly tensors: Readonly<Record<string, NdArray>>;
  /** Free text by name; a record without prototype too. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The arrays and metadata in the bytes of a safetensors file; the numbers are copied, half precision (F16, BF16)
 * becomes float32.
 *
 * Layout (huggingface/safetensors): 8 bytes header length, little-endian; a JSON header; the data,
 * which the entries must cover without gap or overlap.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the header is no JSON of this form, an entry is inconsistent, data are missing or left over, or a
 * bool is neither 0 nor 1.
 */
export function parseSafetensors(input: Bytes, path: string): Safetensors {
  const bytes = fileBytes('parseSafetensors', input);
  const { entries, metadata, dataOffset } = parseSafetensorsHeader(bytes, path);
  const tensors = Object.create(null) as Record<string, NdArray>;
  for (const [name, { dtype, shape, start, end }] of Object.entries(entries)) {
    const from = dataOffset + start;
    const stored = { dtype, byteOrder: 'little', fortranOrder: false } as const;
    const copy = Uint8Array.from(bytes.subarray(from, dataOffset + end));
    tensors[name] = adoptStored(copy, stored, shape, path, from);
  }
  return { tensors, metadata };
}

/**
 * The bytes of a safetensors file with these arrays: larger element types first, otherwise in the given order.
 *
 * @throws RangeError if the numbers of an array do not match its type or shape, or a tensor is named `__metadata__`.
 */
export function formatSafetensors(
  tensors: Readonly<Record<string, NdArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  expectObject('formatSafetensors', tensors, 'arrays by their names');
  expectObject('formatSafetensors', metadata, 'metadata by their names');
  if (Object.hasOwn(tensors, '__metadata__')) {
    throw new RangeError("formatSafetensors: '__metadata__' is no name for a tensor");
  }
  // Larger elements first keep every array aligned, as the reference writer does.
  for (const array of Object.values(tensors)) expectArray('formatSafetensors', array);
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => bytesPerElement(b.dtype) - bytesPerElement(a.dtype),
  );
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  let end = 0;
  const parts = entries.map(([name, array]) => {
    const data = encode(array, `formatSafetensors: '${name}'`);
    const offsets = [end, (end += data.length)];
    header[name] = { dtype: nameOfDType(array.dtype), shape: array.shape, data_offsets: offsets };
    return data;
  });
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 0, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let offset = 8 + length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
