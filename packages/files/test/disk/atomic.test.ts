import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '@halp/files/node';
import { bundled } from '@halp/testing';
import { failAsFullDisk } from './failing-disk.ts';
import { temporaryFolder } from './folder.ts';

describe('writeFileAtomic', () => {
  const folder = temporaryFolder();

  it('writes bytes or text, and replaces what was there', async () => {
    const path = folder.path('file');
    await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    await writeFileAtomic(path, 'ü');
    expect(await readFile(path, 'utf8')).toBe('ü');
    expect(await folder.names()).toEqual(['file']);
  });

  it('allows several concurrent writes of one file; the last one remains', async () => {
    const texts = Array.from({ length: 10 }, (_, i) => `${i}`.repeat(1000));
    await Promise.all(texts.map((text) => writeFileAtomic(folder.path('file'), text)));
    expect(texts).toContain(await readFile(folder.path('file'), 'utf8'));
    expect(await folder.names()).toEqual(['file']);
  });

  it.each(['writeFile', 'sync'] as const)(
    'leaves the old file and nothing else when the disk is full at %s',
    async (operation) => {
      const path = folder.path('file');
      await writeFile(path, 'old');
      await failAsFullDisk(operation);
      await expect(writeFileAtomic(path, 'new')).rejects.toMatchObject({
        code: 'ENOSPC',
        message: `${path}: cannot be written, ENOSPC: no space left on device`,
      });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await folder.names()).toEqual(['file']);
    },
  );

  it('names the file when its folder is missing', async () => {
    await mkdir(folder.path('gone'));
    const path = folder.path('gone/file');
    await rm(folder.path('gone'), { recursive: true });
    const writing = writeFileAtomic(path, 'new');
    await expect(writing).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(writing).rejects.toThrow(`${path}: cannot be written`);
    expect(await folder.names()).toEqual([]);
  });

  it('names the file when its folder is a file', async () => {
    await writeFile(folder.path('file'), 'old');
    await expect(writeFileAtomic(folder.path('file/inside'), 'new')).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
  });

  it('leaves a folder at its path, and nothing else', async () => {
    await mkdir(folder.path('file/inside'), { recursive: true });
    await expect(writeFileAtomic(folder.path('file'), 'new')).rejects.toThrow('cannot be written');
    expect(await folder.names()).toEqual(['file']);
  });

  it('shows readers only whole files while it writes, and leaves a whole one when it is killed', async () => {
    const path = folder.path('file');
    const size = 2_000_000;
    await writeFile(path, 'a'.repeat(size));
    const program = await bundled(new URL('write-forever.ts', import.meta.url));
    const child = spawn(process.execPath, [program, path, String(size)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const seen = new Set<string>();
    for (let i = 0; i < 50; i++) seen.add(summaryOf(await readFile(path, 'utf8')));
    child.kill('SIGKILL');
    await once(child, 'exit');
    seen.add(summaryOf(await readFile(path, 'utf8')));
    for (const summary of seen) expect(summary).toMatch(/^[ab] 2000000$/);
  });
});

/** Its first letter and its length, if it is that letter throughout. */
function summaryOf(text: string): string {
  const letter = text.charAt(0);
  return text === letter.repeat(text.length) ? `${letter} ${text.length}` : 'a mixture';
}
