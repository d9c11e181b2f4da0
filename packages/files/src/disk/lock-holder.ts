import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { readRegularFile } from './regular-file.ts';

/** The process that holds a lock. */
export interface LockHolder {
  /** Its number. */
  readonly pid: number;
  /** The machine on which it runs. */
  readonly host: string;
  /** When the process started, in the system's own units; distinguishes it from a later process of the same number. */
  readonly started?: string;
  /** Where its number counts: the boot of the machine and the namespace of process numbers. */
  readonly space?: string;
  /** A name that no other taking of any lock has. */
  readonly token?: string;
}

/** How long a holder lives without a sign, where its process cannot be looked for. */
export interface LeaseOptions {
  /** Milliseconds between two signs of life. Default: 15,000. */
  readonly heartbeat?: number;
  /** Milliseconds without a sign after which a holder on another machine counts as gone. Default: 180,000. */
  readonly lease?: number;
}

/** A sign of life every 15 s; three minutes without one, more than any step of training takes. */
export const defaultLease: Required<LeaseOptions> = { heartbeat: 15_000, lease: 180_000 };

/** This process as the holder of a new lock. */
export function ownHolder(): LockHolder & { readonly token: string } {
  return {
    ...{ pid: process.pid, host: hostname(), token: randomUUID() },
    ...startOf(process.pid),
    ...spaceOf(),
  };
}

/** The holder that a lock names, or undefined if the file is gone or names none. */
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

/** Whether two readings of a lock name the same taking of it. */
export function isSameHolder(a: LockHolder | undefined, b: LockHolder | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Whether a holder runs, where its number can be looked up: on this machine, since its last boot, among the same
 * process numbers; undefined elsewhere, in another container for example.
 */
export function isRunning({ pid, host, started, space }: LockHolder): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (space !== undefined && space !== spaceOf().space) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  const now = startOf(pid).started;
  return started === undefined || now === undefined || started === now;
}

/**
 * Milliseconds since the last sign of life at `path`; undefined if it is gone.
 *
 * By the clock of the file system itself, if a file may be made beside the lock: both times are then from one clock,
 * whatever the clocks of the machines say. Else by the clock of this machine.
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

/** When a process started, where the system says so in /proc: the 22nd field of its `stat`. */
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

/** Where process numbers count, where the system says so in /proc. */
function spaceOf(): { readonly space?: string } {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { space: `${boot} ${readlinkSync('/proc/self/ns/pid')}` };
  } catch {
    return {};
  }
}
