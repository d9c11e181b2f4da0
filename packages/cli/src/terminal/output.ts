import { gotText } from '@halp/random/check';
import { visible } from '@halp/runs/check';

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
