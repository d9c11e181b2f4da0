import { SingleBar } from 'cli-progress';
import { clock, oneField } from '@halp/runs/check';
import { type Output } from './output.ts';

/** Shows how far something long has come. */
export interface Progress {
  /** Shows that `done` of the total is done, with a few words about it. */
  update(done: number, words: string): void;
  /** Removes what moves; lines that were written stay. */
  stop(): void;
}

const SECONDS_BETWEEN_LINES = 15;

/**
 * A bar on a terminal; elsewhere a line now and then, so that a log stays readable.
 *
 * @param what - A word or two for what is being done.
 * @param total - What `done` counts up to.
 * @param done - What was done before, in an earlier process.
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
