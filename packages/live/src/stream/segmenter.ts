import { expectFunction, expectOneOf, expectOptions, type OptionNames } from '@halp/random/check';
import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { expectFraction, expectPositive } from './checks.ts';
import type { OnStreamEvent } from './events.ts';
import type { Frame } from './frame.ts';
import { createIntake, type StreamUp } from './intake.ts';
import {
  createMovementDetector,
  expectMovement,
  fastestJoints,
  movementEnergy,
  type MovementOptions,
  wholeMovement,
} from './movement.ts';

/** How the clips of movements are cut out of a stream. */
export interface SegmenterOptions extends MovementOptions {
  /** The joints of a frame. */
  readonly layout: Layout | LayoutName;
  /** Frames a second of the clips. Default: 30. */
  readonly fps?: number | undefined;
  /** Joints with a lower visibility count as not seen, in [0, 1). Default: 0.5. */
  readonly minVisibility?: number | undefined;
  /** The longest time between two frames of a clip, in seconds. Default: 0.5. */
  readonly longestGap?: number | undefined;
  /** The vertical axis of the frames; the clips have y up. Default: 'y'. */
  readonly up?: StreamUp | undefined;
  /** Takes problems of frames and times. Default: `push` throws them; the stream goes on after that. */
  readonly onEvent?: OnStreamEvent | undefined;
}

/** A movement that has ended, as a clip. */
export interface Segment {
  /** `[3, T, V, 1]`, y up. */
  readonly clip: Clip;
  /** Where it begins, in seconds of the stream. */
  readonly from: number;
  /** Where it ends, in seconds of the stream. */
  readonly to: number;
}

/** Cuts a stream into movements. */
export interface Segmenter {
  /**
   * Takes the next frame, and yields the movement that ended with it.
   *
   * @throws RangeError, TypeError without `onEvent`, for a frame or a time that cannot be used. The stream goes on.
   */
  push(frame: Frame, seconds: number): Segment | undefined;
  /** The movement energy at the last frame, see {@link createSegmenter}. */
  readonly energy: number;
  /** Whether a movement is in progress. */
  readonly isMoving: boolean;
}

const known: OptionNames<SegmenterOptions> = {
  ...{ layout: true, fps: true, minVisibility: true, longestGap: true, up: true, onEvent: true },
  ...{ start: true, rest: true, pause: true, shortest: true, longest: true },
};

/**
 * A segmenter of a stream by movement energy: examples are recorded by moving and standing still, without a countdown.
 *
 * The energy is E(t) = mean of the k largest |m_v(t) - m_v(t - 0.2 s)| / 0.2 s over the joints v, where m_v(t) is the mean
 * position in the 0.1 s before t, and k = ⌈(V - H) / 8⌉ with H joints of the head (`headJoints`): 2 or 3 in the built-in layouts,
 * half an arm or a leg, so that a wave or a kick counts as much as a step. A movement begins 0.25 s before E reaches `start`, and
 * ends 0.05 s before E was last at least `rest`, once it has been lower for `pause`.
 *
 * @throws TypeError, RangeError if an option is unknown, of another type or out of range.
 *
 * @example
 * ```ts
 * const segmenter = createSegmenter({ layout: 'mediapipe-33', up: '-y' });
 * const segment = segmenter.push(landmarks, seconds);
 * if (segment !== undefined) await recogniser.addExample('wave', segment.clip);
 * ```
 */
export function createSegmenter(options: SegmenterOptions): Segmenter {
  return segmenterOf('createSegmenter', options);
}

/** See {@link createSegmenter}. */
export function segmenterOf(caller: string, options: SegmenterOptions): Segmenter {
  const given = expectOptions(caller, options, known, 'options { layout, … }');
  const { layout, onEvent, fps = 30, minVisibility = 0.5, longestGap = 0.5, up = 'y' } = given;
  const own = expectLayout(caller, layout);
  expectOneOf(caller, 'up', up, ['y', '-y', 'z']);
  const { start, rest, pause, shortest, longest } = given;
  const movement = { start, rest, pause, shortest, longest };
  expectMovement(caller, movement);
  expectPositive(caller, 'fps', fps);
  expectPositive(caller, 'longestGap', longestGap);
  expectFraction(caller, 'minVisibility', minVisibility, 1);
  if (onEvent !== undefined) expectFunction(caller, 'onEvent as a function', onEvent);
  const detector = createMovementDetector(own, movement);
  const fastest = fastestJoints(own);
  let isMoving = false;
  const onRestart = (): void => {
    detector.clear();
    isMoving = false;
  };
  const whole = wholeMovement(movement);
  const seconds = whole.longest + whole.pause + 1;
  const intake = createIntake({
    ...{ layout: own, fps, seconds, up, minVisibility, longestGap, onEvent, onRestart },
  });
  const { track } = intake;
  return {
    get energy() {
      return movementEnergy(track, fastest);
    },
    get isMoving() {
      return isMoving;
    },
    push(frame, time) {
      if (intake.add(frame, time) !== 'added') return undefined;
      const found = detector.next(track);
      isMoving = found?.ended === false;
      if (found?.ended !== true) return undefined;
      const { from, to } = found;
      return { clip: track.clip(from, to), from, to };
    },
  };
}
