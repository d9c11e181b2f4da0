import { gotText } from '@halp/random/check';
import type { Layout } from '@halp/skeleton';
import { type OnStreamEvent, refuse } from './events.ts';
import { createJointFiller } from './fill-joints.ts';
import { type Frame, type FramePoints, pointsOfFrame } from './frame.ts';
import { createTrack, type Track } from './track.ts';

/** How the frames of a stream are read. */
export interface IntakeOptions {
  /** The joints of a frame. */
  readonly layout: Layout;
  /** Frames a second of the clips. */
  readonly fps: number;
  /** How long frames are kept, in seconds. */
  readonly seconds: number;
  /** The vertical axis. */
  readonly up: StreamUp;
  /** Joints with a lower visibility count as not seen. */
  readonly minVisibility: number;
  /** The longest time between two frames that belong together, in seconds. */
  readonly longestGap: number;
  /** Takes problems. */
  readonly onEvent: OnStreamEvent | undefined;
  /** Called when earlier frames were dropped. */
  readonly onRestart: () => void;
}

/** The vertical axis of a stream: y up as from a Kinect, y down as from a camera image, or z up. */
export type StreamUp = 'y' | '-y' | 'z';

/** What became of a frame. */
export type Taken = 'added' | 'nobody' | 'refused';

/** Reads the frames of a stream into a track. */
export interface Intake {
  /** The last frames, y up. */
  readonly track: Track;
  /**
   * Adds a frame.
   *
   * @throws RangeError, TypeError without a listener, if the frame or its time is refused; the stream goes on after that.
   */
  readonly add: (frame: Frame, seconds: number) => Taken;
  /** Forgets all frames. */
  readonly clear: () => void;
}

/** An intake of frames in the order of time. */
export function createIntake(options: IntakeOptions): Intake {
  const { layout, fps, seconds: kept, up, minVisibility, longestGap, onEvent, onRestart } = options;
  const joints = layout.joints.length;
  const track = createTrack({ joints, fps, seconds: kept });
  const filler = createJointFiller(layout);
  let latest: number | undefined;
  let wasBroken = false;
  const clear = (): void => {
    track.clear();
    filler.clear();
    [latest, wasBroken] = [undefined, false];
    onRestart();
  };
  const requireTime = (seconds: number): void => {
    if (typeof seconds !== 'number' || !Number.isFinite(seconds)) {
      throw new TypeError(`push: expected a time in seconds, got ${gotText(seconds)}`);
    }
    if (latest === undefined || seconds > latest) return;
    const back = seconds < latest - longestGap;
    const error = new RangeError(
      `push: expected a time after ${text(latest)} s, got ${text(seconds)} s; ` +
        (back ? 'the stream starts again there' : 'the frame is left out'),
    );
    if (back) {
      clear();
      // The next frame is compared with this one.
      latest = seconds;
    }
    throw error;
  };
  return {
    track,
    clear,
    add(frame, seconds) {
      let found: FramePoints | undefined;
      try {
        requireTime(seconds);
        found = pointsOfFrame(frame, joints, minVisibility);
      } catch (error) {
        refuse(error as Error, 'frame', onEvent);
        return 'refused';
      }
      latest = seconds;
      if (found === undefined) return 'nobody';
      const isBroken = found.broken > 0;
      if (isBroken && !wasBroken) {
        const what = `NaN or infinity for ${found.broken} of ${joints} joints at ${text(seconds)} s`;
        onEvent?.({
          kind: 'warning',
          text: `push: expected finite coordinates, got ${what}; they count as not seen`,
        });
      }
      wasBroken = isBroken;
      if (!found.seen.includes(1)) return 'nobody';
      if (track.last !== undefined && seconds - track.last > longestGap) {
        const gap = text(seconds - track.last);
        onEvent?.({
          kind: 'warning',
          text: `push: expected a frame within ${longestGap} s, got none for ${gap} s; earlier frames are dropped`,
        });
        clear();
        latest = seconds;
      }
      track.add(turned(filler.fill(found), up), seconds);
      return 'added';
    },
  };
}

/** Seconds for a message. */
function text(seconds: number): string {
  return String(Number(seconds.toFixed(3)));
}

/** The points with y up, by a rotation; zeros stay +0. */
function turned(points: Float32Array, up: StreamUp): Float32Array {
  if (up === 'y') return points;
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [points[i] as number, points[i + 1] as number, points[i + 2] as number];
    points.set(up === 'z' ? [x, z, 0 - y] : [0 - x, 0 - y, z], i);
  }
  return points;
}
