import { expectArray, expectOptions, gotText } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import type { Body, Recording } from './recording.ts';
import { expectRecording } from './recording.ts';

/** Bodies beyond this position in a frame are not looked at. */
const candidates = 4;

/** Which bodies of a recording are taken, and in which order. */
export interface SelectBodiesOptions {
  /**
   * `'energy'`, unless given, takes those that move most; `'position'` those that come first in the frames' lists, as
   * AimCLR, CrosSCLR and ActCLR do.
   */
  readonly by?: 'energy' | 'position' | undefined;
}

/**
 * The `persons` bodies of a recording that move most, or that come first, as a raw clip `[3, T, V, persons]`; zeros where
 * a body is missing.
 *
 * A body is what stands at one position of the frames' lists, whatever its id, up to four. Its motion
 * energy is the sum over x, y and z of the standard deviation over all joints of its frames that are
 * not empty. The body of the largest energy is person 0; of equals, the earlier position comes first.
 *
 * Source: the authors' data_gen for NTU RGB+D (two persons of four candidates).
 *
 * @throws RangeError if `persons` is not in [1, 4].
 */
export function selectBodies(
  recording: Recording,
  persons: number,
  options: SelectBodiesOptions = {},
): Clip {
  expectRecording('selectBodies', recording);
  const { by = 'energy' } = expectOptions('selectBodies', options);
  if (!Number.isInteger(persons) || persons < 1 || persons > candidates) {
    throw new RangeError(
      `selectBodies: expected 1 to ${candidates} persons, got ${gotText(persons)}`,
    );
  }
  const tracks = Array.from({ length: candidates }, (_, position) =>
    recording.frames.map((bodies) => bodies[position]),
  );
  const ordered =
    by === 'position'
      ? tracks.map((track) => ({ track }))
      : tracks
          .map((track) => ({ track, energy: motionEnergy(track) }))
          .sort((a, b) => b.energy - a.energy);
  const T = recording.frames.length;
  const V = recording.joints;
  const clip = createClip([3, T, V, persons]);
  ordered.slice(0, persons).forEach(({ track }, m) => {
    track.forEach((body, t) => {
      for (let i = 0; body !== undefined && i < 3 * V; i++) {
        const at = (((i % 3) * T + t) * V + Math.floor(i / 3)) * persons + m;
        clip.data[at] = body.joints[i] as number;
      }
    });
  });
  return clip;
}

/**
 * How much a body moves and extends: the sum over x, y and z of the population standard deviation
 * over all joints of all its non-empty frames; 0 for a body that never appears. Metres.
 */
export function motionEnergy(track: readonly (Body | undefined)[]): number {
  expectArray('motionEnergy', 'a track as a list of bodies', track);
  const present = track
    .filter((body) => body !== undefined)
    .filter(({ joints }) => joints.some((value) => value !== 0));
  return [0, 1, 2].reduce((energy, c) => energy + deviation(present, c), 0);
}

/** The population standard deviation of coordinate `c` over all joints of all bodies; 0 of none. */
function deviation(bodies: readonly Body[], c: number): number {
  const meanOf = (f: (value: number) => number): number => {
    let [sum, count] = [0, 0];
    for (const { joints } of bodies) {
      for (let i = c; i < joints.length; i += 3, count++) sum += f(joints[i] as number);
    }
    return count === 0 ? 0 : sum / count;
  };
  const mean = meanOf((value) => value);
  return Math.sqrt(meanOf((value) => (value - mean) ** 2));
}
