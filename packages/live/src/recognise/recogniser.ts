import type { RawClip } from '@halp/data';
import { type Clip, type Layout, layoutOf } from '@halp/skeleton';
import { type Example, expectExample, UNKNOWN } from '../lesson/example.ts';
import { channelsOfLesson, type ExamplesFile, expectLesson } from '../lesson/expect-lesson.ts';
import { createLesson, type LessonReport } from '../lesson/lesson.ts';
import { refuse } from '../stream/events.ts';
import type { Frame } from '../stream/frame.ts';
import { createIntake } from '../stream/intake.ts';
import { createMovementDetector, wholeMovement } from '../stream/movement.ts';
import { expectMapping } from './checks.ts';
import { type Judge, judgeOf } from './judge.ts';
import { checkedOptions, type RecogniserOptions } from './options.ts';
import { createTurns } from './turns.ts';

/** What was recognised in a span of a stream. */
export interface Recognition {
  /** A label, or 'unknown' for none of them. */
  readonly label: string;
  /**
   * The probability of the label among all labels, in [0, 1]; 0 for 'unknown'. With examples the softmax of the smoothed
   * scores, 2 s_k / σ, where σ is the standard deviation of the scores of the examples.
   */
  readonly confidence: number;
  /** Where the span begins, in seconds of the stream. */
  readonly from: number;
  /** Where the span ends, in seconds of the stream. */
  readonly to: number;
  /** How long the recognition took. */
  readonly milliseconds: number;
  /** Whether the span is a whole movement, with `spans: 'movements'`. */
  readonly final: boolean;
  /** The smoothed scores of all labels, the highest first; empty at rest. */
  readonly scores: readonly LabelScore[];
}

/** The score of a label. */
export interface LabelScore {
  /** The label. */
  readonly label: string;
  /** Cosine similarity for 'nearest', value of the regression for 'ridge', probability for a classifier of the model. */
  readonly score: number;
}

/** Recognises actions in a stream of frames. It holds no tensors. */
export interface Recogniser {
  /** The joints of a frame. */
  readonly layout: Layout;
  /** Frames a second of its clips. */
  readonly fps: number;
  /** The examples, in the order in which they were added. */
  readonly examples: readonly Example[];
  /**
   * Takes the next frame.
   *
   * Every `hop` seconds it yields what it recognises. While a recognition is in progress, frames are only kept, so that a slow
   * machine recognises less often and nothing piles up.
   *
   * @param frame - The joints of one person; empty if nobody is in view.
   * @param seconds - The time of the frame, increasing.
   * @returns What was recognised; undefined between two hops.
   * @throws RangeError, TypeError without `onEvent`, for a frame or a time that cannot be used. The stream goes on.
   */
  push(frame: Frame, seconds: number): Promise<Recognition | undefined>;
  /**
   * Adds an example.
   *
   * @param clip - One person, `[3, T, V, 1]`, y up, such as a clip of `createSegmenter`.
   * @returns How well the examples are told from each other.
   * @throws RangeError if the clip has another shape, equals an earlier example, or the encoder refuses it.
   */
  addExample(label: string, clip: Clip): Promise<LessonReport>;
  /** Removes the examples of a label, and returns their number. */
  removeExamples(label: string): number;
  /** How well the examples are told from each other. */
  report(): LessonReport;
  /**
   * The examples with what their clips are: what `formatExamples` writes, and `createRecogniser({ lesson })` takes. A lesson that
   * was given has the same name, layout, channels and fps; without one its name is 'examples'.
   *
   * @throws RangeError if an example has another layout than the stream, or a lesson cannot state the preparation.
   */
  lesson(): ExamplesFile;
  /** Forgets the frames; the examples stay. */
  reset(): void;
}

/**
 * A recogniser of actions in a stream of frames: with examples of one's own actions, or with the classes of the model's
 * classifier.
 *
 * Every `hop` seconds the last `window` seconds, or the current movement, are resampled to `fps`, converted to the joints of
 * the encoder, centred and rotated as its training set was (`clipForRecipe` of `@halp/recipes`), and encoded. The feature is
 * compared with those of the examples. Scores are smoothed over successive windows, and a label changes only if another one
 * is clearly better, so that it does not flicker.
 *
 * @throws TypeError, RangeError if an option is unknown, of another type or out of range; the layout cannot be mapped to that
 * of the encoder; or an example cannot be used.
 */
