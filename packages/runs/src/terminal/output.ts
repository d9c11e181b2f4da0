import { gotText } from '@halp/random/check';
import { visible } from './visible.ts';

/** Where a command writes: everything for people on one side, one JSON object for machines on the other. */
export interface Output {
  /** Writes a line for people, on standard error; what would act on a terminal is written as an escape. */
  line(text: string): void;
  /** Writes the result for machines, on standard output, if they asked for it. */
  result(value: unknown): void;
}

/** Writes to the process's own streams. */
export function processOutput(json: boolean): Output {
  if (typeof (json as unknown) !== 'boolean') {
    throw new TypeError(
      `processOutput: expected true or false, whether a result is written, got ${gotText(json)}`,
    );
  }
  return {
    line: (text) => process.stderr.write(`${visible(text)}\n`),
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
  };
}

/**
 * Lets this process go on when nobody reads what it writes any more: a pipe whose reader has ended (`| head`), a terminal
 * that was closed, or a file on a full disk. Progress is never worth a run; a result that cannot be written is one line, and
 * exit status 1.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return;
    process.exitCode = 1;
    process.stderr.write(`halp: standard output: cannot be written, ${visible(error.message)}\n`);
  });
}

/** A fraction as people read it: 0.7758 is '77.6 %'. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}

/** A duration as people read it: 3725 s is '1:02:05', 65 s is '1:05'. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
