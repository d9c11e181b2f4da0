import { gotText } from '@halp/random/check';
import { visible } from '@halp/runs/check';

/** Where a command writes: text for people on standard error, one JSON object for programs on standard output. */
export interface Output {
  /** Writes a line of text; characters that act on a terminal are written as escapes. */
  line(text: string): void;
  /** Writes the result as JSON, if that was requested. */
  result(value: unknown): void;
}

/** An output that writes to `process.stderr` and `process.stdout`. */
export function processOutput(json: boolean): Output {
  if (typeof (json as unknown) !== 'boolean') {
    throw new TypeError(
      `processOutput: expected true or false (whether the JSON result is written), got ${gotText(json)}`,
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
 * Keeps this process running when its output can no longer be written: a pipe whose reader has ended (`| head`), a closed
 * terminal, a full disk. Lost progress lines never end a run; a result that cannot be written gives one line and exit
 * status 1.
 */
export function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') return;
    process.exitCode = 1;
    process.stderr.write(`halp: cannot write to standard output: ${visible(error.message)}\n`);
  });
}
