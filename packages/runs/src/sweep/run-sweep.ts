import { readRegularFile } from '@halp/files/node';
import { expectFunction, expectObject } from '@halp/random/check';
import { openRun } from '@halp/train/node';
import { checkCall, type OptionCheck, type OptionChecks } from '../run/check-call.ts';
import {
  aListOfStrings,
  anInteger,
  aSignal,
  eventsAndSignal,
  optional,
} from '../run/option-checks.ts';
import type { Sweep, SweepRun } from './plan.ts';
import { type PoolEnd, runPool } from './process-pool.ts';

/** How far the runs of a sweep are. */
export interface SweepEvent {
  /** The kind of event. */
  readonly kind: 'sweep';
  /** The name of the sweep. */
  readonly sweep: string;
  /** Trained epochs of all runs. */
  readonly epoch: number;
  /** Number of epochs of all runs. */
  readonly epochs: number;
  /** Number of runs. */
  readonly runs: number;
  /** Number of runs whose process has ended. */
  readonly ended: number;
  /** Number of those that failed. */
  readonly failed: number;
  /** The names of the runs whose process is alive. */
  readonly running: readonly string[];
}

/** How the runs of a sweep are trained and evaluated on this machine. */
export interface RunSweepOptions {
  /** Number of runs at a time, from 1. */
  readonly processes: number;
  /**
   * The command line of the process that completes a run, by `completeSweepRun` or `halp sweep PLAN --run NAME`. An interrupt
   * (SIGINT) asks it to save and end.
   */
  readonly command: (run: SweepRun) => readonly string[];
  /** GPUs to use, one for each process. Default: every process sees all of them. */
  readonly gpus?: readonly string[] | undefined;
  /** Called at the start, every five seconds, and at the end. Default: none. */
  readonly onEvent?: ((event: SweepEvent) => void) | undefined;
  /** Interrupts the runs; each finishes its step and saves. */
  readonly signal?: AbortSignal | undefined;
  /** Kills the runs that `signal` has interrupted. */
  readonly kill?: AbortSignal | undefined;
}

const aFunction: OptionCheck = (caller, name, value) =>
  expectFunction(caller, `${name} to be a function`, value);

const checks: OptionChecks<RunSweepOptions> = {
  ...eventsAndSignal,
  processes: anInteger(1),
  command: aFunction,
  gpus: optional(aListOfStrings),
  kill: optional(aSignal),
};

const SECONDS_BETWEEN_UPDATES = 5;

/**
 * Completes every run of a sweep on this machine, several at a time, each in its own process with the log
 * `<out>/<run>.log`. Complete runs are skipped, so the same call resumes an interrupted sweep. In one process, call
 * `completeSweepRun` for each of `sweep.runs`.
 *
 * @throws Error if a run fails, after all others have ended: how many failed, and the last log line of the first.
 * @throws The signal's reason if it aborts, after every process has saved and ended.
 */
export async function runSweep(sweep: Sweep, options: RunSweepOptions): Promise<void> {
  expectObject('runSweep', sweep, 'a sweep');
  checkCall('runSweep', options, checks);
  const { processes, command, gpus, onEvent, signal, kill } = options;
  const { runs, name } = sweep;
  const epochs = runs.reduce((sum, { recipe }) => sum + recipe.epochs, 0);
  let now: Pick<SweepEvent, 'running' | 'ended' | 'failed'> = { running: [], ended: 0, failed: 0 };
  let isOver = false;
  const update = async (isLast = false): Promise<void> => {
    const epoch = await epochsDone(runs);
    // An update that began before the end may be read after it.
    if (isOver && !isLast) return;
    onEvent?.({ kind: 'sweep', sweep: name, epoch, epochs, runs: runs.length, ...now });
  };
  await update();
  const timer = setInterval(() => void update(), 1000 * SECONDS_BETWEEN_UPDATES);
  let ends: readonly PoolEnd[];
  try {
    ends = await runPool(
      runs.map((run) => ({ name: run.name, command: command(run), log: logOf(run) })),
      {
        ...{ processes, gpus, signal, kill },
        onChange: (running, ended) => {
          const failed = ended.filter(({ status }) => status !== 0).length;
          now = { running, ended: ended.length, failed };
        },
      },
    );
  } finally {
    isOver = true;
    clearInterval(timer);
  }
  await update(true);
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
