import { crc32, deflateRawSync } from 'node:zlib';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  formatNpy,
  parseMat,
  parseNpy,
  parseNpz,
  parseSafetensors,
} from '@halp/files';
import { costOf } from './cost.ts';
import { element, writeMat } from './mat/mat-writer.ts';
import { outcome } from './npy/arrays.ts';
import { stored, type TestMember, zip } from './zip/zip-writer.ts';

/** A `.npy` file whose header has this text as its shape, and 24 bytes of numbers. */
function npy(shape: string): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }\n`;
  const bytes = new Uint8Array(10 + text.length + 24);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  return bytes;
}

/** A safetensors file with one tensor of this shape that claims these bytes; it holds 24. */
function safetensors(shape: string, end: string): Uint8Array {
  const header = `{"x":{"dtype":"F64","shape":[${shape}],"data_offsets":[0,${end}]}}`;
  const bytes = new Uint8Array(8 + header.length + 24);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}

/** A MAT-file whose matrix of doubles has these sizes, and 24 bytes of numbers. */
function mat(shape: readonly number[]): Uint8Array {
  const parts = [
    element(6, new Uint8Array(Uint32Array.of(6, 0).buffer), true),
    element(5, new Uint8Array(Int32Array.from(shape).buffer), true),
    element(1, new TextEncoder().encode('x'), true),
    element(9, new Uint8Array(24), true),
  ];
  return matOf(element(14, joined(parts), true));
}

const matOf = (...elements: readonly Uint8Array[]): Uint8Array =>
  joined([writeMat([]), ...elements]);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** This many layers of zlib around 32 MB of zeros. */
function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(2 ** 25);
  for (let i = 0; i < depth; i++) bytes = element(15, zlibSync(bytes), true, 1);
  return matOf(bytes);
}

const deflated = (name: string, file: Uint8Array, size = file.length): TestMember => ({
  ...{ name, packed: deflateRawSync(file), method: 8, size, crc: crc32(file) },
});
const zeros = formatNpy({ dtype: 'uint8', shape: [2 ** 22], data: new Uint8Array(2 ** 22) });
const packedZeros = deflated('', zeros);
const members = (count: number, one: (name: string) => TestMember): Uint8Array =>
  zip(Array.from({ length: count }, (_, i) => one(`${i}.npy`)));

const shapes = [
  '1000000000000,',
  '1000000000000, 0, 1000000000000, 1000000000000',
  '-1,',
  '-3, -1',
  '1.5, 2',
  '3e0,',
  '3.0,',
  '9007199254740993,',
  '4503599627370496, 4503599627370496',
  `${'4503599627370496, '.repeat(100)}0`,
];
// The first has no numbers, so that 24 bytes are too many.
const sizes = ['0', '24', '8000000000000', '9007199254740992'];

const claims: readonly (readonly [what: string, read: () => unknown])[] = [
  ...(shapes.flatMap((shape) => {
    const file = npy(shape);
    return [
      [`.npy of (${shape.slice(0, 40)})`, () => parseNpy(file, 'x')],
      [`.npz of (${shape.slice(0, 40)})`, () => parseNpz(zip([stored('x.npy', file)]), 'x')],
      [`deflated (${shape.slice(0, 40)})`, () => parseNpz(zip([deflated('x.npy', file)]), 'x')],
      // 3e0 is 3 in JSON.
      ...(Number(shape.replace(',', '')) === 3 ? [] : sizes).map((end) => [
        `safetensors of [${shape.slice(0, 40)}] in ${end} bytes`,
        () => parseSafetensors(safetensors(shape.replace(/,\s*$/, ''), end), 'x'),
      ]),
    ] as const;
  }) as readonly (readonly [string, () => unknown])[]),
  ...[
    [1e6, 1e6],
    [-1, -3],
    [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1],
    Array<number>(32).fill(2 ** 31 - 1),
    [...Array<number>(31).fill(2 ** 31 - 1), 0],
    Array<number>(5000).fill(1),
  ].map(
    (shape) => [`MAT of [${shape.slice(0, 4).join()}]`, () => parseMat(mat(shape), 'x')] as const,
  ),
  ...[1, 2, 3].map((depth) => {
    const file = nested(depth);
    return [`zlib in zlib in MAT, ${depth} deep`, () => parseMat(file, 'x')] as const;
  }),
  [
    'a member that claims one byte and holds 4 MB',
    () => parseNpz(zip([deflated('x.npy', zeros, 1)]), 'x'),
  ],
  [
    'hundreds of arrays of zeros, each as large as it claims',
    () =>
      parseNpz(
        members(300, (name) => ({ ...packedZeros, name })),
        'x',
      ),
  ],
  [
    'thousands of members that overlap',
    () =>
      parseNpz(
        members(5000, (name) => ({ ...packedZeros, name, header: 0 })),
        'x',
      ),
  ],
];

describe('a file that claims more than it holds', () => {
  it.each(claims)('is refused before anything is allocated: %s', (_, read) => {
    // A first call loads the modules that it needs.
    outcome(read);
    const { bytes } = costOf(() => {
      expect(outcome(read)).toBeInstanceOf(FormatError);
    });
    expect(bytes).toBeLessThan(2 ** 27);
  });
});
