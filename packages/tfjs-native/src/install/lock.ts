import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Options of {@link withLock}. */
export interface LockOptions {
  /** Called once if another process holds the lock. */
  readonly onWait?: (() => void) | undefined;
  /** Stops the waiting when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** The interval at which the holder touches the lock, in milliseconds. Default: 2,000. */
  readonly heartbeat?: number | undefined;
  /** The time without a touch after which the holder counts as dead, in milliseconds. Default: 15,000. */
  readonly patience?: number | undefined;
  /** The interval at which a waiting process checks the lock, in milliseconds. Default: 250. */
  readonly poll?: number | undefined;
}

/**
 * The result of `work`, which runs while no other process holds the lock.
 *
 * The lock is a folder: creating one succeeds for one process only, on network file systems too. Its holder touches it
 * every `heartbeat`; a waiting process that sees no touch for `patience` removes it. That needs neither a common clock nor
 * process ids, so that containers and machines can share a cache.
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
      // Blocked for a second period: the process that was removing the lock has died as well.
      if (kept) await rm(breaker(path), { recursive: true, force: true });
      kept = !(await breakLock(path, life));
    }
    seen = life;
    since = performance.now();
  }
}

/**
 * Removes the lock of a dead holder, unless it has changed since it was last checked.
 *
 * @param seen - The last `signOfLife` of the holder that counts as dead.
 * @returns False if another process is removing the lock.
 */
export async function breakLock(path: string, seen: string): Promise<boolean> {
  // One process at a time, or the second would remove the lock that the first has just taken.
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
  // A missing lock means that another process removed it. The work is safe without the lock too, only done twice.
  await utimes(path, now, now).catch(() => undefined);
}

/** A text that changes while the holder is running, and when the holder changes. */
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
