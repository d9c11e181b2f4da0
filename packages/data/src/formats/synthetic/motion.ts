import type { Random } from '@halp/random';
import type { Action, Key } from './action-table.ts';
import { blend, mirrored, perturb, type Pose, rest } from './pose.ts';

/** A performer's style of movement. */
export interface MotionStyle {
  /** The speed, relative to the times in the table of actions. */
  readonly speed: number;
  /** The amplitude; 1 reaches the poses of the table. */
  readonly amplitude: number;
  /** The probability of using the other hand. */
  readonly leftHanded: number;
  /** The performer's pose at rest. */
  readonly posture: Pose;
}

/**
 * The style of a performer.
 *
 * @param rng - Draws 3 uniform numbers, and normal numbers for the posture.
 */
export function drawStyle(rng: Random): MotionStyle {
  return {
    speed: 0.75 + 0.6 * rng.uniform(),
    amplitude: 0.65 + 0.4 * rng.uniform(),
    leftHanded: rng.uniform() < 0.2 ? 0.9 : 0.1,
    posture: perturb(rest, () => 0.04 * rng.normal()),
  };
}

/** The poses of the performer, and of the partner if the action has one, in each frame. */
export interface Motion {
  readonly performer: readonly Pose[];
  readonly partner?: readonly Pose[] | undefined;
}

const FRAMES_PER_SECOND = 30;
const MIN_FRAMES = 40;
const MAX_FRAMES = 100;

/**
 * One take of an action, 40 to 100 frames at 30 a second.
 *
 * A repeated action may have started before the take; other actions start after a pause. The poses and the times at which
 * they are reached have random errors.
 *
 * @param rng - The number of draws depends on the action.
 */
export function drawMotion(
  action: Action,
  style: MotionStyle,
  partner: MotionStyle,
  rng: Random,
): Motion {
  const flip = rng.uniform() < style.leftHanded ? mirrored : (pose: Pose): Pose => pose;
  const times = timetable(action, style.speed * (0.8 + 0.4 * rng.uniform()), rng);
  const track = (keys: readonly Key[], who: MotionStyle, part: string): readonly Pose[] => {
    const own = rng.fork(part);
    const amplitude = who.amplitude * (0.9 + 0.2 * own.uniform());
    const poseAt = (i: number): Pose => {
      if (i === 0 && action.from === rest) return who.posture;
      const pose = i === 0 ? action.from : (keys[(i - 1) % keys.length] as Key).pose;
      const aimed = blend(who.posture, flip(pose), action.repeated ? amplitude : 1);
      return perturb(aimed, () => POSE_ERROR * own.normal());
    };
    const poses = times.reached.map((_, i) => poseAt(i));
    const sway = swaying(own);
    return Array.from({ length: times.frames }, (_, t) =>
      sway(poseBetween(poses, times.reached, times.start + t), t),
    );
  };
  const performer = track(action.keys, style, 'performer');
  if (action.partner === undefined) return { performer };
  return { performer, partner: track(action.partner, partner, 'partner') };
}

/** The standard deviation of the error of each direction and angle of a pose. */
const POSE_ERROR = 0.1;

interface Timetable {
  /** The time, in frames, at which each pose is reached; 0 for the first one. */
  readonly reached: readonly number[];
  /** The time of the take's first frame. */
  readonly start: number;
  /** The take's length. */
  readonly frames: number;
}

function timetable(action: Action, speed: number, rng: Random): Timetable {
  const pause = (most: number): number => most * FRAMES_PER_SECOND * rng.uniform();
  const step = (i: number): number => {
    const { seconds } = action.keys[i % action.keys.length] as Key;
    return (seconds * FRAMES_PER_SECOND * (0.8 + 0.4 * rng.uniform())) / speed;
  };
  if (!action.repeated) {
    let at = 0;
    const reached = [0, ...action.keys.map((_, i) => (at += step(i)))];
    const start = -pause(0.8);
    const frames = Math.round(at - start + pause(1));
    return { reached, start, frames: Math.min(MAX_FRAMES, Math.max(MIN_FRAMES, frames)) };
  }
  const frames = MIN_FRAMES + rng.integer(MAX_FRAMES - MIN_FRAMES + 1);
  const cycle = action.keys.reduce((sum, { seconds }) => sum + seconds, 0);
  const start = pause(cycle / speed);
  const reached = [0];
  for (let i = 0; (reached.at(-1) as number) < start + frames; i++) {
    reached.push((reached.at(-1) as number) + step(i));
  }
  return { reached, start, frames };
}

/** The pose at a time, by cosine interpolation between the previous and the next pose. */
function poseBetween(poses: readonly Pose[], reached: readonly number[], moment: number): Pose {
  const next = reached.findIndex((time) => time > moment);
  if (next <= 0) return poses.at(next) as Pose;
  const [before, after] = [reached[next - 1] as number, reached[next] as number];
  const share = (moment - before) / (after - before);
  const eased = (1 - Math.cos(Math.PI * share)) / 2;
  return blend(poses[next - 1] as Pose, poses[next] as Pose, eased);
}

/** A slow sway of every direction and angle, each with its own period and phase. */
function swaying(rng: Random): (pose: Pose, t: number) => Pose {
  const waves: (readonly [period: number, phase: number])[] = [];
  return (pose, t) => {
    let i = 0;
    return perturb(pose, () => {
      const wave = (waves[i++] ??= [40 + 60 * rng.uniform(), 2 * Math.PI * rng.uniform()]);
      return 0.03 * Math.sin((2 * Math.PI * t) / wave[0] + wave[1]);
    });
  };
}
