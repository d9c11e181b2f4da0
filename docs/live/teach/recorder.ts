import { createSegmenter, type Frame, type Segmenter } from '@halp/live';
import type { Clip } from '@halp/skeleton';
import type { StreamForm, TeacherSettings } from './teacher.ts';
import { LONGEST_GAP, movementOptions } from './teacher.ts';

/** Takes clips out of the frames of a stream. */
export interface Recorder {
  /** Takes a frame. */
  push(frame: Frame, seconds: number): void;
  /** Stops. */
  stop(): void;
}

/** What a recorder tells. */
export interface RecorderListener {
  /** Seconds to wait, and then a text, shown large; empty for nothing. */
  readonly onCount: (text: string) => void;
  /** The next take. */
  readonly onTake: (clip: Clip) => void;
  /** No more takes. @param problem - One line if not all takes were recorded. */
  readonly onEnd: (problem?: string) => void;
}

/** Takes after one press. */
const TAKES = 3;
/** Seconds before a take. */
const COUNTDOWN = 3;
/** Any motion, in metres a second: the jitter of a detector is more. */
const ANY = 1e-6;

/** A recorder of three takes of fixed duration, each after a countdown. */
export function countedRecorder(
  form: StreamForm & { readonly fps: number },
  duration: number,
  listener: RecorderListener,
): Recorder {
  let segmenter: Segmenter | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let count = 0;
  const end = (problem?: string): void => {
    clearTimeout(timer);
    segmenter = undefined;
    listener.onCount('');
    listener.onEnd(problem);
  };
  const record = (): void => {
    listener.onCount(`now: take ${count + 1} of ${TAKES}`);
    // Whatever moves begins it, and its longest duration ends it.
    segmenter = createSegmenter({
      ...{ layout: form.layout, up: form.up, fps: form.fps, longestGap: LONGEST_GAP },
      onEvent: () => undefined,
      ...{ start: ANY, rest: ANY, longest: duration, shortest: duration / 2 },
    });
    timer = setTimeout(
      () =>
        end(
          'No take was recorded: nobody moved in view, or this machine finds too few poses a second.',
        ),
      1000 * (3 * duration + 5),
    );
  };
  const countDown = (seconds: number): void => {
    if (seconds === 0) {
      record();
      return;
    }
    listener.onCount(String(seconds));
    timer = setTimeout(() => countDown(seconds - 1), 1000);
  };
  countDown(COUNTDOWN);
  return {
    push(frame, seconds) {
      const segment = segmenter?.push(frame, seconds);
      if (segment === undefined) return;
      clearTimeout(timer);
      segmenter = undefined;
      count++;
      listener.onTake(segment.clip);
      if (count < TAKES) countDown(COUNTDOWN);
      else end();
    },
    stop: () => end(),
  };
}

/** A recorder of every movement, until it is stopped. */
export function movementRecorder(
  form: StreamForm & { readonly fps: number },
  settings: TeacherSettings,
  listener: RecorderListener,
): Recorder {
  const segmenter = createSegmenter({
    ...{ layout: form.layout, up: form.up, fps: form.fps, longestGap: LONGEST_GAP },
    onEvent: () => undefined,
    ...movementOptions(settings),
  });
  listener.onCount('move, and stand still');
  return {
    push(frame, seconds) {
      const segment = segmenter.push(frame, seconds);
      if (segment !== undefined) listener.onTake(segment.clip);
    },
    stop() {
      listener.onCount('');
      listener.onEnd();
    },
  };
}
