import { expectNames, expectObject } from '@halp/random/check';
import { headJoints, type Layout } from '@halp/skeleton';
import { expectPositive } from './checks.ts';
import type { Track } from './track.ts';

/** When movements begin and end. */
export interface MovementOptions {
  /** A movement begins when the energy reaches this. Default: 0.6 metres a second. */
  readonly start?: number | undefined;
  /** A movement ends when the energy stays below this. Default: 0.4 metres a second, or `start` if that is less. */
  readonly rest?: number | undefined;
  /** For how many seconds the energy stays below `rest` until a movement has ended. Default: 0.4. */
  readonly pause?: number | undefined;
  /** The duration of the shortest movement, in seconds; shorter ones are dropped. Default: 0.5. */
  readonly shortest?: number | undefined;
  /** The duration of the longest movement, in seconds; longer ones are ended. Default: 10. */
  readonly longest?: number | undefined;
}

/** A movement in a stream. */
export interface Movement {
  /** Its first time, in seconds. */
  readonly from: number;
  /** Its last time, in seconds. */
  readonly to: number;
  /** Whether it has ended. */
  readonly ended: boolean;
}

/** Finds movements in a stream. */
export interface MovementDetector {
  /** The current movement, or the one that ended with the last frame of the track; undefined at rest. */
  next(track: Track): Movement | undefined;
  /** Forgets the current movement. */
  clear(): void;
}

/** The time over which a speed is measured, in seconds. */
const LAG = 0.2;
/** The time over which positions are averaged, in seconds. */
const MEAN = 0.1;
/** The time that the energy looks back, in seconds. */
const SPAN = 0.3;
/** From the middle of the earlier mean to the last frame, in seconds. */
const SINCE_BEGIN = LAG + MEAN / 2;

/**
 * The number of joints whose speeds the energy averages: k = ⌈(V - H) / 8⌉, where H is the number of joints of the head.
 *
 * The joints without the head are four limbs and the trunk, so k is about half a limb: 2 or 3 in the built-in layouts, at most the
 * number of joints below the hip. A kick of one leg therefore counts as a whole, and joints at rest do not lower the mean.
 */
export function fastestJoints(layout: Layout): number {
  const body = layout.joints.length - headJoints(layout).length;
  return Math.max(1, Math.ceil(body / 8));
}

/**
 * The movement energy at the last frame of a track, in units of the coordinates a second; 0 if the track is shorter than 0.3
 * seconds.
 *
 * E(t) = mean of the k largest |m_v(t) - m_v(t - 0.2)| / 0.2 over the joints v, where m_v(t) is the mean of p_v at t, t - 0.05
 * and t - 0.1. The mean halves the jitter of a sensor at 30 frames a second, which a mean of few joints would not remove.
 *
 * @param fastest - k, see {@link fastestJoints}.
 */
export function movementEnergy({ first, last, at }: Track, fastest: number): number {
  if (first === undefined || last === undefined || last - SPAN < first) return 0;
  const meanAt = (seconds: number): Float64Array => {
    const frames = [seconds, seconds - MEAN / 2, seconds - MEAN].map(at);
    return Float64Array.from(
      frames[0] as Float32Array,
      (_, i) => frames.reduce((sum, frame) => sum + (frame[i] as number), 0) / frames.length,
    );
  };
  const [now, before] = [meanAt(last), meanAt(last - LAG)];
  const speeds = Array.from({ length: now.length / 3 }, (_, v) => {
    const [x, y, z] = [0, 1, 2].map(
      (c) => (now[3 * v + c] as number) - (before[3 * v + c] as number),
    ) as [number, number, number];
    return Math.hypot(x, y, z) / LAG;
  }).sort((a, b) => b - a);
  return speeds.slice(0, fastest).reduce((sum, speed) => sum + speed, 0) / fastest;
}

/** The options with every default. */
export function wholeMovement(options: MovementOptions): {
  readonly [Name in keyof MovementOptions]-?: number;
} {
  const { start = 0.6, pause = 0.4, shortest = 0.5, longest = 10 } = options;
  const { rest = Math.min(0.4, start) } = options;
  return { start, rest, pause, shortest, longest };
}

/**
 * A detector of movements with two thresholds: a movement begins 0.25 seconds before the energy reaches `start`, and ends 0.05
 * seconds before it was last at least `rest`, once it has been lower for `pause` seconds: the middles of the earlier and of the later
 * mean position.
 */
export function createMovementDetector(
  layout: Layout,
  options: MovementOptions = {},
): MovementDetector {
  const fastest = fastestJoints(layout);
  const { start, rest, pause, shortest, longest } = wholeMovement(options);
  let from: number | undefined;
  let active = 0;
  return {
    next(track) {
      const now = track.last ?? 0;
      const energy = movementEnergy(track, fastest);
      if (from === undefined) {
        if (energy < start) return undefined;
        [from, active] = [now - SINCE_BEGIN, now];
      }
      if (energy >= rest) active = now;
      const isLong = now - from >= longest;
      if (now - active < pause && !isLong) return { from, to: now, ended: false };
      const movement = { from, to: isLong ? now : active - MEAN / 2, ended: true };
      from = undefined;
      return movement.to - movement.from >= shortest ? movement : undefined;
    },
    clear() {
      from = undefined;
    },
  };
}

/** @throws TypeError, RangeError unless every field is a positive number, and `rest` is not above `start`. */
export function expectMovement(caller: string, movement: MovementOptions): void {
  const known = ['start', 'rest', 'pause', 'shortest', 'longest'];
  const given = expectObject(caller, movement, 'the options of movements');
  expectNames(caller, 'an option of movements', given, known);
  for (const [name, value] of Object.entries(given) as [string, number | undefined][]) {
    if (value !== undefined) expectPositive(caller, name, value);
  }
  const { start, rest } = wholeMovement(movement);
  if (rest <= start) return;
  throw new RangeError(`${caller}: expected rest of at most start, ${start}, got ${rest}`);
}
