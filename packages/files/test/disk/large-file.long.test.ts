import { describe, expect, it } from 'vitest';
import { readRegularFile } from '../../src/node.ts';
import { fileWithHole } from './file-with-hole.ts';
import { temporaryFolder } from './folder.ts';

const folder = temporaryFolder();

describe('a file above 2 GiB, such as a large checkpoint', () => {
  // Allocating 2 GiB takes long on a busy machine.
  it('is read whole, by position', async () => {
    const size = 2 ** 31 + 4096;
    const places = [0, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1, 2 ** 31, size - 1];
    const bytes = await readRegularFile(await fileWithHole(folder.path('large'), size, places));
    expect(bytes.length).toBe(size);
    expect(places.map((at) => bytes[at])).toEqual([7, 7, 7, 7, 7, 7]);
    expect([bytes[1], bytes[2 ** 31 + 1], bytes[size - 2]]).toEqual([0, 0, 0]);
  });
});
