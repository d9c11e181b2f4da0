import { type Clip, createClip } from './clip.ts';
import { gotText } from './got-text.ts';

/** A joint as an object, such as a landmark of MediaPipe; further properties are ignored. */
export interface Landmark {
  /** The first coordinate. */
  readonly x: number;
  /** The second coordinate. */
  readonly y: number;
  /** The third coordinate. Default: 0. */
  readonly z?: number | undefined;
}

/** A joint: two or three coordinates. */
export type JointOfFrame = ArrayLike<number> | Landmark;

/**
 * A clip of one person, `[3, T, V, 1]`, from its frames as nested lists, such as the landmarks that a pose detector gives
 * for each frame of a video.
 *
 * Coordinates are copied as they are: axes, unit and origin stay those of the source. Joints are in the order of a layout,
 * such as `mediapipe33`. Without a third coordinate, z is 0.
 *
 * @param frames - T frames of V joints, each `[x, y, z]`, `[x, y]`, or `{ x, y, z }`.
 * @throws RangeError if there is no frame or joint, a frame has another number of joints than the first, or a coordinate is not
 * finite.
 * @throws TypeError if the frames or a joint are of another type.
 *
 * @example
 * ```ts
 * // results: one PoseLandmarkerResult of MediaPipe for each frame
 * const clip = clipOfFrames(results.map(({ worldLandmarks }) => worldLandmarks[0]));
 * ```
 */
export function clipOfFrames(frames: readonly (readonly JointOfFrame[])[]): Clip {
  const given: unknown = frames;
  if (!Array.isArray(given)) {
    throw new TypeError(`clipOfFrames: expected a list of frames, got ${gotText(frames)}`);
  }
  const joints = frames[0]?.length ?? 0;
  if (joints === 0) {
    throw new RangeError('clipOfFrames: expected at least one frame with joints, got none');
  }
  const clip = createClip([3, frames.length, joints, 1]);
  for (const [t, frame] of frames.entries()) {
    if (!Array.isArray(frame) || frame.length !== joints) {
      const got = Array.isArray(frame) ? `${frame.length}` : gotText(frame);
      throw new RangeError(
        `clipOfFrames: expected ${joints} joints in frame ${t}, as in frame 0, got ${got}`,
      );
    }
    for (const [v, joint] of (frame as readonly JointOfFrame[]).entries()) {
      for (const [c, value] of coordinates(joint, t, v).entries()) {
        if (!Number.isFinite(value)) {
          throw new RangeError(
            `clipOfFrames: expected finite coordinates, got ${gotText(value)} as ${'xyz'[c]} of joint ${v} in frame ${t}`,
          );
        }
        clip.data[(c * frames.length + t) * joints + v] = value;
      }
    }
  }
  return clip;
}

function coordinates(joint: JointOfFrame, t: number, v: number): readonly number[] {
  const given: unknown = joint;
  if (typeof given === 'object' && given !== null) {
    if ('x' in given && 'y' in given) {
      const { x, y, z = 0 } = given as Landmark;
      return [x, y, z];
    }
    const list = given as ArrayLike<number>;
    if (list.length === 2 || list.length === 3) return [list[0], list[1], list[2] ?? 0] as number[];
  }
  throw new TypeError(
    `clipOfFrames: expected [x, y, z], [x, y] or { x, y, z } as joint ${v} of frame ${t}, got ${gotText(given)}`,
  );
}
