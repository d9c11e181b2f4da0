import { expectInteger, expectOptions, gotText, type OptionNames } from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { isSeen } from './seen.ts';

/** Statistics and anomalies of a clip. */
export interface ClipStatistics {
  /** T. */
  readonly frames: number;
  /** The smallest and largest value of each channel over the joints that are not zero; [0, 0] if all are zero. */
  readonly ranges: readonly (readonly [min: number, max: number])[];
  /** One for each person slot. */
  readonly persons: readonly PersonStatistics[];
}

/** Statistics and anomalies of one person of a clip. */
export interface PersonStatistics {
  /** The number of frames in which every joint of the person is zero. */
  readonly emptyFrames: number;
  /** Whether the person never appears. */
  readonly empty: boolean;
  /** The frames in which a joint moves implausibly far; see {@link clipStatistics}. */
  readonly jumps: readonly Jump[];
}

/** An implausibly large movement of a joint between two frames. */
export interface Jump {
  /** The later of the two frames, from 0. */
  readonly frame: number;
  /** The joint that moves furthest. */
  readonly joint: number;
  /** How far, in the unit of the clip. */
  readonly distance: number;
}

/** Options of {@link clipStatistics}. */
export interface ClipStatisticsOptions {
  /** How far a joint may move between two frames. Default: 0.5 (metres: 15 metres a second at 30 Hz). */
  readonly jump?: number | undefined;
  /** The number of channels that are coordinates; 2 where the third is a score. Default: 3. */
  readonly places?: number | undefined;
}

const optionNames: OptionNames<ClipStatisticsOptions> = {
  jump: true,
  places: true,
};

/**
 * Frames, ranges, empty persons and suspicious jumps of a clip `[C, T, V, M]`.
 *
 * A jump is a frame in which a joint is further than `jump` from its position in the previous frame, where it is not zero
 * in both frames. Causes are persons that change slots and limbs that the sensor lost.
 *
 * @throws RangeError if `jump` is not positive, or `places` is more than the channels.
 */
export function clipStatistics(clip: Clip, options: ClipStatisticsOptions = {}): ClipStatistics {
  expectClip('clipStatistics', clip);
  const { jump = 0.5, places = 3 } = expectOptions('clipStatistics', options, optionNames);
  const [C, T, , M] = clip.shape;
  if (!(typeof jump === 'number' && jump > 0)) {
    throw new RangeError(`clipStatistics: expected a positive jump, got ${gotText(jump)}`);
  }
  expectInteger('clipStatistics', 'places', places, 1, C);
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
    let [min, max] = [Infinity, -Infinity];
    for (let i = 0; i < points; i++) {
      if (!isSeen(clip, i)) continue;
      const value = data[c * points + i] as number;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return min > max ? [0, 0] : [min, max];
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
