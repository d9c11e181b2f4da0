import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

import { expectText } from './check.ts';

/** A lock that is held. */
export interface Lock {
  /** Removes the lock; harmless when called again. */
  release(): Promise<void>;
}

/** The process that holds a lock. */
export interface LockHolder {
  /** Its number. */
  readonly pid: number;
  /** The machine on which it runs. */
  readonly host: string;
  /** When the process started, in the system's own units; tells a process from a later one of the same number. */
  readonly started?: string;
}

/**
 * Takes a lock, so that one process at a time works on something: a file at `path` that names the process.
 *
 * A lock whose process has ended is taken over, where that can be known: on the same machine.
 *
 * @param what What is locked, for the error, such as 'the run runs/a'.
 * @throws Error if another process holds it: its number, its machine, and what to do.
 * @throws Error as the file system reports it, if the file cannot be made.
 *
 * @example
 * ```ts
 * const lock = await takeLock('runs/a/.lock', 'the run runs/a');
 * try {
 *   await work();
 * } finally {
 *   await lock.release();
 * }
 * ```
 */
export async function takeLock(path: string, what: string): Promise<Lock> {
  expectText('takeLock', 'a path', path);
  expectText('takeLock', 'what is locked, as a text', what);
  await mkdir(dirname(path), { recursive: true });
  const own: LockHolder = { pid: process.pid, host: hostname(), ...startOf(process.pid) };
  // Twice at most: another process may take what was left behind at the same moment.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, own)) return { release: () => release(path, own) };
    const holder = await lockHolder(path);
    if (holder !== undefined) {
      const where = holder.host === own.host ? '' : ` on ${holder.host}`;
      throw new Error(
        `${what} is in use by process ${holder.pid}${where}; wait for it or stop it` +
          (where === '' ? '' : `, and if it has ended, remove ${path}`),
      );
    }
    await rm(path, { force: true });
  }
  throw new Error(`${what} is in use: ${path} is taken again and again`);
}

/** Whether the lock could be made; nobody ever sees it empty. */
async function create(path: string, own: LockHolder): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFile(temporary, JSON.stringify(own));
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Who holds the lock at `path` now, or undefined; nothing is changed.
 *
 * A process of this machine that has ended holds nothing. Of other machines only the file is known, so a lock that
 * was left behind there counts as held.
 */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  expectText('lockHolder', 'a path', path);
  const holder = await holderOf(path);
  return holder === undefined || hasEnded(holder) ? undefined : holder;
}

/** The holder, or undefined if the file is gone or says nothing. */
async function holderOf(path: string): Promise<LockHolder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<LockHolder> | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string'
      ? (holder as LockHolder)
      : undefined;
  } catch {
    return undefined;
  }
}

function hasEnded({ pid, host, started }: LockHolder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const now = startOf(pid).started;
  return started !== undefined && now !== undefined && started !== now;
}

/** When a process started, where the system says so in /proc: the 22nd field of its `stat`. */
function startOf(pid: number): { readonly started?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the fields after it start with the third.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return started === undefined ? {} : { started };
  } catch {
    return {};
  }
}

async function release(path: string, own: LockHolder): Promise<void> {
  const holder = await holderOf(path);
  if (holder?.pid === own.pid && holder.host === own.host) await rm(path, { force: true });
}
