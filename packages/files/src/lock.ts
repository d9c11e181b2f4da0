import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

/** A lock that is held. */
export interface Lock {
  /** Removes the lock; harmless when called again. */
  release(): Promise<void>;
}

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number;
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
  await mkdir(dirname(path), { recursive: true });
  const own: Holder = { pid: process.pid, host: hostname(), ...startOf(process.pid) };
  // Twice at most: another process may take what was left behind at the same moment.
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(path, own)) return { release: () => release(path, own) };
    const holder = await holderOf(path);
    if (holder !== undefined && !hasEnded(holder)) {
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

async function create(path: string, own: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify(own));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The holder, or undefined if the file is gone or says nothing: a process that ended while it took it. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string'
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

function hasEnded({ pid, host, started }: Holder): boolean {
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

async function release(path: string, own: Holder): Promise<void> {
  const holder = await holderOf(path);
  if (holder?.pid === own.pid && holder.host === own.host) await rm(path, { force: true });
}
