import { expectArray, expectInteger, expectOptions, type OptionNames } from '@halp/random/check';
import { type Clip, createClip } from '@halp/skeleton';
import type { Body, Recording } from './recording.ts';
import { expectRecording } from './recording.ts';

/** Bodies that are considered in a frame: the first four. */
const candidates = 4;

/** Which bodies of a recording are selected, and in which order. */
export interface SelectBodiesOptions {
  /**
   * `'energy'` selects the bodies that move most, `'position'` the first ones of the frames' lists, as AimCLR, CrosSCLR
   * and ActCLR do. Default: 'energy'.
   */
  readonly by?: 'energy' | 'position' | undefined;
}

const optionNames: OptionNames<SelectBodiesOptions> = {
  by: true,
};

/**
 * A raw clip `[3, T, V, persons]` of the bodies of a recording that move most, or that come first; zeros where a body is
 * missing.
 *
 * A body is identified by its position in the frames' lists, not by its id; the first four are considered. Its motion
 * energy is the sum over x, y and z of the standard deviation over all joints of its non-empty frames. The body with the
 * largest energy becomes person 0; with equal energies, the earlier position comes first.
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
  const { by = 'energy' } = expectOptions('selectBodies', options, optionNames);
  expectInteger('selectBodies', 'persons', persons, 1, candidates);
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
