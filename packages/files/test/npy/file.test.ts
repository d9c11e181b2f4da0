import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, formatNpy, formatNpyHeader } from '@halp/files';
import { openNpy } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { counting, DTYPES, identityOf } from './arrays.ts';

describe('openNpy', () => {
  const folder = temporaryFolder();

  it.each(DTYPES)('reads rows of %s by position', async (dtype) => {
    const path = folder.path('clips.npy');
    const array = counting(dtype, [5, 2, 3]);
    await writeFile(path, formatNpy(array));
    const file = await openNpy(path);
    const order = { byteOrder: 'little', fortranOrder: false };
    expect(file.header).toEqual({ dtype, ...order, shape: [5, 2, 3], dataOffset: 128 });
    expect(file.byPosition).toBe(true);
    const rows = fc.asyncProperty(fc.nat(5), fc.nat(5), async (a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const part = await file.readRows(start, end - start);
      const expected = {
        dtype,
        shape: [end - start, 2, 3],
        data: array.data.slice(start * 6, end * 6),
      };
      expect(identityOf(part)).toEqual(identityOf(expected));
    });
    await fc.assert(rows, { seed: 1, numRuns: 20 });
    await file.close();
  });

  it('reads rows beyond 4 GiB without reading what is before them', async () => {
    const path = folder.path('large.npy');
    // A sparse file takes no space on the disk.
    const rows = 5000;
    const row = 1 << 20;
    const header = formatNpyHeader('uint8', [rows, row]);
    const handle = await open(path, 'w');
    await handle.write(header, 0, header.length, 0);
    await handle.truncate(header.length + rows * row);
    await handle.write(new Uint8Array([7]), 0, 1, header.length + (rows - 1) * row);
    await handle.close();
    const file = await openNpy(path);
    const { shape, data } = await file.readRows(rows - 1, 1);
    expect([shape, data[0], data[1]]).toEqual([[1, row], 7, 0]);
    await file.close();
  });

  it('reads several parts concurrently', async () => {
    const path = folder.path('clips.npy');
    await writeFile(path, formatNpy(counting('int32', [100, 10])));
    const file = await openNpy(path);
    const rows = await Promise.all(Array.from({ length: 100 }, (_, i) => file.readRows(i, 1)));
    expect(rows.map(({ data }) => data[0])).toEqual(Array.from({ length: 100 }, (_, i) => i * 10));
    await file.close();
  });

  it.each([
    [4, 2],
    [5, 1],
    [6, 0],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, 0.5],
    [NaN, 1],
    [0, NaN],
    [2 ** 53, 1],
  ])('refuses rows from %s on, %s of them, of a file of 5', async (start, count) => {
    const path = folder.path('clips.npy');
    await writeFile(path, formatNpy(counting('int8', [5, 2])));
    const file = await openNpy(path);
    await expect(file.readRows(start, count)).rejects.toThrow(RangeError);
    await expect(file.readRows(start, count)).rejects.toThrow(
      `readRows: expected rows in [0, 5), got ${count} from ${start} on (${path})`,
    );
    await file.close();
  });

  it('names the file and the byte when the file has become shorter', async () => {
    const path = folder.path('clips.npy');
    await writeFile(path, formatNpy(counting('int8', [5, 2])));
    const file = await openNpy(path);
    await truncate(path, 128 + 5);
    expect([...(await file.readRows(0, 2)).data]).toEqual([0, 1, 2, 3]);
    await expect(file.readRows(2, 2)).rejects.toThrow(
      new FormatError(path, 'the file became shorter while it was read', 133),
    );
    await file.close();
  });

  it('refuses every shorter file and a longer one, and closes it', async () => {
    const path = folder.path('clips.npy');
    const bytes = formatNpy(counting('float64', [2, 3]));
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(path, bytes.slice(0, length));
      await expect(openNpy(path), `${length} bytes`).rejects.toMatchObject({
        name: 'FormatError',
        path,
      });
    }
    await writeFile(path, new Uint8Array([...bytes, 0]));
    await expect(openNpy(path)).rejects.toThrow(FormatError);
  });

  it('allocates nothing for the numbers that a header claims', async () => {
    const path = folder.path('clips.npy');
    await writeFile(path, formatNpyHeader('float32', [2 ** 40]));
    const before = process.memoryUsage().arrayBuffers;
    await expect(openNpy(path)).rejects.toThrow('the file is truncated');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('refuses a scalar, which has no rows', async () => {
    const path = folder.path('clips.npy');
    await writeFile(path, formatNpy(counting('float32', [])));
    await expect(openNpy(path)).rejects.toThrow('expected an array, got a scalar');
  });

  it('refuses a folder, and names a missing file', async () => {
    await mkdir(folder.path('clips.npy'));
    await expect(openNpy(folder.path('clips.npy'))).rejects.toThrow(
      'clips.npy: expected a .npy file, got a folder or device',
    );
    await expect(openNpy(folder.path('none.npy'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a bool that is neither 0 nor 1, with its place', async () => {
    const path = folder.path('mask.npy');
    const bytes = formatNpy(counting('bool', [4, 2]));
    bytes[128 + 5] = 3;
    await writeFile(path, bytes);
    const file = await openNpy(path);
    expect([...(await file.readRows(0, 2)).data]).toEqual([0, 1, 0, 1]);
    await expect(file.readRows(2, 1)).rejects.toThrow('(byte 133): expected 0 or 1 as bool, got 3');
    await file.close();
  });
});
