import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundled } from '@halp/testing';
import { lockHolder, takeLock } from '../../src/node.ts';
import { failAsFullDisk } from './failing-disk.ts';

let path = '';
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'halp-lock-')), 'a', '.lock');
});
afterEach(() => rm(join(path, '..', '..'), { recursive: true, force: true }));

const holder = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;

/** The id of a process that has ended. */
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

  it('is refused to a second process, with the name of the first', async () => {
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

  it('takes over from an earlier process with the same id', async (context) => {
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

  it('lockHolder names the holder, or returns undefined', async () => {
    expect(await lockHolder(path)).toBeUndefined();
    const lock = await takeLock(path, 'it');
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid, host: hostname() });
    await writeFile(path, JSON.stringify({ pid: await endedProcess(), host: hostname() }));
    expect(await lockHolder(path)).toBeUndefined();
    await rm(path);
    await lock.release();
  });

  it('is given to one of many concurrent calls', async () => {
    const taken = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(path, 'it')));
    const locks = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  });

  it('takes over a lock that names no holder', async () => {
    await (await takeLock(path, 'it')).release();
    await writeFile(path, '');
    await (await takeLock(path, 'it')).release();
    expect(existsSync(path)).toBe(false);
  });

  it('leaves nothing behind when the disk is full', async () => {
    await mkdir(join(path, '..'));
    await failAsFullDisk('writeFile');
    await expect(takeLock(path, 'it')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('does not remove a lock that another process has taken', async () => {
    const lock = await takeLock(path, 'it');
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere' }));
    await lock.release();
    expect((await holder())['host']).toBe('elsewhere');
  });
});

/** A process of another machine: `beats` writes a heartbeat to its lock. */
async function elsewhere(beats: boolean): Promise<() => void> {
  await mkdir(join(path, '..'), { recursive: true });
  const text = JSON.stringify({ pid: 1, host: 'elsewhere', token: 'a' });
  await writeFile(path, text);
  if (!beats) return () => undefined;
  const timer = setInterval(() => void beat(0), 20);
  return () => clearInterval(timer);
}

/** A heartbeat of some time ago. */
async function beat(ago: number): Promise<void> {
  const time = new Date(Date.now() - ago);
  await utimes(path, time, time);
}

describe('a lock of another machine', () => {
  const HOUR = 3_600_000;
  // Long enough that no lease expires by itself on a busy machine.
  const lease = { heartbeat: 40, lease: HOUR };

  it('is in use as long as its holder writes heartbeats', async () => {
    const stop = await elsewhere(true);
    try {
      await expect(takeLock(path, 'it', lease)).rejects.toThrow(
        'it is in use by process 1 on elsewhere; wait for it or stop it; if it has died',
      );
    } finally {
      stop();
    }
  });

  it('is taken over after its lease has expired, and the wait is reported', async () => {
    await elsewhere(false);
    const waited: unknown[] = [];
    const onWait = (): void => {
      // The lease expires after many checks; until then no other process has the lock.
      setTimeout(() => void holder().then(({ host }) => (waited.push(host), beat(2 * HOUR))), 200);
    };
    const lock = await takeLock(path, 'it', { ...lease, onWait });
    expect(waited).toEqual(['elsewhere']);
    expect((await holder())['pid']).toBe(process.pid);
    await lock.release();
  });

  it('is taken over immediately if its lease has expired', async () => {
    await elsewhere(false);
    await beat(HOUR);
    const lock = await takeLock(path, 'it', { onWait: () => expect.fail('nothing to wait for') });
    expect((await holder())['pid']).toBe(process.pid);
    await lock.release();
  });

  it('counts as held until its lease has expired', async () => {
    await elsewhere(false);
    expect(await lockHolder(path)).toMatchObject({ host: 'elsewhere' });
    await beat(HOUR);
    expect(await lockHolder(path)).toBeUndefined();
  });

  it('is no longer waited for after an abort', async () => {
    await elsewhere(false);
    const signal = AbortSignal.timeout(50);
    await expect(takeLock(path, 'it', { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await holder())['host']).toBe('elsewhere');
  });

  it('with this host name but of another container is not checked by its process id', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    const other = {
      pid: await endedProcess(),
      host: hostname(),
      space: 'another boot',
      token: 'a',
    };
    await writeFile(path, JSON.stringify(other));
    expect(await lockHolder(path)).toMatchObject(other);
  });
});

describe('a lock that is held', () => {
  it('is written to at every heartbeat', async () => {
    const lock = await takeLock(path, 'it', { heartbeat: 20 });
    await beat(3_600_000);
    const silence = async (): Promise<number> => Date.now() - (await stat(path)).mtimeMs;
    await expect.poll(silence).toBeLessThan(60_000);
    expect(lock.lost.aborted).toBe(false);
    await lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it('is aborted when another process has taken it over, and does not write into the new lock', async () => {
    const lock = await takeLock(path, 'it', { heartbeat: 20 });
    const other = JSON.stringify({ pid: 1, host: 'elsewhere', token: 'a' });
    // As takeLock does: the file is replaced.
    await writeFile(`${path}.new`, other);
    await rename(`${path}.new`, path);
    await expect.poll(() => lock.lost.aborted).toBe(true);
    expect(String(lock.lost.reason)).toContain('taken over by process 1 on elsewhere');
    await lock.release();
    expect(await readFile(path, 'utf8')).toBe(other);
  });

  it.runIf(process.platform === 'linux')('keeps no file open after it is lost', async () => {
    const openHere = (): number =>
      readdirSync('/proc/self/fd').filter((file) => linkOf(file).startsWith(dirname(path))).length;
    const lock = await takeLock(path, 'it', { heartbeat: 20 });
    expect(openHere()).toBe(1);
    await rm(path);
    await expect.poll(() => lock.lost.aborted).toBe(true);
    await expect.poll(openHere).toBe(0);
    await lock.release();
  });
});

/** The path of an open file; empty if it was closed meanwhile. */
function linkOf(file: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return '';
  }
}

describe('abandoned locks', () => {
  const PROCESSES = 4;
  const LOCKS = 60;

  it('go to one of many callers in a process that find them at the same moment', async () => {
    await mkdir(join(path, '..'), { recursive: true });
    const dead = JSON.stringify({ pid: await endedProcess(), host: hostname() });
    for (let round = 0; round < 20; round++) {
      await writeFile(path, dead);
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, 'it')));
      const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(taken).toHaveLength(1);
      await taken[0]?.release();
      expect(await readdir(join(path, '..'))).toEqual([]);
    }
  });

  it('go to one of many processes that find them at the same moment', async () => {
    const folder = join(path, '..');
    await mkdir(folder);
    const dead = JSON.stringify({ pid: await endedProcess(), host: hostname() });
    const paths = Array.from({ length: LOCKS }, (_, i) => join(folder, `lock-${i}`));
    for (const each of paths) await writeFile(each, dead);
    const program = await bundled(new URL('take-locks.ts', import.meta.url));
    const children = Array.from({ length: PROCESSES }, () =>
      spawn(process.execPath, [program, ...paths], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const linesOf = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]());
    // All are ready before any starts, and none ends before all have tried.
    for (const lines of linesOf) expect((await lines.next()).value).toBe('ready');
    for (const child of children) child.stdin.write('go\n');
    const taken: number[] = [];
    for (const lines of linesOf) {
      taken.push(...(JSON.parse((await lines.next()).value as string) as number[]));
    }
    for (const child of children) child.stdin.end();
    expect(taken.sort((a, b) => a - b)).toEqual(paths.map((_, i) => i));
  });
});
