import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  type NdArray,
  parsePickle,
  type PickledArray,
  type PickleValue,
} from '@halp/files';
import { openPickle, openPickledArrays } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { identityOf } from '../npy/arrays.ts';
import { decodeBase64, reference } from '../reference.ts';

type Dict<Numbers> = ReadonlyMap<string, readonly PickleValue<Numbers>[]>;

describe('openPickle', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('clips.pkl');

  it.each(reference.pickles)(
    'finds in protocol $protocol of NumPy $numpy what parsePickle reads',
    async ({ base64 }) => {
      const bytes = decodeBase64(base64);
      await writeFile(path(), bytes);
      const whole = parsePickle(bytes, path()) as Dict<NdArray>;
      const file = await openPickle(path());
      const value = file.value as Dict<PickledArray>;
      for (const key of ['scalars', 'integers', 'plain', 'texts', 'bytes']) {
        expect(value.get(key)).toEqual(whole.get(key));
      }
      const places = value.get('arrays') as PickledArray[];
      expect(places[1]).toMatchObject({ dtype: 'float32', byteOrder: 'big', shape: [2, 3] });
      expect(places[2]).toMatchObject({ dtype: 'float64', fortranOrder: true });
      expect(places[3]).toMatchObject({ dtype: 'float16', shape: [2, 3] });
      const arrays = whole.get('arrays') as NdArray[];
      for (const [i, place] of places.entries()) {
        const array = await file.readArray(place);
        expect(identityOf(array)).toEqual(identityOf(arrays[i] as NdArray));
      }
      await file.close();
    },
  );

  it('returns positions as plain data, by which another thread reads the arrays', async () => {
    const { base64 } = reference.pickles[0] as (typeof reference.pickles)[number];
    await writeFile(path(), decodeBase64(base64));
    const file = await openPickle(path());
    const [, place] = (file.value as Dict<PickledArray>).get('arrays') as PickledArray[];
    await file.close();
    const sent = structuredClone(place) as PickledArray;
    expect(sent).toEqual(place);
    const arrays = await openPickledArrays(path());
    expect([...(await arrays.readArray(sent)).data]).toEqual([0, 1, 2, 3, 4, 5]);
    await arrays.close();
  });

  it('reads an array above 4 GiB, and a pickle without loading what is in its arrays', async () => {
    const size = 5 * 2 ** 30;
    const bytes = pickleOfTwo(size);
    // A sparse file takes no space on the disk.
    const handle = await open(path(), 'w');
    await handle.write(bytes.before, 0, bytes.before.length, 0);
    await handle.write(bytes.after, 0, bytes.after.length, bytes.before.length + size);
    await handle.close();
    const before = process.memoryUsage().arrayBuffers;
    const file = await openPickle(path());
    const [large, small] = file.value as unknown as readonly PickledArray[];
    expect(large).toMatchObject({ dtype: 'uint8', shape: [size] });
    expect([...(await file.readArray(small as PickledArray)).data]).toEqual([5, 6, 7]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    await file.close();
  });

  it('names a file that is truncated, is a folder, or became shorter', async () => {
    const { base64 } = reference.pickles[3] as (typeof reference.pickles)[number];
    const bytes = decodeBase64(base64);
    for (let length = 0; length < bytes.length; length += 97) {
      await writeFile(path(), bytes.slice(0, length));
      await expect(openPickle(path())).rejects.toMatchObject({
        name: 'FormatError',
        path: path(),
      });
    }
    await writeFile(path(), bytes);
    const file = await openPickle(path());
    const [place] = (file.value as Dict<PickledArray>).get('arrays') as [PickledArray];
    await truncate(path(), place.piece.start + 1);
    await expect(file.readArray(place)).rejects.toThrow(FormatError);
    await file.close();
    await mkdir(folder.path('folder.pkl'));
    await expect(openPickle(folder.path('folder.pkl'))).rejects.toThrow('got a folder or device');
    await expect(openPickle(folder.path('none.pkl'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  /** Protocol 5: `[array of size zeros, array of 5, 6, 7]`, without the zeros. */
  function pickleOfTwo(size: number): { readonly before: Uint8Array; readonly after: Uint8Array } {
    const letters = (value: string): number[] => Array.from(value, (c) => c.charCodeAt(0));
    const count = (value: number, bytes: number): number[] =>
      Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 255);
    const text = (value: string): number[] => [0x8c, value.length, ...letters(value)];
    const buffer = (length: number): number[] => [
      ...[...text('numpy._core.numeric'), ...text('_frombuffer'), 0x93, 0x28],
      ...[0x96, ...count(length, 8)],
    ];
    const type = [
      ...[...text('numpy'), ...text('dtype'), 0x93, ...text('u1'), 0x89, 0x88, 0x87, 0x52],
      ...[0x28, 0x4b, 3, ...text('|'), ...letters('NNN'), 0x4b, 0, 0x4b, 0, 0x4b, 0, 0x74, 0x62],
    ];
    const rest = (length: number): number[] => [
      ...[...type, 0x8a, 6, ...count(length, 6), 0x85, ...text('C'), 0x74, 0x52, 0x61],
    ];
    return {
      before: Uint8Array.from([0x80, 5, 0x5d, ...buffer(size)]),
      after: Uint8Array.from([...rest(size), ...buffer(3), 5, 6, 7, ...rest(3), 0x2e]),
    };
  }
});
