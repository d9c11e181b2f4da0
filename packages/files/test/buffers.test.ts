import { describe, expect, it } from 'vitest';
import {
  formatNpy,
  formatPyTorch,
  formatSafetensors,
  parseMat,
  parseNpy,
  parsePyTorch,
  parseSafetensors,
} from '@halp/files';
import { writeMat, type WrittenVariable } from './mat/mat-writer.ts';
import { counting } from './npy/arrays.ts';

const array = counting('float64', [2, 3]);
/** A .npy file whose numbers have to be reordered: big-endian, first axis fastest. */
const turned = ((): Uint8Array => {
  const text = "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }";
  const header = text.padEnd(117) + '\n';
  const bytes = new Uint8Array(10 + header.length + 48);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer, 10 + header.length);
  for (let i = 0; i < 6; i++) view.setFloat64(8 * i, i + 1);
  return bytes;
})();
const matrix: WrittenVariable = {
  name: 'd_skel',
  kind: 'double',
  shape: [2, 3],
  numbers: [1, 2, 3, 4, 5, 6],
};

const cases: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => unknown])[] = [
  ['npy', formatNpy(array), (bytes) => parseNpy(bytes, 'a')],
  ['npy, big-endian', turned, (bytes) => parseNpy(bytes, 'a')],
  ['safetensors', formatSafetensors({ a: array }), (bytes) => parseSafetensors(bytes, 'a')],
  ['PyTorch', formatPyTorch(new Map([['a', array]])), (bytes) => parsePyTorch(bytes, 'a')],
  ['mat', writeMat([matrix]), (bytes) => parseMat(bytes, 'a')],
  ['mat, big-endian', writeMat([matrix], { littleEndian: false }), (bytes) => parseMat(bytes, 'a')],
];

describe.each(cases)('a %s file in a Buffer, a view of a larger memory', (_, bytes, parse) => {
  it('is read as from a separate array, and not changed', () => {
    const expected = parse(bytes.slice());
    const memory = Buffer.alloc(bytes.length + 64, 0xff);
    const buffer = memory.subarray(24, 24 + bytes.length);
    buffer.set(bytes);
    const before = Buffer.from(memory);
    expect(parse(buffer)).toEqual(expected);
    expect(parse(buffer)).toEqual(expected);
    expect(memory.equals(before)).toBe(true);
  });
});
