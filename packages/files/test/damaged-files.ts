import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  formatNpy,
  type NdArray,
  parseMat,
  parseNpy,
  parseNpz,
  parsePickle,
  parsePyTorch,
  type PickledArray,
  type PickleValue,
  sizeOfShape,
} from '@halp/files';
import { openNpy, openNpz, openPickle } from '@halp/files/node';
import { type FuzzCounts, type FuzzedReader, fuzzReader } from '@halp/testing';
import { temporaryFolder } from './disk/folder.ts';
import { writeMat, type WrittenVariable } from './mat/mat-writer.ts';
import { counting, requireWhole } from './npy/arrays.ts';
import { type Operations, six, tensor, torchFixtures, torchZip } from './pytorch/torch-files.ts';
import { decodeBase64, reference } from './reference.ts';

/** Damage in zip archives is noticed by checksums, nearly always; elsewhere numbers have none. */
function expectAll({ cases, read, refused }: FuzzCounts): void {
  expect(read + refused).toBe(cases);
  expect(refused).toBeGreaterThan(cases / 4);
}

/** For 100,000 cases, each in a separate file. */
const timeout = 1_800_000;

/** Declares a test for every reader, with this many damaged files. */
export function damagedFilesTests(cases?: number): void {
  const fuzz = <Result>(reader: FuzzedReader<Result>): Promise<FuzzCounts> =>
    fuzzReader({ ...reader, ...(cases === undefined ? {} : { cases }) });

  describe('damaged files are read whole or refused', { timeout }, () => {
    const folder = temporaryFolder();
    const [npys, npzs] = [
      reference.stored.map(({ base64 }) => base64),
      Object.values(reference.npz),
    ];

    /** A reader of bytes that reads them from a file. */
    const inFile =
      <Result>(read: (path: string) => Promise<Result>) =>
      async (bytes: Uint8Array, name: string): Promise<Result> => {
        await writeFile(folder.path(name), bytes);
        return read(folder.path(name));
      };

    it('.npy', async () => {
      const seeds = [
        formatNpy(counting('float32', [3, 4])),
        ...reference.stored.map(({ base64 }) => decodeBase64(base64)),
        formatNpy(counting('float64', [10, 10])),
      ];
      expectAll(await fuzz({ seeds, read: parseNpy, check: requireWhole }));
    });

    it('.npz', async () => {
      const seeds = [reference.npz.stored, reference.npz.compressed].map(decodeBase64);
      const check = (arrays: Readonly<Record<string, NdArray>>): void => {
        for (const array of Object.values(arrays)) requireWhole(array);
      };
      expectAll(await fuzz({ seeds, read: parseNpz, check }));
    });

    it('pickles', async () => {
      const seeds = [reference.python2, ...reference.pickles.map(({ base64 }) => base64)];
      const counts = await fuzz({
        seeds: seeds.map(decodeBase64),
        read: parsePickle,
        check: requireValue,
      });
      expectAll(counts);
    });

    it('pickles of views of arrays', async () => {
      const file = new URL('./fixtures/views.json', import.meta.url);
      const views = JSON.parse(readFileSync(file, 'utf8')) as readonly { base64: string }[];
      const seeds = views.map(({ base64 }) => decodeBase64(base64));
      const counts = await fuzz({ seeds, read: parsePickle, check: requireValue });
      expect(counts.read + counts.refused).toBe(counts.cases);
    });

    it('MATLAB files', async () => {
      const numbers = Array.from({ length: 60 }, (_, i) => Math.sin(i));
      const matrix = { kind: 'double', shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] } as const;
      const variables: WrittenVariable[] = [
        { name: 'd_skel', kind: 'double', shape: [4, 3, 5], numbers },
        { ...matrix, name: 'count', kind: 'int32' },
        { ...matrix, name: 'narrow', storedAs: 2 },
      ];
      const ways = [true, false].flatMap((littleEndian) =>
        [true, false].map((compressed) => ({ littleEndian, compressed })),
      );
      const counts = await fuzz({
        seeds: ways.map((way) => writeMat(variables, way)),
        read: parseMat,
        check: (arrays) => {
          for (const [name, { data, shape }] of Object.entries(arrays)) {
            if (data.length !== sizeOfShape(shape)) throw new Error(`${name} is not whole`);
          }
        },
      });
      expect(counts.read + counts.refused).toBe(counts.cases);
      expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(0);
    });

    it.each(['zip', 'legacy'] as const)('PyTorch files: %s', async (format) => {
      const files = torchFixtures.files.filter((file) => file.format === format);
      const base64 = [torchFixtures.plain[format], torchFixtures.checkpoint[format]];
      const seeds = [...base64, ...files.map((file) => file.base64)].map(decodeBase64);
      expectAll(await fuzz({ seeds, read: parsePyTorch, check: requireValue }));
    });

    it('PyTorch files without checksums', async () => {
      // Damage in the pickle is noticed only when its operations are run.
      const views = ['](', ...viewsOf(6), 'e'];
      const seeds = [torchZip(views, { 0: six }).slice(), decodeBase64(torchFixtures.unchecked)];
      expectAll(
        await fuzz({
          seeds: seeds.map(withoutChecksums),
          read: parsePyTorch,
          check: requireValue,
        }),
      );
    });

    it('.npy, row by row', async () => {
      const read = inFile(async (path) => {
        const file = await openNpy(path);
        return file.readRows(0, file.header.shape[0] as number).finally(() => file.close());
      });
      expectAll(await fuzz({ seeds: npys.map(decodeBase64), read, check: requireWhole }));
    });

    it('.npz, row by row', async () => {
      const read = inFile(async (path) => {
        const file = await openNpz(path);
        try {
          const arrays: NdArray[] = [];
          for (const name of file.names) {
            const member = await file.open(name);
            arrays.push(await member.readRows(0, member.header.shape[0] as number));
          }
          return arrays;
        } finally {
          await file.close();
        }
      });
      const check = (arrays: readonly NdArray[]): void => arrays.forEach(requireWhole);
      expectAll(await fuzz({ seeds: npzs.map(decodeBase64), read, check }));
    });

    it('pickles, array by array', async () => {
      const read = inFile(async (path) => {
        const file = await openPickle(path);
        try {
          const arrays: NdArray[] = [];
          for (const place of arraysIn(file.value)) arrays.push(await file.readArray(place));
          return arrays;
        } finally {
          await file.close();
        }
      });
      const seeds = reference.pickles.map(({ base64 }) => decodeBase64(base64));
      const check = (arrays: readonly NdArray[]): void => arrays.forEach(requireWhole);
      expectAll(await fuzz({ seeds, read, check }));
    });
  });
}

