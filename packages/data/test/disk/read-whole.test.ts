import { truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { readWhole } from '../../src/disk/read-whole.ts';
import { messageOf, temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();

describe('readWhole', () => {
  it('gives the bytes of a file', async () => {
    await writeFile(path('clip'), Uint8Array.of(1, 2, 3));
    expect([...(await readWhole(path('clip')))]).toEqual([1, 2, 3]);
  });

  it('refuses a file of 2 GiB without reading it', async () => {
    await writeFile(path('clip'), '');
    await truncate(path('clip'), 2 ** 31);
    await expect(readWhole(path('clip'))).rejects.toThrow(FormatError);
    expect(await messageOf(readWhole(path('clip')))).toBe(
      `${path('clip')}: expected at most 268435456 bytes, got 2147483648`,
    );
  });

  it('refuses a missing file', async () => {
    expect(await messageOf(readWhole(path('clip')))).toContain('got nothing at that path');
  });
});
