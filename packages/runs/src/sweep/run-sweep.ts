import { readRegularFile } from '@halp/files/node';
import { openRun } from '@halp/train/node';
import { type Output } from '../terminal/output.ts';
import { showProgress } from '../terminal/progress.ts';
import type { Sweep, SweepRun } from './plan.ts';
import { type PoolEnd, runPool } from './process-pool.ts';
import { runCommand, type SweepCommandOptions } from './scripts.ts';

/** How a sweep is run on this machine. */
export interface LocalOptions extends SweepCommandOptions {
  /** Number of runs at a time, from 1. */
  readonly processes: number;
  /** GPUs to use, one for each process. Default: every process sees all of them. */
  readonly gpus?: readonly string[] | undefined;
  /** Interrupts the runs; each finishes its step and saves. */
  readonly signal?: AbortSignal | undefined;
}

const SECONDS_BETWEEN_UPDATES = 5;

/**
 * Completes every run of a sweep on this machine, several at a time, each in its own process with the log
 * `<out>/<run>.log`. Complete runs are skipped, so the same call resumes an interrupted sweep.
 *
 * @throws Error if a run fails, after all others have ended: how many failed, and the last log line of the first.
 * @throws The signal's reason if it aborts, after every process has saved and ended.
 */
export async function sweepLocally(
  sweep: Sweep,
  { processes, gpus, signal, ...command }: LocalOptions,
  output: Output,
): Promise<void> {
  const { runs, name } = sweep;
  const total = runs.reduce((sum, { recipe }) => sum + recipe.epochs, 0);
  const progress = showProgress(name, total, output, await epochsDone(runs));
  let words = '';
  const update = async (): Promise<void> => progress.update(await epochsDone(runs), words);
  const timer = setInterval(() => void update(), 1000 * SECONDS_BETWEEN_UPDATES);
  let ends: readonly PoolEnd[];
  try {
    ends = await runPool(
      runs.map((run) => ({
        name: run.name,
        command: runCommand(sweep, run.name, command),
        log: logOf(run),
      })),
      {
        processes,
        gpus,
        signal,
        onChange: (running, ended) => {
          const failed = ended.filter(({ status }) => status !== 0).length;
          const failures = failed === 0 ? '' : `, ${failed} failed`;
          words = `${ended.length} of ${runs.length} runs ended${failures}, running ${running.join(', ')}`;
        },
      },
    );
  } finally {
    clearInterval(timer);
    progress.stop();
  }
  const failed = ends.filter(({ status }) => status !== 0);
  const [first] = failed;
  if (first !== undefined) throw await failure(sweep, first, failed.length);
}

async function failure({ runs }: Sweep, first: PoolEnd, count: number): Promise<Error> {
  const run = runs.find(({ name }) => name === first.name) as SweepRun;
  const log = await readRegularFile(logOf(run), 'utf8').catch(() => '');
  const last = log.trimEnd().split('\n').at(-1) ?? '';
  return new Error(
    `sweep: ${count} of ${runs.length} runs failed; the first is ${first.name} (${first.status}): ` +
      `${last}; see ${logOf(run)}`,
  );
}

function logOf({ out }: SweepRun): string {
  return `${out}.log`;
}

async function epochsDone(runs: readonly SweepRun[]): Promise<number> {
  const epochs = runs.map(async ({ out, recipe }) => {
    const run = await openRun(out).catch(() => undefined);
    return Math.min((run?.log.at(-1)?.epoch ?? -1) + 1, recipe.epochs);
  });
  return (await Promise.all(epochs)).reduce((sum, each) => sum + each, 0);
}