/** Tensors with strides of every kind, of one storage. */
function viewsOf(count: number): Operations {
  const views = [
    { shape: [2, 3], strides: [3, 1] },
    { shape: [3, 2], strides: [1, 3] },
    { shape: [4, 6], strides: [0, 1] },
    { shape: [], strides: [], offset: 5 },
  ];
  return views.flatMap((view) => tensor({ ...view, count }));
}

/** The archive with 0 as the checksum of each member, which means that it has none. */
function withoutChecksums(archive: Uint8Array): Uint8Array {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; at + 20 < archive.length; at++) {
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 16, 0, true);
  }
  return archive;
}

/** Throws if a value contains anything that a pickle cannot hold. */
function requireValue(root: PickleValue): void {
  const seen = new Set<unknown>();
  const open: PickleValue[] = [root];
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value === undefined) throw new Error('a place without a value');
    if (Array.isArray(value)) open.push(...(value as readonly PickleValue[]));
    else if (value instanceof Set) open.push(...(value as ReadonlySet<PickleValue>));
    else if (value instanceof Map) {
      open.push(...[...(value as ReadonlyMap<PickleValue, PickleValue>)].flat());
    } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
      requireWhole(value as NdArray);
    } else if (!isLeaf(value)) throw new Error(`a ${typeof value}`);
  }
}

function isLeaf(value: PickleValue): boolean {
  const kinds = ['boolean', 'number', 'bigint', 'string'];
  return value === null || value instanceof Uint8Array || kinds.includes(typeof value);
}

/** The arrays of the list under a name in the pickles of the fixtures. */
function arraysIn(value: PickleValue<PickledArray>): readonly PickledArray[] {
  const list = value instanceof Map ? (value.get('arrays') as unknown) : undefined;
  const isPlace = (item: unknown): item is PickledArray =>
    typeof item === 'object' && item !== null && 'piece' in item;
  return Array.isArray(list) ? list.filter(isPlace) : [];
}
