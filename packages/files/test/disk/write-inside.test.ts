import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { expectWritable, expectWritableInside, writeInside } from '@halp/files/node';
import { bundled } from '@halp/testing';
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

describe('expectWritableInside', () => {
  const folder = temporaryFolder();

  it('accepts folders that are there or missing, and changes nothing', async () => {
    await mkdir(folder.path('run/a'), { recursive: true });
    for (const path of ['a', 'a/b/c', 'b']) await expectWritableInside(folder.path('run'), path);
    expect(await readdir(folder.path('run'), { recursive: true })).toEqual(['a']);
  });

  it.each(['elsewhere', 'nowhere'])('rejects a link to %s', async (target) => {
    await mkdir(folder.path('elsewhere'));
    await mkdir(folder.path('run'));
    await symlink(folder.path(target), folder.path('run/a'));
    for (const path of ['a', 'a/b', './x/../a']) {
      const checking = expectWritableInside(folder.path('run'), path);
      await expect(checking).rejects.toThrow(
        `${folder.path('run/a')}: expected a folder, got a link, through which files would`,
      );
    }
  });

  it('rejects a file in place of a folder, as writeInside does', async () => {
    await mkdir(folder.path('run'));
    await writeFile(folder.path('run/a'), '');
    const message = `${folder.path('run/a')}: expected a folder, got a file; move it`;
    await expect(expectWritableInside(folder.path('run'), 'a')).rejects.toThrow(message);
    await expect(writeInside(folder.path('run'), 'a/b', 'text')).rejects.toThrow(message);
  });

  it.each(['../out', '/out'])('rejects %s, which leads out', async (path) => {
    await expect(expectWritableInside(folder.path('run'), path)).rejects.toThrow(
      `expectWritableInside: expected a path below the folder ${folder.path('run')}, got ${path}`,
    );
  });
});

describe('expectWritable', () => {
  const folder = temporaryFolder();
  it('accepts a folder, and rejects a missing one', async () => {
    await expectWritable(folder.path());
    await expect(expectWritable(folder.path('none'))).rejects.toThrow(
      `${folder.path('none')}: expected a folder that can be written, got ENOENT`,
    );
  });

  // Windows has no permission bits for folders. Permissions do not apply to root, so that root tests it as another user.
  it.skipIf(process.platform === 'win32')('rejects a read-only folder', async () => {
    const files = await bundled(new URL('../../src/node.ts', import.meta.url));
    await chmod(folder.path(), 0o755);
    await mkdir(folder.path('run'));
    await chmod(folder.path('run'), 0o555);
    const program = `
      import { expectWritable } from ${JSON.stringify(files)};
      await expectWritable(${JSON.stringify(folder.path('run'))}).catch((error) => console.log(error.message));
    `;
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', program],
      user,
    );
    expect(stdout).toContain(
      `${folder.path('run')}: expected a folder that can be written, got EACCES`,
    );
  });
});
