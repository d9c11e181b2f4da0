import type { Random } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';

/** Where a camera is, and where the people are whom it sees. */
export interface View {
  /** By how much the camera sees the scene turned about the vertical in each frame, in radians. */
  readonly yaw: (frame: number) => number;
  /** From the camera to the middle of the scene, in metres. */
  readonly distance: number;
  /** The camera above the floor, in metres. */
  readonly height: number;
}

/** A person in the scene: (left, up, forward) joints about the place where he or she stands. */
export interface Placed {
  readonly joints: readonly Float64Array[];
  /** Whether the person faces the scene's forward (1) or its back (-1). */
  readonly facing: 1 | -1;
  /** The person's place along the scene's forward, in metres. */
  readonly place: number;
}

/**
 * A person's joints in the camera's coordinates (x to the right of who faces it, y up, z away from the
 * camera), metres, before any error.
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

/** Joints that are lost together. */
const limbs: readonly (readonly string[])[] = ['left', 'right'].flatMap((side) => [
  ['elbow', 'wrist', 'hand', 'hand tip', 'thumb'].map((joint) => `${side} ${joint}`),
  ['knee', 'ankle', 'foot'].map((joint) => `${side} ${joint}`),
]);

/**
 * What the sensor reports instead of the true joints: jitter that grows with the distance, and limbs
 * that it loses for a while and then reports where they were, with a growing error.
 *
 * Coordinates are rounded to a micrometre, so that a text of them is short and exact.
 *
 * @param rng - Draws a number that depends on the clip's length.
 */
export function sense(track: readonly Float64Array[], rng: Random): Float64Array[] {
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
