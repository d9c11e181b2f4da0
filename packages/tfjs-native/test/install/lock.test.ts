import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breakLock, signOfLife, withLock } from '../../src/install/lock.ts';

let folder = '';
let lock = '';
/** A clock that advances 10 ms at every reading: waiting ends after a number of checks, not on a busy machine. */
let clock = 0;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10));
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const FAST = { heartbeat: 20, patience: 600, poll: 5 };

/** The most concurrent works inside `enter`. */
function crowd(): {
  enter: (milliseconds: number, looks?: number) => () => Promise<void>;
  most: () => number;
} {
  let inside = 0;
  let most = 0;
  const enter =
    (milliseconds: number, looks = 0) =>
    async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      const until = clock + 10 * looks;
      do await sleep(milliseconds);
      while (clock < until);
      inside -= 1;
    };
  return { enter, most: () => most };
}

describe('withLock', () => {
  it('admits one at a time, and everyone in the end', async () => {
    const { enter, most } = crowd();
    await Promise.all(Array.from({ length: 8 }, () => withLock(lock, enter(20), FAST)));
    expect(most()).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  it('returns the result of the work, and is free after the work has failed', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('no')), FAST)).rejects.toThrow('no');
    expect(await withLock(lock, () => Promise.resolve(7), FAST)).toBe(7);
  });

  it('waits for a running holder, however long it works, and reports the wait once', async () => {
    const { enter, most } = crowd();
    let waits = 0;
    const first = withLock(lock, enter(20, 150), FAST);
    while (!existsSync(lock)) await sleep(1);
    const seen = clock;
    await withLock(lock, enter(1), { ...FAST, onWait: () => (waits += 1) });
    await first;
    expect(clock - seen).toBeGreaterThan(2 * FAST.patience);
    expect(most()).toBe(1);
    expect(waits).toBe(1);
  });

  it.each([true, false])(
    'takes over from a holder that died (having written its token: %s)',
    async (written) => {
      mkdirSync(lock);
      if (written) writeFileSync(join(lock, 'token'), 'dead');
      const begin = performance.now();
      expect(await withLock(lock, () => Promise.resolve('in'), FAST)).toBe('in');
      expect(performance.now() - begin).toBeGreaterThan(FAST.patience);
    },
  );

  it('admits one at a time when many time out on a dead holder simultaneously', async () => {
    mkdirSync(lock);
    const { enter, most } = crowd();
    await Promise.all(Array.from({ length: 8 }, () => withLock(lock, enter(30), FAST)));
    expect(most()).toBe(1);
  });

  it('takes over even if another process died while taking over', async () => {
    mkdirSync(lock);
    mkdirSync(`${lock}.breaking`);
    expect(await withLock(lock, () => Promise.resolve('in'), FAST)).toBe('in');
    expect(existsSync(`${lock}.breaking`)).toBe(false);
  });

  it('stops waiting when aborted', async () => {
    mkdirSync(lock);
    const signal = AbortSignal.timeout(50);
    await expect(withLock(lock, () => Promise.resolve(), { ...FAST, signal })).rejects.toThrow(
      /abort/i,
    );
    expect(existsSync(lock)).toBe(true);
  });
});

describe('breakLock', () => {
  it('removes the lock that was seen, and not a later one', async () => {
    mkdirSync(lock);
    const dead = await signOfLife(lock);
    writeFileSync(join(lock, 'token'), 'taken since');
    expect(await breakLock(lock, dead)).toBe(true);
    expect(existsSync(lock)).toBe(true);
    expect(await breakLock(lock, await signOfLife(lock))).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  it('leaves the lock to another process that is removing it', async () => {
    mkdirSync(lock);
    mkdirSync(`${lock}.breaking`);
    expect(await breakLock(lock, await signOfLife(lock))).toBe(false);
    expect(existsSync(`${lock}.breaking`)).toBe(true);
    expect(existsSync(lock)).toBe(true);
  });
});
