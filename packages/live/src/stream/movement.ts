import { expectNames, expectObject } from '@halp/random/check';
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

/**
 * The movement energy at the last frame of a track, in units of the coordinates a second; 0 if the track is shorter than 0.2
 * seconds.
 *
 * E(t) = mean of the ⌈V / 4⌉ largest |p_v(t) - p_v(t - 0.2)| / 0.2 over the joints v. A quarter of the joints is an arm or a
 * leg, so that a wave counts as much as a step; over 0.2 seconds the jitter of a sensor is small.
 */
export function movementEnergy({ first, last, at }: Track): number {
  if (first === undefined || last === undefined || last - LAG < first) return 0;
  const [now, before] = [at(last), at(last - LAG)];
  const V = now.length / 3;
  const speeds = Array.from({ length: V }, (_, v) => {
    const [x, y, z] = [0, 1, 2].map(
      (c) => (now[3 * v + c] as number) - (before[3 * v + c] as number),
    ) as [number, number, number];
    return Math.hypot(x, y, z) / LAG;
  }).sort((a, b) => b - a);
  const count = Math.ceil(V / 4);
  return speeds.slice(0, count).reduce((sum, speed) => sum + speed, 0) / count;
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
 * A detector of movements with two thresholds: a movement begins 0.2 seconds before the energy reaches `start`, and ends where
 * the energy was last at least `rest`, once it has been lower for `pause` seconds.
 */
export function createMovementDetector(options: MovementOptions = {}): MovementDetector {
  const { start, rest, pause, shortest, longest } = wholeMovement(options);
  let from: number | undefined;
  let active = 0;
  return {
    next(track) {
      const now = track.last ?? 0;
      const energy = movementEnergy(track);
      if (from === undefined) {
        if (energy < start) return undefined;
        [from, active] = [now - LAG, now];
      }
      if (energy >= rest) active = now;
      const isLong = now - from >= longest;
      if (now - active < pause && !isLong) return { from, to: now, ended: false };
      const movement = { from, to: isLong ? now : active, ended: true };
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
