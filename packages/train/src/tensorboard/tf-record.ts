import { FormatError } from '@halp/files';
import { maskedCrc32c } from './crc32c.ts';

/** Bytes before the data: its length, 64 bits, and the length's checksum. */
const HEAD = 12;
/** Bytes after the data: its checksum. */
const TAIL = 4;

/**
 * Data as one record of a TFRecord file, all numbers little endian:
 * length (64 bits), masked CRC-32C of those 8 bytes, data, masked CRC-32C of the data.
 */
export function formatRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + data.length + TAIL);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEAD);
  view.setUint32(HEAD + data.length, maskedCrc32c(data), true);
  return record;
}

/**
 * The data of each record of a TFRecord file.
 *
 * @param path - The file's name, for error messages.
 * @throws FormatError if the file ends inside a record, or a checksum does not fit; the offset is the record's.
 */
export function parseRecords(bytes: Uint8Array, path: string): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const left = bytes.length - offset;
    if (left < HEAD + TAIL) throw new FormatError(path, 'expected a whole record', offset);
    if (view.getUint32(offset + 8, true) !== maskedCrc32c(bytes.subarray(offset, offset + 8))) {
      throw new FormatError(path, 'expected a length that fits its checksum', offset);
    }
    const length = Number(view.getBigUint64(offset, true));
    if (left < HEAD + length + TAIL) {
      throw new FormatError(path, `expected ${length} bytes, got the end of the file`, offset);
    }
    const data = bytes.slice(offset + HEAD, offset + HEAD + length);
    if (view.getUint32(offset + HEAD + length, true) !== maskedCrc32c(data)) {
      throw new FormatError(path, 'expected data that fits its checksum', offset);
    }
    records.push(data);
    offset += HEAD + length + TAIL;
  }
  return records;
}
