import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type NdArray } from '@halp/files';
import { costOf } from '../cost.ts';
import { pickle } from '../pickle/pickle-bytes.ts';
import { decodeBase64 } from '../reference.ts';
import { stored, type TestMember, zip } from '../zip/zip-writer.ts';
import {
  floats,
  readTorch,
  refusal,
  row,
  six,
  tensor,
  torchFixtures,
  torchLegacy,
} from './torch-files.ts';

describe('a file of the zip format', () => {
  const data = stored('archive/data/0', six);
  const value = stored('archive/data.pkl', pickle(...tensor(row)));

  it('may have its members in any folder or none, and additional members', () => {
    for (const folder of ['', 'model/', 'a/b/']) {
      const inside = [value, data].map((member) => ({
        ...member,
        name: member.name.replace('archive/', folder),
      }));
      const bytes = zip([...inside, stored('readme.txt', six)]);
      expect([...(readTorch(bytes) as NdArray).data]).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });

  it('may be compressed', () => {
    const deflated = ({ name, packed }: TestMember): TestMember => ({
      ...{
        name,
        packed: deflateRawSync(packed),
        method: 8,
        size: packed.length,
        crc: crc32(packed),
      },
    });
    expect([...(readTorch(zip([value, data].map(deflated))) as NdArray).data]).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  it('that is a decompression bomb is refused before it is inflated', () => {
    const zeros = new Uint8Array(2 ** 27);
    const bomb = {
      packed: deflateRawSync(zeros),
      method: 8,
      size: zeros.length,
      crc: crc32(zeros),
    } as const;
    const large = tensor({ count: 2 ** 25, shape: [2 ** 25], strides: [1] });
    const files = [
      zip([{ ...bomb, name: 'archive/data.pkl' }]),
      zip([stored('archive/data.pkl', pickle(...large)), { ...bomb, name: 'archive/data/0' }]),
      zip([value, { ...bomb, name: 'archive/data/0', size: 24 }]),
    ];
    const messages = [
      'expected at most 16777216 bytes to be made',
      'expected at most 16777216 bytes to be made',
      'expected 24 bytes of compressed data, got more',
    ];
    const cost = costOf(() => {
      messages.forEach((message, i) => {
        expect(refusal(files[i] as Uint8Array)).toContain(message);
      });
    });
    expect(cost.bytes).toBeLessThan(5e7);
    expect(cost.seconds).toBeLessThan(1);
  });

  it.each<[string, readonly TestMember[], string]>([
    ['no pickle', [data], 'expected one data.pkl in the archive, got ["archive/data/0"]'],
    [
      'two pickles',
      [value, { ...value, name: 'other/data.pkl' }],
      'expected one data.pkl in the archive, got ["archive/data.pkl","other/data.pkl"]',
    ],
    ['no storage', [value], 'expected the storage "0" as data/0, got none'],
    [
      'the storage elsewhere',
      [value, { ...data, name: 'archive/storage/0' }],
      'expected the storage "0" as data/0',
    ],
    [
      'a storage that is too short',
      [value, stored('archive/data/0', six.slice(4))],
      'archive/data/0 (byte 177): expected a storage of 24 bytes, 6 of float32, got 20',
    ],
    [
      'a storage that is too long',
      [value, stored('archive/data/0', floats(1, 2, 3, 4, 5, 6, 7))],
      'expected a storage of 24 bytes, 6 of float32, got 28',
    ],
    [
      'a storage twice',
      [value, data, data],
      'expected each member once, got "archive/data/0" twice',
    ],
    [
      'a wrong checksum',
      [value, { ...data, crc: 7 }],
      'archive/data/0 (byte 221): expected the checksum 00000007',
    ],
    [
      'an unknown byte order',
      [value, data, stored('archive/byteorder', six)],
      'expected the byte order little or big, got',
    ],
    [
      'more after the pickle',
      [stored('archive/data.pkl', Uint8Array.of(...pickle('N'), 0))],
      'expected the end of the pickle, got 1 more bytes',
    ],
    [
      'a pickle that is cut',
      [stored('archive/data.pkl', value.packed.slice(0, -1)), data],
      'got its end; the file is truncated',
    ],
  ])('is refused with %s', (_, members, message) => {
    expect(refusal(zip(members))).toContain(message);
  });

  it('is refused at every shorter length', () => {
    const bytes = decodeBase64(torchFixtures.checkpoint.zip);
    for (let length = 0; length < bytes.length; length += 7) {
      const message = refusal(bytes.slice(0, length));
      if (length > 3) expect(message).toContain('it may be truncated');
    }
  });
});

describe('a file of the old format', () => {
  it('is refused at every shorter length and a longer one', () => {
    const bytes = decodeBase64(torchFixtures.checkpoint.legacy);
    for (let length = 0; length < bytes.length; length += 3) refusal(bytes.slice(0, length));
    expect(refusal(Uint8Array.of(...bytes, 0))).toContain(
      'expected the end of the file, got 1 more bytes',
    );
  });

  const value = tensor(row);
  it.each<[string, Uint8Array, string]>([
    [
      'too few numbers',
      torchLegacy(value, [['0', 6, six.slice(4)]]),
      'expected 6 numbers of float32 in storage "0", got 20 bytes; the file is truncated',
    ],
    [
      'another count of them',
      torchLegacy(value, [['0', 5, six]]),
      'expected 6 numbers in storage "0", got 5',
    ],
    ['a storage missing', torchLegacy(value), 'expected a list of the keys of 1 storages'],
    [
      'another storage',
      torchLegacy(value, [['1', 6, six]]),
      'expected the key of a storage, got "1"',
    ],
    [
      'the only storage twice',
      torchLegacy(value, [
        ['0', 6, six],
        ['0', 6, six],
      ]),
      'expected a list of the keys of 1 storages',
    ],
    [
      'a storage twice',
      torchLegacy(
        ['](', ...value, ...tensor({ ...row, key: '1' }), 'e'],
        [
          ['0', 6, six],
          ['0', 6, six],
        ],
      ),
      'expected a list of the keys of 2 storages',
    ],
    [
      'a count beyond any file',
      torchLegacy(tensor({ count: 2 ** 47, shape: [1], strides: [1] }), [['0', 6, six]]),
      'the file is truncated',
    ],
  ])('is refused with %s', (_, bytes, message) => {
    expect(refusal(bytes)).toContain(message);
  });

  it('of another version is refused', () => {
    const bytes = torchLegacy(value, [['0', 6, six]]);
    const at = bytes.indexOf(0x4a);
    bytes[at + 1] = 1;
    expect(refusal(bytes)).toContain('expected version 1001 of the format, got another');
  });
});
