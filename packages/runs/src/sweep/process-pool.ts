import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A command that is run as a process. */
export interface PoolTask {
  /** Its name. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The file to which its standard output and error are appended. */
  readonly log: string;
}

/** How tasks are run. */
export interface PoolOptions {
  /** Number of processes at a time, from 1. */
  readonly processes: number;
  /** GPUs to use: the process in slot i sees only GPU `i % gpus.length`. Default: every GPU is visible to all. */
  readonly gpus?: readonly string[] | undefined;
  /** Interrupts the processes (SIGINT), which finish their step and save. */
  readonly signal?: AbortSignal | undefined;
  /** Kills the processes (SIGKILL) that are still running. */
  readonly kill?: AbortSignal | undefined;
  /** Called when a task begins and when it ends. */
  readonly onChange?: (running: readonly string[], ended: readonly PoolEnd[]) => void;
}

/** How a task ended. */
export interface PoolEnd {
  /** The task. */
  readonly name: string;
  /** The exit status; or the signal that ended it; or why it could not start. */
  readonly status: number | string;
}

/**
 * Runs every task once, several at a time, and returns how each ended, in the order of `tasks`.
 *
 * Each process has its own process group, so that an interrupt of the terminal reaches it only once, through `signal`.
 *
 * @throws The signal's reason if it aborts, after all processes have ended.
 */
export async function runPool(
  tasks: readonly PoolTask[],
  options: PoolOptions,
): Promise<PoolEnd[]> {
  const { processes, gpus = [], signal, kill, onChange } = options;
  const waiting = [...tasks];
  const running = new Map<string, ChildProcess>();
  const ends: PoolEnd[] = [];
  const killAll = (): void => {
    for (const child of running.values()) child.kill('SIGKILL');
  };
  const interruptAll = (): void => {
    for (const child of running.values()) child.kill('SIGINT');
  };
  const work = async (place: number): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      if (signal?.aborted === true) return;
      const { name } = task;
      const gpu = gpus[place % Math.max(gpus.length, 1)];
      const status = await runTask(task, gpu, (child) => {
        running.set(name, child);
        onChange?.([...running.keys()], ends);
        // The signal may have aborted while the log was opened.
        if (signal?.aborted === true) child.kill('SIGINT');
      });
      running.delete(name);
      ends.push({ name, status });
      onChange?.([...running.keys()], ends);
    }
  };
  signal?.addEventListener('abort', interruptAll, { once: true });
  kill?.addEventListener('abort', killAll, { once: true });
  try {
    await Promise.all(Array.from({ length: processes }, (_, place) => work(place)));
  } finally {
    signal?.removeEventListener('abort', interruptAll);
    kill?.removeEventListener('abort', killAll);
  }
  signal?.throwIfAborted();
  return tasks.map(({ name }) => ends.find((end) => end.name === name) as PoolEnd);
}

async function runTask(
  { command: [program = '', ...args], log }: PoolTask,
  gpu: string | undefined,
  onStart: (child: ChildProcess) => void,
): Promise<number | string> {
  await mkdir(dirname(log), { recursive: true });
  const file = await open(log, 'a');
  try {
    const child = spawn(program, args, {
      stdio: ['ignore', file.fd, file.fd],
      detached: true,
      env: gpu === undefined ? process.env : { ...process.env, ...onlyGpu(gpu) },
    });
    onStart(child);
    return await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, killer) => resolve(code ?? killer ?? 'unknown'));
    });
  } finally {
    await file.close();
  }
}

/** The process sees this GPU only, so that `--device` has nothing left to choose. */
function onlyGpu(gpu: string): NodeJS.ProcessEnv {
  return { CUDA_VISIBLE_DEVICES: gpu, HALP_DEVICE: '' };
}
