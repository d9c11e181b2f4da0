import { type Bytes, fileBytes } from '../check.ts';

const POLYNOMIAL = 0xedb88320;
const TABLE: Uint32Array = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
  return value;
});

/** The checksum of members of zip archives: CRC-32 (ISO 3309), in [0, 2^32). */
export function crc32(input: Bytes): number {
  const bytes = fileBytes('crc32', input);
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) {
    value = (TABLE[(value ^ (bytes[i] as number)) & 255] as number) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}
