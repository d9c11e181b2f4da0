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
  /** Aborted when another process has taken over the lock: what it protects may no longer be changed. */
  readonly lost: AbortSignal;
  /** Removes the lock; harmless when called again. */
  release(): Promise<void>;
}

/** Options of {@link takeLock}. */
export interface LockOptions extends LeaseOptions {
  /** Called once if the holder is on another machine and may be dead, so that its lease has to expire first. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
  /** Stops the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** How many times per heartbeat a waiting process checks the lock. */
const LOOKS_PER_HEARTBEAT = 4;

/**
 * Takes a lock, so that only one process at a time works on something: a file at `path` that names the process.
 *
 * A lock whose process has ended is taken over. On this machine, that is checked by the process id. A holder on another
 * machine (or in another container) writes a heartbeat; if none comes for the length of the lease, the lock is taken over
 * after that wait. If the holder is running after all, its {@link Lock.lost} is aborted. If several processes find the
 * same abandoned lock, exactly one takes it over.
 *
 * @param what - What is locked, for the error message, such as 'the run runs/a'.
 * @throws Error if another process holds the lock: its id, its machine, and what to do.
 * @throws Error as the file system reports it, if the file cannot be made; nothing is left behind.
 * @throws The reason of `signal`, if it stops the waiting.
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
 * The process that holds the lock at `path` now, or undefined. Nothing is changed.
 *
 * A process that has ended holds nothing. For a process on another machine, the age of its last heartbeat is measured by
 * this machine's clock.
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

/** The lock, or its running holder. */
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
    // Released between the two reads.
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
      // A heartbeat came between two checks.
      return { holder: holder as LockHolder };
    }
    seen = { holder, silence };
    await sleep(heartbeat / LOOKS_PER_HEARTBEAT, undefined, { signal }).catch(() =>
      signal?.throwIfAborted(),
    );
  }
}

/**
 * Takes over an abandoned lock; undefined if another process has done so or is doing so.
 *
 * A second lock, named after the abandoned acquisition, decides which process takes over: only its holder replaces the
 * file, after checking that the abandoned lock is still the same. If that holder dies, its lock is taken over likewise.
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

/** The name of an acquisition of a lock. */
function nameOf(holder: LockHolder | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify(holder ?? null))
    .digest('hex')
    .slice(0, 16);
}

/** The lock, if it could be created. No process ever sees an empty lock file, and a failure leaves no file. */
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

/** The lock of this process, which writes heartbeats until it is released or lost. */
function held(path: string, own: LockHolder, file: FileHandle, { heartbeat }: Settings): Lock {
  const lost = new AbortController();
  const bytes = Buffer.from(JSON.stringify(own));
  let beating = Promise.resolve();
  const beat = async (): Promise<void> => {
    // Into the file that was created here, never into that of a process that has replaced it.
    await file.write(bytes, 0, bytes.length, 0).catch(() => undefined);
    const holder = await holderOf(path);
    if (isSameHolder(holder, own)) return;
    clearInterval(timer);
    await file.close().catch(() => undefined);
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
