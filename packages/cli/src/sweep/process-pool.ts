import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One command to run as a process. */
export interface PoolTask {
  /** Its name. */
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The file to which everything that it writes is appended. */
  readonly log: string;
}

/** How tasks are run. */
export interface PoolOptions {
  /** Processes at a time, from 1. */
  readonly processes: number;
  /** GPUs to be shared out: the process in place i sees number i modulo their count, alone. */
  readonly gpus?: readonly string[] | undefined;
  /** Ends the processes: the first time they may finish what they do, as by an interrupt. */
  readonly signal?: AbortSignal | undefined;
  /** Called when a task begins and when it ends. */
  readonly onChange?: (running: readonly string[], ended: readonly PoolEnd[]) => void;
}

/** How a task ended. */
export interface PoolEnd {
  /** The task. */
  readonly name: string;
  /** The exit status, or what ended it: the name of a signal, or why it could not begin. */
  readonly status: number | string;
}

/**
 * Runs every task once, some at a time, in their order, and returns how each ended, also in their order.
 *
 * Each process has a process group of its own, so that an interrupt of the terminal reaches it once, by way of
 * `signal`; a second interrupt of this process kills those that are left.
 *
 * @throws The signal's reason when it ends the pool, after all processes have ended.
 */
export async function runPool(
  tasks: readonly PoolTask[],
  options: PoolOptions,
): Promise<PoolEnd[]> {
  const { processes, gpus = [], signal, onChange } = options;
  const waiting = [...tasks];
  const running = new Map<string, ChildProcess>();
  const ends: PoolEnd[] = [];
  const killAll = (): void => {
    for (const child of running.values()) child.kill('SIGKILL');
  };
  const interruptAll = (): void => {
    for (const child of running.values()) child.kill('SIGINT');
    process.on('SIGINT', killAll);
  };
  const work = async (place: number): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      if (signal?.aborted === true) return;
      const { name } = task;
      const gpu = gpus[place % Math.max(gpus.length, 1)];
      const status = await runTask(task, gpu, (child) => {
        running.set(name, child);
        onChange?.([...running.keys()], ends);
        // It may have been interrupted while the log was opened.
        if (signal?.aborted === true) child.kill('SIGINT');
      });
      running.delete(name);
      ends.push({ name, status });
      onChange?.([...running.keys()], ends);
    }
  };
  signal?.addEventListener('abort', interruptAll, { once: true });
  try {
    await Promise.all(Array.from({ length: processes }, (_, place) => work(place)));
  } finally {
    signal?.removeEventListener('abort', interruptAll);
    process.off('SIGINT', killAll);
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
