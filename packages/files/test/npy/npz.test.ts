import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError, formatNpy, formatNpyHeader, type NdArray, parseNpz } from '@halp/files';
import { costOf } from '../cost.ts';
import { decodeBase64, reference } from '../reference.ts';
import { stored, type TestMember, zip } from '../zip/zip-writer.ts';
import { anyArray, counting, flipped, identityOf, outcome } from './arrays.ts';

const PATH = 'clips.npz';
const x = formatNpy(counting('float32', [4, 3]));

/** A member that `savez_compressed` would make of a file. */
function deflated(name: string, file: Uint8Array): TestMember {
  return { name, packed: deflateRawSync(file), method: 8, size: file.length, crc: crc32(file) };
}

describe('parseNpz', () => {
  it.each(Object.entries(reference.npz))('reads what NumPy writes %s', (_, base64) => {
    const arrays = parseNpz(decodeBase64(base64), PATH);
    expect(Object.keys(arrays)).toEqual(['x_train', 'y_train', 'mask']);
    expect(identityOf(arrays['x_train'] as NdArray)).toEqual(
      identityOf(counting('float32', [2, 3, 4])),
    );
    expect([...(arrays['y_train'] as NdArray).data]).toEqual([1, 0, 0, 0, 1, 0]);
    expect(arrays['mask']).toMatchObject({ dtype: 'bool', shape: [2] });
  });

  it('reads any arrays in archives written by others, stored or compressed', () => {
    const arrays = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), anyArray, { maxKeys: 4 });
    const same = fc.property(arrays, fc.constantFrom(0, 6), (wanted, level) => {
      const files = Object.entries(wanted).map(([name, array]) => [
        `${name}.npy`,
        formatNpy(array),
      ]);
      const bytes = zipSync(Object.fromEntries(files) as Record<string, Uint8Array>, {
        level: level,
      });
      if (files.length === 0) return;
      const got = parseNpz(bytes, PATH);
      expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
      for (const [name, array] of Object.entries(wanted)) {
        expect(identityOf(got[name] as NdArray)).toEqual(identityOf(array));
      }
    });
    fc.assert(same, { seed: 1, numRuns: 60 });
  });

  it('reads zip64, and leaves out members that are no arrays', () => {
    const bytes = zip([stored('readme.txt', x), stored('x.npy', x), deflated('y.npy', x)]);
    expect(Object.keys(parseNpz(bytes, PATH))).toEqual(['x', 'y']);
  });

  it('returns a record that has only names of the file', () => {
    const arrays = parseNpz(zip([stored('__proto__.npy', x)]), PATH);
    expect(Object.keys(arrays)).toEqual(['__proto__']);
    expect('toString' in arrays).toBe(false);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['no archive', x, /expected a \.npz archive, got a \.npy file of NumPy; rename it to \.npy/],
    ['nothing', new Uint8Array(0), /expected a zip archive, got 0 bytes/],
    ['a name twice', zip([stored('x.npy', x), stored('x.npy', x)]), /got "x" twice/],
    [
      'a password',
      zip([{ ...stored('x.npy', x), flags: 1 }]),
      /"x.npy": expected a member without/,
    ],
    ['another packing', zip([{ ...stored('x.npy', x), method: 12 as 8 }]), /got method 12/],
    [
      'a wrong checksum',
      zip([{ ...stored('x.npy', x), crc: 7 }]),
      /x\.npy \(byte 35\): expected the checksum 00000007, got/,
    ],
    ['an array that is none', zip([stored('x.npy', x.slice(0, 100))]), /clips\.npz\/x\.npy/],
    [
      'an invalid stored size',
      zip([{ ...stored('x.npy', x), size: 9 }]),
      /expected a size that 176 bytes can hold, got 9/,
    ],
    [
      'members that overlap',
      zip([stored('x.npy', x), { ...stored('y.npy', x), header: 0 }]),
      /expected at most 0 bytes/,
    ],
    [
      'a header at another position',
      zip([{ ...stored('x.npy', x), header: 3 }]),
      /expected the header of "x.npy"|expected at most/,
    ],
    [
      'a header beyond the end',
      zip([{ ...stored('x.npy', x), header: 2 ** 52 }]),
      /expected at most/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    const error = outcome(() => parseNpz(bytes, PATH)) as FormatError;
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^clips\.npz/);
  });

  it('refuses every shorter file', () => {
    const bytes = decodeBase64(reference.npz.stored);
    for (let length = 0; length < bytes.length; length += 3) {
      expect(outcome(() => parseNpz(bytes.slice(0, length), PATH))).toBeInstanceOf(FormatError);
    }
  });

  it('gives the same array or a FormatError for any flipped bit among the numbers', () => {
    for (const member of [stored('x.npy', x), deflated('x.npy', x)]) {
      const bytes = zip([member]);
      const start = 30 + 'x.npy'.length;
      let refused = 0;
      for (let bit = start * 8; bit < (start + member.packed.length) * 8; bit += 3) {
        const result = outcome(() => parseNpz(flipped(bytes, bit), PATH));
        if (result instanceof FormatError) refused++;
        // Deflate leaves some bits at its end unused.
        else expect(result['x']).toEqual(counting('float32', [4, 3]));
      }
      expect(refused).toBeGreaterThan((member.packed.length * 8) / 3 - 4);
    }
  });
});

describe('a compressed array that is a bomb', () => {
  const bomb = deflateRawSync(new Uint8Array(2 ** 27));

  it.each<[string, TestMember]>([
    [
      'claims a size that deflate cannot reach',
      { name: 'x.npy', packed: bomb, method: 8, size: 2 ** 40 },
    ],
    [
      'is larger than it claims',
      { ...deflated('x.npy', x), packed: deflateRawSync(joined(x, new Uint8Array(2 ** 27))) },
    ],
    ['is larger than its header says', deflated('x.npy', joined(x, new Uint8Array(2 ** 27)))],
    ['has no header', { name: 'x.npy', packed: bomb, method: 8, size: 2 ** 27 }],
    ['is smaller than its header says', deflated('x.npy', formatNpyHeader('float64', [2 ** 30]))],
  ])('is refused before it is inflated if it %s', (_, member) => {
    const bytes = zip([member]);
    const cost = costOf(() => {
      expect(outcome(() => parseNpz(bytes, PATH))).toBeInstanceOf(FormatError);
    });
    expect(cost.bytes).toBeLessThan(5e7);
    expect(cost.seconds).toBeLessThan(1);
  });

  it('is read if its size is true: an array of zeros', () => {
    const zeros = formatNpy({ dtype: 'uint8', shape: [2 ** 20], data: new Uint8Array(2 ** 20) });
    const bytes = zip([deflated('x.npy', zeros)]);
    expect(bytes.length).toBeLessThan(2000);
    expect(parseNpz(bytes, PATH)['x']?.data.length).toBe(2 ** 20);
  });

  function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(a.length + b.length);
    bytes.set(a);
    bytes.set(b, a.length);
    return bytes;
  }
});
