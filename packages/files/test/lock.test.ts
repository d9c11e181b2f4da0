import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolder, takeLock } from '../src/node.ts';

let path = '';
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'halp-lock-')), 'a', '.lock');
});
afterEach(() => rm(join(path, '..', '..'), { recursive: true, force: true }));

const holder = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid as number;
}

describe('takeLock', () => {
  it('names this process, and leaves nothing behind when released', async () => {
    const lock = await takeLock(path, 'the run');
    expect(await holder()).toMatchObject({ pid: process.pid, host: hostname() });
    await lock.release();
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('is refused to a second taker, who is told the first', async () => {
    const lock = await takeLock(path, 'the run runs/a');
    await expect(takeLock(path, 'the run runs/a')).rejects.toThrow(
      `the run runs/a is in use by process ${process.pid}; wait for it or stop it`,
    );
    await lock.release();
    await (await takeLock(path, 'the run runs/a')).release();
  });

  it('takes over from a process that has ended', async () => {
    await (await takeLock(path, 'it')).release();
    await writeFile(path, JSON.stringify({ pid: await endedProcess(), host: hostname() }));
    const lock = await takeLock(path, 'it');
    expect((await holder())['pid']).toBe(process.pid);
    await lock.release();
  });

  it('takes over from an earlier process of the same number', async (context) => {
    const lock = await takeLock(path, 'it');
    const own = await holder();
    if (own['started'] === undefined)
      context.skip('this system does not say when a process started');
    await writeFile(path, JSON.stringify({ ...own, started: '1' }));
    const again = await takeLock(path, 'it');
    expect((await holder())['started']).toBe(own['started']);
    await again.release();
    await lock.release();
  });

  it('tells who holds it, and that nobody does', async () => {
    expect(await lockHolder(path)).toBeUndefined();
    const lock = await takeLock(path, 'it');
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid, host: hostname() });
    await writeFile(path, JSON.stringify({ pid: await endedProcess(), host: hostname() }));
    expect(await lockHolder(path)).toBeUndefined();
    await rm(path);
    await lock.release();
  });

  it('is given to one of many who take it at once', async () => {
    const taken = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path, 'it')));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes over what says no name', async () => {
    await (await takeLock(path, 'it')).release();
    await writeFile(path, '');
    await (await takeLock(path, 'it')).release();
    expect(existsSync(path)).toBe(false);
  });

  it('does not guess about another machine', async () => {
    await (await takeLock(path, 'it')).release();
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    await expect(takeLock(path, 'it')).rejects.toThrow(
      `it is in use by process 1 on elsewhere; wait for it or stop it, and if it has ended, remove ${path}`,
    );
  });

  it('does not remove what another has taken since', async () => {
    const lock = await takeLock(path, 'it');
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    await lock.release();
    expect((await holder())['host']).toBe('elsewhere');
  });
});