export async function createRecogniser(options: RecogniserOptions): Promise<Recogniser> {
  const checked = checkedOptions('createRecogniser', options);
  const { model, layout, fps, window, hop, spans, preparation, classes, stored } = checked;
  const { onEvent, now } = checked;
  const { longest, shortest } = wholeMovement(checked.movement);
  const lesson = createLesson(checked);
  const detector = createMovementDetector(layout, checked.movement);
  let judge: Judge | undefined;
  let due = -Infinity;
  const inTurn = createTurns();
  let saidEmpty = false;
  const restart = (): void => {
    detector.clear();
    judge?.smoother.clear();
    due = -Infinity;
  };
  const intake = createIntake({
    ...{ layout, fps, up: checked.up, minVisibility: checked.minVisibility },
    ...{ longestGap: checked.longestGap, onEvent, onRestart: restart },
    // The time before a movement, and the pause after it.
    seconds: (spans === 'windows' ? window : Math.max(window, longest)) + 2,
  });
  const { track } = intake;
  const rawClip = (clip: Clip, joints: Example['layout'] = layout): RawClip => ({
    ...{ clip, layout: joints, preparation, channelsStated: true },
  });
  const renew = (): void => {
    judge = judgeOf(lesson, checked);
    saidEmpty = false;
  };
  const add = async (caller: string, example: Example): Promise<void> => {
    expectExample(caller, example, layout);
    if (example.layout !== undefined) {
      expectMapping(caller, layoutOf(example.layout), model);
    }
    lesson.expectNew(caller, example);
    const { data } = await model.embed([rawClip(example.clip, example.layout)]);
    lesson.add(example, data);
  };
  const isReported = (label: string): boolean => classes?.includes(label) ?? true;

  const recognise = async (
    current: Judge,
    clip: Clip,
    { from, to, final }: Span,
  ): Promise<Recognition> => {
    const began = now();
    const own = await current.scores(rawClip(clip));
    if (final) current.smoother.clear();
    const { label, scores } = current.smoother.next(own);
    if (final) current.smoother.clear();
    const name = label === undefined ? UNKNOWN : (current.labels[label] as string);
    const isKnown = label !== undefined && isReported(name);
    return {
      label: isKnown ? name : UNKNOWN,
      confidence: isKnown ? (current.probabilities(scores)[label] as number) : 0,
      ...{ from, to, milliseconds: now() - began, final },
      scores: scoresOf(current, scores),
    };
  };
  const atRest = (seconds: number): Recognition => {
    judge?.smoother.clear();
    const from = Math.max(seconds - window, track.first ?? seconds);
    const span = { from, to: seconds, milliseconds: 0, final: false };
    return { label: UNKNOWN, confidence: 0, ...span, scores: [] };
  };
  /** The span to recognise now; 'rest' without movement, undefined between two hops. */
  const spanAt = (seconds: number): Span | 'rest' | undefined => {
    const isDue = seconds >= due;
    if (spans === 'windows') {
      const from = seconds - window;
      const isLong = track.first !== undefined && track.first <= from;
      return isDue && isLong ? { from, to: seconds, final: false } : undefined;
    }
    const movement = detector.next(track);
    if (movement === undefined) return isDue ? 'rest' : undefined;
    const { from, to, ended } = movement;
    const isLong = to - from >= shortest;
    return ended || (isDue && isLong) ? { from, to, final: ended } : undefined;
  };
  const recogniser: Recogniser = {
    ...{ layout, fps },
    get examples() {
      return lesson.examples;
    },
    async push(frame, seconds) {
      const taken = intake.add(frame, seconds);
      if (taken === 'refused') return undefined;
      if (taken === 'nobody') {
        const isGone = track.last === undefined || seconds - track.last > checked.longestGap;
        if (!isGone || seconds < due) return undefined;
        due = nextDue(due, seconds, hop);
        return atRest(seconds);
      }
      const span = spanAt(seconds);
      if (span === undefined) return undefined;
      due = nextDue(due, seconds, hop);
      if (span === 'rest') return atRest(seconds);
      const current = judge;
      if (current === undefined) {
        if (!saidEmpty || onEvent === undefined) {
          refuse(tooFew(lesson.examples.length), 'span', onEvent);
        }
        saidEmpty = true;
        return undefined;
      }
      const clip = track.clip(span.from, span.to);
      try {
        return await inTurn(() => recognise(current, clip, span), span.final);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refuse(error, 'span', onEvent);
        return undefined;
      }
    },
    async addExample(label, clip) {
      await add('addExample', { label, clip });
      renew();
      return lesson.report();
    },
    removeExamples(label) {
      const removed = lesson.remove(label);
      renew();
      return removed;
    },
    report: () => lesson.report(),
    lesson() {
      const channels = channelsOfLesson('lesson', preparation);
      return expectLesson('lesson', { ...stored, channels, fps, examples: lesson.examples });
    },
    reset: () => intake.clear(),
  };
  for (const example of checked.examples) await add('createRecogniser', example);
  renew();
  return recogniser;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly final: boolean;
}

/** The first time after `seconds` in steps of a hop, so that hops do not drift with the frame rate. */
function nextDue(due: number, seconds: number, hop: number): number {
  if (due === -Infinity) return seconds + hop;
  return due + hop * (Math.floor((seconds - due) / hop) + 1);
}

function tooFew(count: number): RangeError {
  return new RangeError(
    `push: expected at least two examples, got ${count}; call addExample, or take a model with a classifier`,
  );
}

function scoresOf({ labels }: Judge, scores: Float64Array): LabelScore[] {
  return labels
    .map((label, k) => ({ label, score: scores[k] as number }))
    .sort((a, b) => b.score - a.score);
}
