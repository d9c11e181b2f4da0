import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a lock is waited for. */
export interface LockOptions {
  /** Called once, when somebody else holds the lock. */
  readonly onWait?: (() => void) | undefined;
  /** Ends the waiting when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** How often the holder shows that it lives, in milliseconds. */
  readonly heartbeat?: number | undefined;
  /** After how long without such a sign the holder counts as dead, in milliseconds. */
  readonly patience?: number | undefined;
  /** How often one who waits looks, in milliseconds. */
  readonly poll?: number | undefined;
}

/**
 * What `work` returns, run while no other process holds the lock.
 *
 * The lock is a folder: making one succeeds for one process only, on network file systems too. Its holder touches it
 * every `heartbeat`; one who waits and sees no touch for `patience` removes it. That needs neither a common clock nor
 * process numbers, so that containers and machines may share a cache.
 *
 * @param path - the lock's folder; its parent must exist.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { heartbeat = 2_000 } = options;
  await acquire(path, options);
  const token = randomUUID();
  await writeFile(join(path, 'token'), token);
  const beating = setInterval(() => void touch(path), heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beating);
    if ((await tokenOf(path)) === token) await rm(path, { recursive: true, force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  const { onWait, signal, patience = 15_000, poll = 250 } = options;
  let seen = '';
  let since = performance.now();
  let kept = false;
  for (let first = true; !(await make(path)); first = false) {
    if (first) onWait?.();
    await sleep(poll, undefined, { signal });
    const life = await signOfLife(path);
    if (life === seen && performance.now() - since < patience) continue;
    if (life === seen) {
      // Kept from it for as long again: whoever was at it has died as well.
      if (kept) await rm(breaker(path), { recursive: true, force: true });
      kept = !(await breakLock(path, life));
    }
    seen = life;
    since = performance.now();
  }
}

/**
 * Removes the lock of a dead holder, unless it is no longer the one that was seen.
 *
 * @param seen - the last `signOfLife` of the holder that is taken for dead.
 * @returns false if another process is at it.
 */
export async function breakLock(path: string, seen: string): Promise<boolean> {
  // One at a time, or the second would remove the lock that the first has taken meanwhile.
  if (!(await make(breaker(path)))) return false;
  try {
    if ((await signOfLife(path)) === seen) await rm(path, { recursive: true, force: true });
  } finally {
    await rm(breaker(path), { recursive: true, force: true });
  }
  return true;
}

function breaker(path: string): string {
  return `${path}.breaking`;
}

async function make(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  // Gone means that another process lost patience; what we do is safe without the lock too, only done twice.
  await utimes(path, now, now).catch(() => undefined);
}

/** What changes as long as the holder lives, or when it is another. */
export async function signOfLife(path: string): Promise<string> {
  const touched = await stat(path).then(
    (each) => each.mtimeMs,
    () => 0,
  );
  return `${await tokenOf(path)} ${touched}`;
}

async function tokenOf(path: string): Promise<string> {
  return readFile(join(path, 'token'), 'utf8').catch(() => '');
}
