import { expectOptions, gotText } from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { isSeen } from './seen.ts';

/** What stands out in a clip. */
export interface ClipStatistics {
  /** T. */
  readonly frames: number;
  /** Smallest and largest coordinate of each channel over the joints that are not zero; [0, 0] if all are. */
  readonly ranges: readonly (readonly [least: number, most: number])[];
  /** One for each person slot. */
  readonly persons: readonly PersonStatistics[];
}

/** What stands out in one person of a clip. */
export interface PersonStatistics {
  /** The frames in which every joint of the person is zero. */
  readonly emptyFrames: number;
  /** Whether the person never appears. */
  readonly empty: boolean;
  /** The frames in which a joint moves further than is likely; see {@link clipStatistics}. */
  readonly jumps: readonly Jump[];
}

/** A joint that is suddenly somewhere else. */
export interface Jump {
  /** The later of the two frames, from 0. */
  readonly frame: number;
  /** The joint that moves furthest. */
  readonly joint: number;
  /** How far, in the unit of the clip. */
  readonly distance: number;
}

/** What is a jump. */
export interface ClipStatisticsOptions {
  /** How far a joint may move between two frames; 0.5 unless given (metres: 15 metres a second at 30 Hz). */
  readonly jump?: number | undefined;
  /** How many channels are places; 3 unless given, and 2 where the third is a score. */
  readonly places?: number | undefined;
}

/**
 * Frames, ranges, empty persons and suspicious jumps of a clip `[C, T, V, M]`.
 *
 * A jump is a frame in which a joint that is not zero there and in the frame before is further than
 * `jump` from where it was: a person who takes another's slot, or a sensor that lost a limb.
 *
 * @throws RangeError if `jump` is not positive, or `places` is more than the channels.
 */
export function clipStatistics(clip: Clip, options: ClipStatisticsOptions = {}): ClipStatistics {
  expectClip('clipStatistics', clip);
  const { jump = 0.5, places = 3 } = expectOptions('clipStatistics', options);
  const [C, T, , M] = clip.shape;
  if (!(typeof jump === 'number' && jump > 0)) {
    throw new RangeError(`clipStatistics: expected a positive jump, got ${gotText(jump)}`);
  }
  if (!Number.isInteger(places) || places < 1 || places > C) {
    throw new RangeError(`clipStatistics: expected 1 to ${C} places, got ${gotText(places)}`);
  }
  return {
    frames: T,
    ranges: rangesOf(clip),
    persons: Array.from({ length: M }, (_, person) => {
      const emptyFrames = countEmpty(clip, person);
      const jumps = jumpsOf(clip, person, jump, places);
      return { emptyFrames, empty: emptyFrames === T, jumps };
    }),
  };
}

function rangesOf(clip: Clip): ClipStatistics['ranges'] {
  const { data } = clip;
  const [C, T, V, M] = clip.shape;
  const points = T * V * M;
  return Array.from({ length: C }, (_, c) => {
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < points; i++) {
      if (!isSeen(clip, i)) continue;
      const value = data[c * points + i] as number;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return least > most ? [0, 0] : [least, most];
  });
}

function countEmpty(clip: Clip, person: number): number {
  const [, T, V, M] = clip.shape;
  let empty = 0;
  for (let t = 0; t < T; t++) {
    const points = Array.from({ length: V }, (_, v) => (t * V + v) * M + person);
    if (!points.some((point) => isSeen(clip, point))) empty++;
  }
  return empty;
}

function jumpsOf(clip: Clip, person: number, jump: number, places: number): readonly Jump[] {
  const { data } = clip;
  const [, T, V, M] = clip.shape;
  const points = T * V * M;
  const jumps: Jump[] = [];
  for (let t = 1; t < T; t++) {
    let furthest: Jump | undefined;
    for (let v = 0; v < V; v++) {
      const now = (t * V + v) * M + person;
      const before = now - V * M;
      if (!isSeen(clip, now) || !isSeen(clip, before)) continue;
      let square = 0;
      for (let c = 0; c < places; c++) {
        square += ((data[c * points + now] as number) - (data[c * points + before] as number)) ** 2;
      }
      const distance = Math.sqrt(square);
      if (distance > jump && distance > (furthest?.distance ?? 0))
        furthest = { frame: t, joint: v, distance };
    }
    if (furthest !== undefined) jumps.push(furthest);
  }
  return jumps;
}
