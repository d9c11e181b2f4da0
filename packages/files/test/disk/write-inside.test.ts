import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { writeInside } from '@halp/files/node';
import { temporaryFolder } from './folder.ts';

describe('writeInside', () => {
  const folder = temporaryFolder();

  it('makes the folders that are missing, and replaces a file or a link to one', async () => {
    await writeInside(folder.path('run'), 'a/b/c.json', 'one');
    await writeInside(folder.path('run'), 'a/b/c.json', 'two');
    expect(await readFile(folder.path('run/a/b/c.json'), 'utf8')).toBe('two');
    await symlink(folder.path('run/a/b/c.json'), folder.path('run/link'));
    await writeInside(folder.path('run'), 'link', 'three');
    expect(await readFile(folder.path('run/a/b/c.json'), 'utf8')).toBe('two');
    expect(await readFile(folder.path('run/link'), 'utf8')).toBe('three');
  });

  it('follows a link that is the folder itself', async () => {
    await mkdir(folder.path('disk'));
    await symlink(folder.path('disk'), folder.path('run'));
    await writeInside(folder.path('run'), 'a/b', 'here');
    expect(await readFile(folder.path('disk/a/b'), 'utf8')).toBe('here');
  });

  it.each(['elsewhere', 'nowhere'])('refuses a folder that is a link to %s', async (target) => {
    await mkdir(folder.path('elsewhere'));
    await mkdir(folder.path('run'));
    await symlink(folder.path(target), folder.path('run/a'));
    for (const file of ['a/file', 'a/b/file', './x/../a/file']) {
      const writing = writeInside(folder.path('run'), file, 'text');
      await expect(writing).rejects.toThrow(FormatError);
      await expect(writing).rejects.toThrow(
        `${folder.path('run/a')}: expected a folder, got a link, through which files would be written elsewhere; ` +
          'put the folder that it leads to in its place, or remove it',
      );
    }
    expect(await folder.names()).toEqual(['elsewhere', 'run']);
    expect(await readdir(folder.path('elsewhere'))).toEqual([]);
  });

  it.each(['../out', 'a/../../out', '/out'])('refuses %s, which leads out', async (path) => {
    const writing = writeInside(folder.path('run'), path, 'text');
    await expect(writing).rejects.toThrow(
      `writeInside: expected a path below the folder ${folder.path('run')}, got ${path}`,
    );
    expect(await folder.names()).toEqual([]);
  });
});
