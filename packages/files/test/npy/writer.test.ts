import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNpy, type NdArray } from '@halp/files';
import { createNpyWriter, type NpyWriter } from '@halp/files/node';
import { failAsFullDisk } from '../disk/failing-disk.ts';
import { temporaryFolder } from '../disk/folder.ts';
import { counting, DTYPES } from './arrays.ts';

/** Rows `start` to `end - 1`. */
function rowsOf({ dtype, shape: [, ...rest], data }: NdArray, start: number, end: number): NdArray {
  const size = rest.reduce((product, axis) => product * axis, 1);
  return { dtype, shape: [end - start, ...rest], data: data.slice(start * size, end * size) };
}

describe('createNpyWriter', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('clips.npy');

  it('writes what formatNpy writes, however the rows are divided', async () => {
    const cuts = fc.array(fc.nat(6), { maxLength: 4 });
    const same = fc.asyncProperty(fc.constantFrom(...DTYPES), cuts, async (dtype, inner) => {
      const array = counting(dtype, [6, 2]);
      const writer = await createNpyWriter(path(), array);
      const ends = [...inner, 6].sort((a, b) => a - b);
      let start = 0;
      for (const end of ends) {
        await writer.append(rowsOf(array, start, end));
        start = end;
      }
      await writer.finish();
      expect(new Uint8Array(await readFile(path()))).toEqual(formatNpy(array));
    });
    await fc.assert(same, { seed: 1, numRuns: 15 });
    expect(await folder.names()).toEqual(['clips.npy']);
  });

  it('keeps the order of appends that are not awaited', async () => {
    const array = counting('int32', [50, 100]);
    const writer = await createNpyWriter(path(), array);
    await Promise.all(Array.from({ length: 50 }, (_, i) => writer.append(rowsOf(array, i, i + 1))));
    await writer.finish();
    expect(new Uint8Array(await readFile(path()))).toEqual(formatNpy(array));
  });

  it('shows nothing before it is finished, and leaves the old file until then', async () => {
    await writeFile(path(), 'old');
    const array = counting('int8', [2, 2]);
    const writer = await createNpyWriter(path(), array);
    await writer.append(array);
    expect(await readFile(path(), 'utf8')).toBe('old');
    await writer.finish();
    await writer.discard();
    expect(new Uint8Array(await readFile(path()))).toEqual(formatNpy(array));
  });

  it('leaves the old file and nothing else when it is discarded', async () => {
    await writeFile(path(), 'old');
    const writer = await createNpyWriter(path(), counting('int8', [2, 2]));
    await writer.append(counting('int8', [1, 2]));
    await writer.discard();
    await writer.discard();
    expect(await folder.names()).toEqual(['clips.npy']);
    expect(await readFile(path(), 'utf8')).toBe('old');
  });

  it('leaves nothing behind when rows are missing at the end', async () => {
    const writer = await createNpyWriter(path(), counting('int8', [3, 2]));
    await writer.append(counting('int8', [2, 2]));
    await expect(writer.finish()).rejects.toThrow(`finish: expected 3 rows, got 2 (${path()})`);
    expect(await folder.names()).toEqual([]);
  });

  it.each(['write', 'sync'] as const)(
    'leaves nothing behind when the disk is full at %s',
    async (operation) => {
      const array = counting('int8', [2, 2]);
      const writer = await createNpyWriter(path(), array);
      await failAsFullDisk(operation);
      const work = writer.append(array).then(() => writer.finish());
      await expect(work).rejects.toMatchObject({ code: 'ENOSPC' });
      await expect(work).rejects.toThrow(`${path()}: cannot be written`);
      expect(await folder.names()).toEqual([]);
      await expect(writer.append(array)).rejects.toThrow(
        /expected an open writer, got a (discarded|finished) one/,
      );
    },
  );

  it('leaves nothing behind when the disk is full at the header', async () => {
    await failAsFullDisk('write');
    await expect(createNpyWriter(path(), counting('int8', [2]))).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    expect(await folder.names()).toEqual([]);
  });

  it('leaves nothing behind when its path is a folder', async () => {
    await mkdir(folder.path('clips.npy/inside'), { recursive: true });
    const array = counting('int8', [1]);
    const writer = await createNpyWriter(path(), array);
    await writer.append(array);
    await expect(writer.finish()).rejects.toThrow('cannot be written');
    expect(await folder.names()).toEqual(['clips.npy']);
  });

  it('names the file when its folder is missing', async () => {
    await mkdir(folder.path('gone'));
    await rm(folder.path('gone'), { recursive: true });
    await expect(createNpyWriter(folder.path('gone/a.npy'), counting('int8', [1]))).rejects.toThrow(
      'gone/a.npy: cannot be written, ENOENT',
    );
  });

  it.each([
    ['another type', counting('uint8', [1, 2])],
    ['another row', counting('int8', [1, 3])],
    ['another number of axes', counting('int8', [1, 2, 1])],
    ['a scalar', counting('int8', [])],
    ['too many rows', counting('int8', [3, 2])],
    ['fewer numbers than its shape says', { dtype: 'int8', shape: [1, 2], data: new Int8Array(1) }],
  ] as const)('refuses %s, and can go on', async (_, wrong) => {
    const array = counting('int8', [2, 2]);
    const writer: NpyWriter = await createNpyWriter(path(), array);
    await expect(writer.append(wrong)).rejects.toThrow(RangeError);
    await writer.append(array);
    await writer.finish();
    expect(new Uint8Array(await readFile(path()))).toEqual(formatNpy(array));
  });

  it('refuses a scalar if rows are numbers', async () => {
    const writer = await createNpyWriter(path(), counting('int8', [2]));
    await expect(writer.append(counting('int8', []))).rejects.toThrow(RangeError);
    await writer.append(counting('int8', [2]));
    await writer.finish();
    expect(new Uint8Array(await readFile(path()))).toEqual(formatNpy(counting('int8', [2])));
  });

  it('refuses a shape without rows or with an invalid size, before it opens anything', async () => {
    const create = (shape: readonly number[]): Promise<unknown> =>
      createNpyWriter(path(), { dtype: 'int8', shape });
    await expect(create([])).rejects.toThrow('createNpyWriter: expected an axis of rows, got []');
    await expect(create([2, -1])).rejects.toThrow(RangeError);
    expect(await folder.names()).toEqual([]);
  });

  it('refuses to be finished twice', async () => {
    const writer = await createNpyWriter(path(), counting('int8', [0, 2]));
    await writer.finish();
    await expect(writer.finish()).rejects.toThrow(
      'finish: expected an open writer, got a finished one',
    );
  });
});
