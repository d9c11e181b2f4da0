import { gotText } from '@halp/random/check';

/** A body as a sensor reported it in one frame. */
export interface Body {
  /** The sensor's number for this body; Kinect's numbers exceed 2^53. */
  readonly id: bigint;
  /** x, y, z of joint 0, x, y, z of joint 1, and so on, in metres, as written in the file. */
  readonly joints: Float64Array;
}

/** A sensor's recording: for each frame, the detected bodies (possibly none) in the sensor's order. */
export interface Recording {
  /** The number of joints of every body, V. */
  readonly joints: number;
  /** The bodies of each frame; at least one frame. */
  readonly frames: readonly (readonly Body[])[];
}

/**
 * Throws unless the value is a recording: a list of frames, each a list of bodies.
 *
 * @throws TypeError otherwise.
 */
export function expectRecording(caller: string, recording: Recording): void {
  const frames: unknown = (recording as Recording | null | undefined)?.frames;
  if (Array.isArray(frames) && frames.every(Array.isArray)) return;
  throw new TypeError(
    `${caller}: expected a recording { frames } with a list of bodies for each frame, got ${gotText(recording)}`,
  );
}
