import {
  expectFunction,
  expectObject,
  expectOptions,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { expectLabel } from '../lesson/example.ts';
import type { LessonReport } from '../lesson/lesson.ts';
import { refuse } from '../stream/events.ts';
import type { TimedFrame } from '../stream/frame-lines.ts';
import { type Segment, segmenterOf, type SegmenterOptions } from '../stream/segmenter.ts';
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
  const segmenter = segmenterOf(caller, { ...rest, layout, fps });
  for await (const { joints, seconds } of frames) {
    const segment = segmenter.push(joints, seconds);
    if (segment === undefined) continue;
    let report: LessonReport;
    try {
      report = await recogniser.addExample(label, segment.clip);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refuse(error, rest.onEvent);
      continue;
    }
    yield { ...segment, report };
  }
}
