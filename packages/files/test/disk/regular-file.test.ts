import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/index.ts';
import {
  openNpy,
  openNpz,
  openPickle,
  readRegularFile,
  readRegularFileSync,
} from '../../src/node.ts';

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

// Windows has no FIFO, no /dev/zero and no sockets in folders.
describe.skipIf(process.platform === 'win32')('what is no regular file', () => {
  // Without the refusal a FIFO waits for ever and /dev/zero fills the memory.
  describe.each(['fifo', 'zero', 'socket'])('such as %s', (name) => {
    const atOnce = async (path: string): Promise<Buffer> => readRegularFileSync(path);
    it.each(Object.entries({ readRegularFile, atOnce, openNpy, openNpz, openPickle }))(
      'is refused without waiting by %s',
      { timeout: 60_000 },
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
    const hello = [104, 101, 108, 108, 111];
    expect([...(await readRegularFile(join(folder, 'link')))]).toEqual(hello);
    expect([...readRegularFileSync(join(folder, 'link'))]).toEqual(hello);
  });

  it('reports folders and missing files in the words of the file system', async () => {
    await expect(readRegularFile(join(folder, 'inner'))).rejects.toThrow('EISDIR');
    await expect(readRegularFile(join(folder, 'none'))).rejects.toThrow('ENOENT');
    expect(() => readRegularFileSync(join(folder, 'inner'))).toThrow('EISDIR');
    expect(() => readRegularFileSync(join(folder, 'none'))).toThrow('ENOENT');
  });
});

describe('a file that is larger than its reader allows', () => {
  it('is refused before it is read', () => {
    const path = join(folder, 'text');
    expect(readRegularFileSync(path, 5)).toHaveLength(5);
    expect(() => readRegularFileSync(path, 4)).toThrow(
      new FormatError(path, 'expected at most 4 bytes, got 5'),
    );
  });
});
