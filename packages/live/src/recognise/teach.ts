import {
  expectFunction,
  expectObject,
  expectOptions,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { expectLabel } from '../lesson/example.ts';
import type { LessonReport } from '../lesson/lesson.ts';
import { refuse, type StreamEvent } from '../stream/events.ts';
import type { TimedFrame } from '../stream/frame-lines.ts';
import { wholeMovement } from '../stream/movement.ts';
import {
  type Segment,
  type Segmenter,
  segmenterOf,
  type SegmenterOptions,
} from '../stream/segmenter.ts';
import type { Recogniser } from './recogniser.ts';

/** How movements are taught; layout and fps are those of the recogniser. */
export interface TeachOptions extends Omit<SegmenterOptions, 'layout' | 'fps'> {
  /** Takes the examples. */
  readonly recogniser: Recogniser;
  /** The action of every movement. */
  readonly label: string;
}

/** A movement that was added as an example. */
export interface TaughtMovement extends Segment {
  /** How well the examples are told from each other. */
  readonly report: LessonReport;
}

const names: OptionNames<TeachOptions> = {
  ...{ recogniser: true, label: true, minVisibility: true, longestGap: true, up: true },
  ...{ onEvent: true, start: true, rest: true, pause: true, shortest: true, longest: true },
};

/**
 * Adds each movement of a stream to the examples of a recogniser, and yields it.
 *
 * @param frames - Such as those of `framesOfLines`.
 * @throws TypeError, RangeError if an option is unknown, of another type or out of range; without `onEvent`, for a frame or a
 * movement that cannot be used.
 * @throws RangeError after the last frame, if no frame could be used or no movement was found; the message has the largest
 * energy of the stream.
 *
 * @example
 * ```ts
 * for await (const { from, to } of teachMovements(frames, { recogniser, label: 'wave' })) console.log(from, to);
 * await writeFile('lesson.json', formatExamples(recogniser.lesson()));
 * ```
 */
export async function* teachMovements(
  frames: AsyncIterable<TimedFrame> | Iterable<TimedFrame>,
  options: TeachOptions,
): AsyncGenerator<TaughtMovement> {
  const caller = 'teachMovements';
  const given = (frames ?? {}) as Partial<AsyncIterable<TimedFrame> & Iterable<TimedFrame>>;
  if (!(given[Symbol.asyncIterator] ?? given[Symbol.iterator])) {
    throw new TypeError(`${caller}: expected frames one after another, got ${gotText(frames)}`);
  }
  const checked = expectOptions(caller, options, names, 'options { recogniser, label, … }');
  const { recogniser, label, ...rest } = checked;
  expectObject(caller, recogniser, 'a recogniser');
  const { addExample } = recogniser as { readonly addExample: unknown };
  expectFunction(caller, 'the addExample of a recogniser', addExample);
  expectLabel(caller, label);
  const { layout, fps } = recogniser;
  const seen = { frames: 0, refused: 0, movements: 0, energy: 0 };
  const onEvent = (event: StreamEvent): void => {
    if (event.refused === 'frame') seen.refused++;
    rest.onEvent?.(event);
  };
  const listener = rest.onEvent === undefined ? {} : { onEvent };
  const segmenter = segmenterOf(caller, { ...rest, ...listener, layout, fps });
  for await (const { joints, seconds } of frames) {
    seen.frames++;
    const segment = segmenter.push(joints, seconds);
    seen.energy = Math.max(seen.energy, segmenter.energy);
    if (segment === undefined) continue;
    seen.movements++;
    let report: LessonReport;
    try {
      report = await recogniser.addExample(label, segment.clip);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(error, 'movement', rest.onEvent);
      continue;
    }
    yield { ...segment, report };
  }
  if (seen.frames === seen.refused) {
    throw new RangeError(
      `${caller}: expected frames of ${layout.name}, got none that could be used`,
    );
  }
  if (seen.movements === 0) {
    const why = reasonOf(segmenter, seen.energy, wholeMovement(rest));
    throw new RangeError(`${caller}: expected a movement of '${label}', got none: ${why}`);
  }
}

/** Why a stream has no movement, and what to do. */
function reasonOf(
  { isMoving }: Segmenter,
  energy: number,
  { start, pause, shortest }: ReturnType<typeof wholeMovement>,
): string {
  if (energy < start) {
    return (
      `the largest energy is ${energy.toFixed(2)} m/s, a movement begins at ${start} m/s; ` +
      'move faster, or lower option start'
    );
  }
  return isMoving
    ? `the stream ends during the movement; stand still for ${pause} s after it`
    : `a movement lasts at least ${shortest} s; move longer`;
}
