import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isLeftover, removeLeftovers } from '@halp/files/node';
import { temporaryFolder } from './folder.ts';

describe('temporary files of processes that were killed', () => {
  const folder = temporaryFolder();
  const old = new Date(Date.now() - 2 * 3_600_000);

  it('are removed an hour after the last write, and nothing else is', async () => {
    const names = {
      old: ['.manifest.json.0a1b2c3d.tmp', '.lock.0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f.tmp'],
      kept: ['.manifest.json.tmp', 'notes.0a1b2c3d.tmp', '.lock', 'last.safetensors'],
    };
    await mkdir(folder.path('inner'));
    for (const name of [...names.old, ...names.kept, 'inner/.a.0a1b2c3d.tmp']) {
      await writeFile(folder.path(name), '');
      await utimes(folder.path(name), old, old);
    }
    await writeFile(folder.path('.fresh.0a1b2c3d.tmp'), '');
    expect([...(await removeLeftovers(folder.path('')))].sort()).toEqual([...names.old].sort());
    expect([...(await folder.names())].sort()).toEqual(
      [...names.kept, '.fresh.0a1b2c3d.tmp', 'inner'].sort(),
    );
    expect(names.old.every(isLeftover)).toBe(true);
    expect(names.kept.some(isLeftover)).toBe(false);
  });

  it('a missing folder has none', async () => {
    expect(await removeLeftovers(folder.path('none'))).toEqual([]);
  });
});
