import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectText } from '../check.ts';
import {
  defaultLease,
  holderOf,
  isRunning,
  isSameHolder,
  type LeaseOptions,
  type LockHolder,
  ownHolder,
  silenceOf,
} from './lock-holder.ts';

/** A lock that is held. */
export interface Lock {
  /** Aborted if another process has taken the lock over: what is locked must not be changed any more. */
  readonly lost: AbortSignal;
  /** Removes the lock; harmless when called again. */
  release(): Promise<void>;
}

/** How a lock is taken. */
export interface LockOptions extends LeaseOptions {
  /** Called once when a holder on another machine has to be waited for: it may have died. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** How often one who waits looks, as a part of the heartbeat. */
const LOOKS_PER_HEARTBEAT = 4;

/**
 * Takes a lock, so that one process at a time works on something: a file at `path` that names the process.
 *
 * A lock whose process has ended is taken over. On this machine the process is looked for. A holder on another machine
 * (or in another container) shows every `heartbeat` that it lives; if no sign comes for the length of the lease, which
 * is waited for, it counts as gone, and should it come back after all, its {@link Lock.lost} is aborted. Of several
 * processes that find the same lock left behind, one takes it over.
 *
 * @param what - What is locked, for the error, such as 'the run runs/a'.
 * @throws Error if another process holds it: its number, its machine, and what to do.
 * @throws Error as the file system reports it, if the file cannot be made; nothing is left behind.
 * @throws The signal's reason if it ends the waiting.
 *
 * @example
 * ```ts
 * const lock = await takeLock('runs/a/.lock', 'the run runs/a');
 * try {
 *   await work(lock.lost);
 * } finally {
 *   await lock.release();
 * }
 * ```
 */
export async function takeLock(
  path: string,
  what: string,
  options: LockOptions = {},
): Promise<Lock> {
  expectText('takeLock', 'a path', path);
  expectText('takeLock', 'what is locked, as a text', what);
  options.signal?.throwIfAborted();
  await mkdir(dirname(path), { recursive: true });
  const taken = await acquire(path, { ...defaultLease, ...options });
  if (!('holder' in taken)) return taken;
  const { holder } = taken;
  const elsewhere =
    isRunning(holder) === true
      ? ''
      : '; if it has died, the lock is free three minutes after its last sign of life';
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  throw new Error(
    `${what} is in use by process ${holder.pid}${where}; wait for it or stop it${elsewhere}`,
  );
}

/**
 * Who holds the lock at `path` now, or undefined; nothing is changed.
 *
 * A process that has ended holds nothing. Of a process on another machine the age of its last sign of life is taken
 * from this machine's clock.
 */
export async function lockHolder(
  path: string,
  { lease = defaultLease.lease }: Pick<LeaseOptions, 'lease'> = {},
): Promise<LockHolder | undefined> {
  expectText('lockHolder', 'a path', path);
  const holder = await holderOf(path);
  if (holder === undefined) return undefined;
  const runs = isRunning(holder) ?? ((await silenceOf(path, false)) ?? Infinity) < lease;
  return runs ? holder : undefined;
}

type Settings = Required<LeaseOptions> & Pick<LockOptions, 'onWait' | 'signal'>;

/** The lock, or the holder that lives. */
async function acquire(
  path: string,
  settings: Settings,
): Promise<Lock | { readonly holder: LockHolder }> {
  const { heartbeat, onWait, signal } = settings;
  let seen: { readonly holder: LockHolder | undefined; readonly silence: number } | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const own = await create(path, settings);
    if (own !== undefined) return own;
    const holder = await holderOf(path);
    const silence = await silenceOf(path, true);
    // Released between two looks.
    if (silence === undefined) continue;
    const runs = holder === undefined ? false : isRunning(holder);
    if (runs === true) return { holder: holder as LockHolder };
    if (runs === false || silence > settings.lease) {
      const taken = await takeOver(path, holder, settings);
      if (taken !== undefined) return taken;
      await sleep(10);
      continue;
    }
    if (seen === undefined) onWait?.(holder as LockHolder);
    else if (isSameHolder(seen.holder, holder) && silence < seen.silence) {
      // A sign of life came while it was looked at.
      return { holder: holder as LockHolder };
    }
    seen = { holder, silence };
    await sleep(heartbeat / LOOKS_PER_HEARTBEAT, undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
}

/**
 * Takes a lock over that was left behind, or undefined if another process did, or does now.
 *
 * Who takes over a taking of a lock is decided by a lock of its own, named after that taking: only its holder replaces
 * the file, after it has seen that it is still the same. A holder that dies meanwhile is taken over in the same way.
 */
async function takeOver(
  path: string,
  left: LockHolder | undefined,
  settings: Settings,
): Promise<Lock | undefined> {
  const claim = await acquire(`${path}.${nameOf(left)}`, settings);
  if ('holder' in claim) return undefined;
  try {
    if (!isSameHolder(await holderOf(path), left)) return undefined;
    return await create(path, settings, { replace: true });
  } finally {
    await claim.release();
  }
}

/** A name for a taking of a lock. */
function nameOf(holder: LockHolder | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(holder ?? null))
    .digest('hex')
    .slice(0, 16);
}

/** The lock if it could be made; nobody ever sees it empty, and what cannot be made leaves nothing. */
async function create(
  path: string,
  settings: Settings,
  { replace = false } = {},
): Promise<Lock | undefined> {
  const own = ownHolder();
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx+');
  try {
    await file.writeFile(JSON.stringify(own));
    if (replace) await rename(temporary, path);
    else await link(temporary, path);
  } catch (error) {
    await file.close();
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return held(path, own, file, settings);
}

/** The lock of this process, which shows that it lives until it is released or lost. */
function held(path: string, own: LockHolder, file: FileHandle, { heartbeat }: Settings): Lock {
  const lost = new AbortController();
  const bytes = Buffer.from(JSON.stringify(own));
  let beating = Promise.resolve();
  const beat = async (): Promise<void> => {
    // Into the file that was made here: never into that of another process which took its place.
    await file.write(bytes, 0, bytes.length, 0).catch(() => undefined);
    const holder = await holderOf(path);
    if (isSameHolder(holder, own)) return;
    clearInterval(timer);
    const by =
      holder === undefined ? 'removed' : `taken over by process ${holder.pid} on ${holder.host}`;
    lost.abort(
      new Error(`${path}: expected to hold this lock, got it ${by}; nothing more is written`),
    );
  };
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, heartbeat);
  timer.unref();
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    clearInterval(timer);
    await beating;
    await file.close().catch(() => undefined);
    if (isSameHolder(await holderOf(path), own)) await rm(path, { force: true });
  };
  return { lost: lost.signal, release: () => (released ??= release()) };
}
