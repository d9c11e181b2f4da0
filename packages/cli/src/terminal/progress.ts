import { SingleBar } from 'cli-progress';
import { clock, oneField } from '@halp/runs/check';
import { type Output } from './output.ts';

/** Progress of a long task on the terminal. */
export interface Progress {
  /** Shows that `done` of the total is done, followed by `words`. */
  update(done: number, words: string): void;
  /** Removes the bar; written lines stay. */
  stop(): void;
}

const SECONDS_BETWEEN_LINES = 15;

/**
 * A progress bar on a terminal; elsewhere a line every 15 seconds, so that a log stays readable.
 *
 * @param what - The task, in a word or two.
 * @param total - The value of `done` at the end.
 * @param done - What an earlier process has done. Default: 0.
 */
export function showProgress(what: string, total: number, output: Output, done = 0): Progress {
  return process.stderr.isTTY ? bar(what, total, done) : lines(what, total, output, done);
}

function bar(what: string, total: number, first: number): Progress {
  const left = timeLeft(total, first);
  const single = new SingleBar({
    format: `${oneField(what).replaceAll('{', '(')} {bar} {percentage} %  {words}  {left} left`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
  });
  single.start(total, first, { words: '', left: '–' });
  return {
    update: (done, words) => single.update(done, { words: oneField(words), left: left(done) }),
    stop: () => single.stop(),
  };
}

function lines(what: string, total: number, output: Output, first: number): Progress {
  const left = timeLeft(total, first);
  let last = -Infinity;
  return {
    update(done, words) {
      const now = performance.now() / 1000;
      if (now - last < SECONDS_BETWEEN_LINES && done < total) return;
      last = now;
      output.line(`${what} ${Math.floor((100 * done) / total)} %  ${words}  ${left(done)} left`);
    },
    stop: () => undefined,
  };
}

function timeLeft(total: number, first: number): (done: number) => string {
  const started = performance.now();
  return (done) => {
    if (done <= first) return '–';
    const seconds = (performance.now() - started) / 1000;
    return clock((seconds / (done - first)) * (total - done));
  };
}
