import { mkdir, open, writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatNpy, formatNpyHeader } from '@halp/files';
import { openNpz } from '@halp/files/node';
import { temporaryFolder } from '../disk/folder.ts';
import { decodeBase64, reference } from '../reference.ts';
import { stored, zip, zipPieces } from '../zip/zip-writer.ts';
import { counting, identityOf } from './arrays.ts';

describe('openNpz', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('clips.npz');

  it.each([
    ['stored', true],
    ['compressed', false],
  ] as const)('reads rows of the arrays that NumPy writes %s', async (kind, byPosition) => {
    await writeFile(path(), decodeBase64(reference.npz[kind]));
    const file = await openNpz(path());
    expect(file.names).toEqual(['x_train', 'y_train', 'mask']);
    const clips = await file.open('x_train');
    expect(clips.byPosition).toBe(byPosition);
    expect(clips.header).toMatchObject({ dtype: 'float32', shape: [2, 3, 4] });
    const whole = counting('float32', [2, 3, 4]);
    const second = { ...whole, shape: [1, 3, 4], data: whole.data.slice(12) };
    expect(identityOf(await clips.readRows(1, 1))).toEqual(identityOf(second));
    await clips.close();
    const [a, b] = await Promise.all([clips.readRows(0, 1), clips.readRows(1, 1)]);
    expect([a.data[0], b.data[0]]).toEqual([0, 12]);
    await file.close();
    await file.close();
  });

  it('reads a stored array by position above 4 GiB', async () => {
    const [rows, row] = [5000, 1 << 20];
    const header = formatNpyHeader('uint8', [rows, row]);
    const gap = rows * row;
    const members = [
      { ...stored('x.npy', header), size: header.length + gap },
      stored('y.npy', formatNpy(counting('int32', [3]))),
    ];
    // A sparse file takes no space on the disk.
    const handle = await open(path(), 'w');
    for (const { at, bytes } of zipPieces(members, gap))
      await handle.write(bytes, 0, bytes.length, at);
    const last = 30 + 'x.npy'.length + header.length + (rows - 1) * row;
    await handle.write(new Uint8Array([7]), 0, 1, last);
    await handle.close();
    const file = await openNpz(path());
    const x = await file.open('x');
    const { shape, data } = await x.readRows(rows - 1, 1);
    expect([shape, data[0], data[1]]).toEqual([[1, row], 7, 0]);
    expect([...(await (await file.open('y')).readRows(0, 3)).data]).toEqual([0, 1, 2]);
    await file.close();
  });

  it('refuses a compressed array of more than 1 GiB before it is inflated', async () => {
    const size = 2 ** 30;
    const header = formatNpyHeader('uint8', [size]);
    const start = new Uint8Array(header.length + 2 ** 20);
    start.set(header);
    // Not a whole stream: only its start is read.
    const packed = deflateRawSync(start, { finishFlush: 2 });
    const padded = new Uint8Array(size / 1000);
    padded.set(packed);
    const member = {
      name: 'x.npy',
      packed: padded,
      method: 8 as const,
      size: header.length + size,
    };
    await writeFile(path(), zip([member]));
    const file = await openNpz(path());
    await expect(file.open('x')).rejects.toThrow(
      'x.npy: expected at most 1073741824 bytes in a compressed array, got 1073741952 bytes of ' +
        "uint8 [1073741824]; save it with NumPy's savez instead of savez_compressed",
    );
    await file.close();
  });

  it('verifies the checksum of a compressed array, and names file and array', async () => {
    const bytes = formatNpy(counting('int8', [5, 2]));
    const member = { name: 'x.npy', packed: deflateRawSync(bytes), method: 8 as const };
    await writeFile(path(), zip([{ ...member, size: bytes.length, crc: crc32(bytes) ^ 1 }]));
    const file = await openNpz(path());
    const x = await file.open('x');
    await expect(x.readRows(0, 1)).rejects.toThrow(
      `${path()}/x.npy (byte 35): expected the checksum`,
    );
    await file.close();
  });

  it('refuses missing names, scalars, folders and files that are no archive', async () => {
    await writeFile(path(), zip([stored('x.npy', formatNpy(counting('int8', [])))]));
    const file = await openNpz(path());
    await expect(file.open('y')).rejects.toThrow(
      `open: expected an array of ["x"], got "y" (${path()})`,
    );
    await expect(file.open('x')).rejects.toThrow('x.npy: expected an array, got a scalar');
    await file.close();
    await writeFile(path(), formatNpy(counting('int8', [5])));
    await expect(openNpz(path())).rejects.toThrow(
      `${path()} (byte 0): expected a .npz archive, got a .npy file`,
    );
    await mkdir(folder.path('folder.npz'));
    await expect(openNpz(folder.path('folder.npz'))).rejects.toThrow('got a folder or device');
    await expect(openNpz(folder.path('none.npz'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
