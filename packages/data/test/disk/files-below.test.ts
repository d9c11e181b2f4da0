import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../../src/disk/files-below.ts';
import { listRawFiles } from '../../src/disk/list-raw-files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-below-'));
  await mkdir(join(folder, 'raw/inner'), { recursive: true });
  await mkdir(join(folder, 'elsewhere'));
  for (const name of ['raw/a', 'raw/inner/b', 'elsewhere/c', 'd']) {
    await writeFile(join(folder, `${name}.skeleton`), '');
  }
  await symlink(join(folder, 'd.skeleton'), join(folder, 'raw/d.skeleton'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'raw/linked'));
  await symlink(join(folder, 'elsewhere'), join(folder, 'raw/linked-again'));
  await symlink('..', join(folder, 'raw/inner/loop'));
  await symlink('nothing.skeleton', join(folder, 'raw/inner/e.skeleton'));
  await symlink('itself', join(folder, 'raw/itself'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the files of a raw folder', () => {
  it('include those behind links, each once, also with cyclic links', async () => {
    const found = await filesBelow(join(folder, 'raw'));
    expect(
      found.map(({ name, parentPath }) => relative(folder, join(parentPath, name))).sort(),
    ).toEqual([
      'raw/a.skeleton',
      'raw/d.skeleton',
      'raw/inner/b.skeleton',
      'raw/inner/e.skeleton',
      'raw/itself',
      'raw/linked/c.skeleton',
    ]);
  });

  it('are listed with those behind links, also a link to nothing, which reading refuses', async () => {
    const listed = await listRawFiles([join(folder, 'raw')], '.skeleton');
    expect(listed.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
