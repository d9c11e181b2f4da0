import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../src/index.ts';
import { openNpy, openNpz, openPickle, readRegularFile } from '../src/node.ts';

let folder = '';
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halp-regular-'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  await symlink('/dev/zero', join(folder, 'zero'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
  await writeFile(join(folder, 'text'), 'hello');
  await symlink('text', join(folder, 'link'));
  await mkdir(join(folder, 'inner'));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  // Without the refusal a FIFO waits for ever and /dev/zero fills the memory.
  describe.each(['fifo', 'zero', 'socket'])('such as %s', (name) => {
    it.each(Object.entries({ readRegularFile, openNpy, openNpz, openPickle }))(
      'is refused at once by %s',
      { timeout: 5_000 },
      async (_, read) => {
        const path = join(folder, name);
        const error = await read(path).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(FormatError);
        expect((error as Error).message).toContain(`${path}: expected a regular file, got a`);
      },
    );
  });

  it('is not a file behind a link, which is read', async () => {
    expect(await readRegularFile(join(folder, 'link'), 'utf8')).toBe('hello');
    expect([...(await readRegularFile(join(folder, 'link')))]).toEqual([104, 101, 108, 108, 111]);
  });

  it('leaves folders and what is missing to the words of the file system', async () => {
    await expect(readRegularFile(join(folder, 'inner'))).rejects.toThrow('EISDIR');
    await expect(readRegularFile(join(folder, 'none'))).rejects.toThrow('ENOENT');
  });
});
