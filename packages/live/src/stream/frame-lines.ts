import { gotText } from '@halp/random/check';
import { type OnStreamEvent, refuse } from './events.ts';
import type { Frame } from './frame.ts';

/** A frame with its time. */
export interface TimedFrame {
  /** The joints of one person; empty if nobody is in view. */
  readonly joints: Frame;
  /** Its time, in seconds. */
  readonly seconds: number;
}

/**
 * The frames of lines of JSON, `{ "seconds": 1.5, "joints": [[x, y, z], …] }` each; `joints` as for `push` of a recogniser, with
 * null in place of NaN. Empty lines and other fields are ignored.
 *
 * @param lines - Such as `createInterface({ input: process.stdin })` of `node:readline`.
 * @param onEvent - Takes a line that is none of these, which is left out. Default: it is thrown, and ends the frames.
 * @throws TypeError without `onEvent`, for such a line.
 */
export async function* framesOfLines(
  lines: AsyncIterable<string> | Iterable<string>,
  onEvent?: OnStreamEvent,
): AsyncGenerator<TimedFrame> {
  const given = (lines ?? {}) as Partial<AsyncIterable<string> & Iterable<string>>;
  if (typeof lines === 'string' || !(given[Symbol.asyncIterator] ?? given[Symbol.iterator])) {
    throw new TypeError(`framesOfLines: expected lines one after another, got ${gotText(lines)}`);
  }
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const frame = frameOf(line);
    if (frame !== undefined) {
      yield frame;
      continue;
    }
    const wanted = '{ "seconds": 1.5, "joints": [[x, y, z], …] }';
    refuse(
      new TypeError(`framesOfLines: expected ${wanted} as line ${number}, got ${gotText(line)}`),
      'line',
      onEvent,
    );
  }
}

function frameOf(line: string): TimedFrame | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { seconds, joints } = (json ?? {}) as Partial<TimedFrame>;
  return typeof seconds === 'number' && Array.isArray(joints) ? { seconds, joints } : undefined;
}
