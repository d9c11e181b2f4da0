import type { Random } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';

/** The position of a camera relative to the scene. */
export interface View {
  /** The rotation of the scene about the vertical in each frame, in radians. */
  readonly yaw: (frame: number) => number;
  /** The distance from the camera to the middle of the scene, in metres. */
  readonly distance: number;
  /** The height of the camera above the floor, in metres. */
  readonly height: number;
}

/** A person in the scene, with joints (left, up, forward) relative to the person's place. */
export interface Placed {
  readonly joints: readonly Float64Array[];
  /** Whether the person faces forward (1) or backward (-1) in the scene. */
  readonly facing: 1 | -1;
  /** The person's place along the forward axis of the scene, in metres. */
  readonly place: number;
}

/**
 * A person's joints in camera coordinates in metres, without errors: x to the right of a person that faces the camera, y up,
 * z away from the camera.
 */
export function project(person: Placed, view: View): Float64Array[] {
  return person.joints.map((frame, t) => {
    const [cos, sin] = [Math.cos(view.yaw(t)), Math.sin(view.yaw(t))];
    const out = new Float64Array(frame.length);
    for (let i = 0; i < frame.length; i += 3) {
      const left = person.facing * (frame[i] as number);
      const forward = person.facing * (frame[i + 2] as number) + person.place;
      out[i] = -(cos * left + sin * forward);
      out[i + 1] = (frame[i + 1] as number) - view.height;
      out[i + 2] = view.distance - (cos * forward - sin * left);
    }
    return out;
  });
}

/** Groups of joints that the sensor loses together. */
const limbs: readonly (readonly string[])[] = ['left', 'right'].flatMap((side) => [
  ['elbow', 'wrist', 'hand', 'hand tip', 'thumb'].map((joint) => `${side} ${joint}`),
  ['knee', 'ankle', 'foot'].map((joint) => `${side} ${joint}`),
]);

/**
 * The joints with sensor errors: jitter that grows with the distance, and limbs that are lost for some frames, in which they
 * stay at their last position with a growing error.
 *
 * Coordinates are rounded to a micrometre, so that their text is short and exact.
 *
 * @param rng - The number of draws depends on the clip's length.
 */
export function addSensorErrors(track: readonly Float64Array[], rng: Random): Float64Array[] {
  const jitter = 0.004 + 0.008 * rng.uniform();
  const out = track.map((frame) =>
    frame.map((value, i) => {
      const depth = frame[i - (i % 3) + 2] as number;
      return value + ((jitter * depth) / 3) * rng.normal();
    }),
  );
  for (let episode = rng.integer(6); episode > 0; episode--) loseLimb(out, rng);
  return out.map((frame) => frame.map((value) => Math.round(value * 1e6) / 1e6));
}

function loseLimb(track: readonly Float64Array[], rng: Random): void {
  const joints = limbs[rng.integer(limbs.length)] as readonly string[];
  const length = 8 + rng.integer(40);
  const start = 1 + rng.integer(track.length - 1);
  const held = track[start - 1] as Float64Array;
  const drift = joints.map(() => [0, 1, 2].map(() => 0.006 * rng.normal()));
  for (let t = start; t < Math.min(start + length, track.length); t++) {
    joints.forEach((joint, j) => {
      const i = kinectV2.joints.indexOf(joint) * 3;
      for (let c = 0; c < 3; c++) {
        const error = 0.03 * rng.normal() + (t - start) * (drift[j]?.[c] as number);
        (track[t] as Float64Array)[i + c] = (held[i + c] as number) + error;
      }
    });
  }
}
