import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { readRegularFile } from './regular-file.ts';

/** The process that holds a lock. */
export interface LockHolder {
  /** The process id. */
  readonly pid: number;
  /** The machine on which it runs. */
  readonly host: string;
  /** When the process started, in the system's own units; distinguishes it from a later process with the same id. */
  readonly started?: string;
  /** Where the process id is valid: the boot of the machine and the namespace of process ids. */
  readonly space?: string;
  /** A name that is unique to this acquisition of the lock. */
  readonly token?: string;
}

/** How long a holder counts as running without a heartbeat, where its process cannot be checked. */
export interface LeaseOptions {
  /** Milliseconds between two heartbeats. Default: 15,000. */
  readonly heartbeat?: number;
  /** Milliseconds without a heartbeat after which a holder on another machine counts as dead. Default: 180,000. */
  readonly lease?: number;
}

/** A heartbeat every 15 s, and a lease of three minutes: more than any step of training takes. */
export const defaultLease: Required<LeaseOptions> = { heartbeat: 15_000, lease: 180_000 };

/** This process as the holder of a new lock. */
export function ownHolder(): LockHolder & { readonly token: string } {
  return {
    ...{ pid: process.pid, host: hostname(), token: randomUUID() },
    ...startOf(process.pid),
    ...spaceOf(),
  };
}

/** The holder named in a lock file, or undefined if the file is missing or names none. */
export async function holderOf(path: string): Promise<LockHolder | undefined> {
  try {
    const holder = JSON.parse(await readRegularFile(path, 'utf8')) as Partial<LockHolder> | null;
    return typeof holder?.pid === 'number' && typeof holder.host === 'string'
      ? (holder as LockHolder)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether two readings of a lock show the same acquisition. */
export function isSameHolder(a: LockHolder | undefined, b: LockHolder | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Whether a holder is running, if its process id can be checked here: on this machine, since its last boot, in the same
 * namespace of process ids. Undefined otherwise, for example for another container.
 */
export function isRunning({ pid, host, started, space }: LockHolder): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (space !== undefined && space !== spaceOf().space) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is running, as another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const now = startOf(pid).started;
  return started === undefined || now === undefined || started === now;
}

/**
 * Milliseconds since the last heartbeat at `path`; undefined if the lock is gone.
 *
 * Measured by the clock of the file system, if a file may be written next to the lock: both times then come from one
 * clock, even if the clocks of the machines differ. Otherwise by the clock of this machine.
 */
export async function silenceOf(path: string, mayWrite: boolean): Promise<number | undefined> {
  const last = await modifiedAt(path);
  if (last === undefined) return undefined;
  const now = mayWrite ? await fileSystemNow(path) : Date.now();
  return Math.max(0, now - last);
}

async function fileSystemNow(path: string): Promise<number> {
  const probe = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(probe, '');
    return (await modifiedAt(probe)) ?? Date.now();
  } catch {
    return Date.now();
  } finally {
    await rm(probe, { force: true });
  }
}

async function modifiedAt(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/** The start time of a process, where /proc has it: the 22nd field of its `stat`. */
function startOf(pid: number): { readonly started?: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the fields after it start with the third.
    const started = text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
    return started === undefined ? {} : { started };
  } catch {
    return {};
  }
}

/** Where process ids are valid, where /proc says so. */
function spaceOf(): { readonly space?: string } {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { space: `${boot} ${readlinkSync('/proc/self/ns/pid')}` };
  } catch {
    return {};
  }
}
