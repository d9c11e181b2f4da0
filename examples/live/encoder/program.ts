import type { Random } from '@halp/random';
import { at, between, placeOf, type Pose, restPose, type Side, sides, unit } from './pose.ts';

/** What happens with the key poses of a motion: performed once and back to rest, several times, held, or left. */
export const courses = ['once', 'repeated', 'held', 'left'] as const;

/** A motion, independent of who performs it. */
export interface Program {
  /** What happens with the key poses. */
  readonly course: (typeof courses)[number];
  /** The key poses, at least one. */
  readonly keys: readonly Pose[];
  /** Seconds from one key pose to the next, for an average performer. */
  readonly seconds: readonly number[];
  /** The amplitude of steps during the motion; 0 without steps. */
  readonly gait: number;
}

/** A random motion: of an arm, both arms, a leg, the trunk, or several of them. */
export function drawProgram(rng: Random): Program {
  const movers = moversOf(rng);
  const isCircle = movers.arms.length > 0 && rng.uniform() < 0.15;
  const keys = isCircle ? circle(movers, rng) : drawKeys(movers, rng);
  const course = isCircle ? 'repeated' : courseOf(rng.uniform());
  const pace = between(0.25, 0.8, rng);
  const seconds = keys.map(() => (isCircle ? pace / 4 : pace * between(0.6, 1.6, rng)));
  const gait = rng.uniform() < 0.12 ? between(0.25, 0.7, rng) : 0;
  return { course, keys, seconds, gait };
}

interface Movers {
  readonly arms: readonly Side[];
  /** Whether both arms do the same. */
  readonly same: boolean;
  readonly legs: readonly Side[];
  readonly trunk: boolean;
}

function moversOf(rng: Random): Movers {
  const draw = rng.uniform();
  const trunk = rng.uniform() < 0.25;
  const none = { arms: [], same: false, legs: [], trunk };
  if (draw < 0.32) return { ...none, arms: ['right'] };
  if (draw < 0.47) return { ...none, arms: ['left'] };
  if (draw < 0.62) return { ...none, arms: sides, same: true };
  if (draw < 0.74) return { ...none, arms: sides };
  if (draw < 0.8) return { ...none, legs: [sides[rng.integer(2)] as Side] };
  if (draw < 0.88) return { ...none, legs: sides, trunk: true };
  if (draw < 0.93) return { ...none, trunk: true };
  return { arms: sides, same: rng.uniform() < 0.5, legs: sides, trunk: true };
}

function courseOf(draw: number): Program['course'] {
  if (draw < 0.5) return 'once';
  if (draw < 0.85) return 'repeated';
  return draw < 0.93 ? 'held' : 'left';
}

function drawKeys(movers: Movers, rng: Random): readonly Pose[] {
  const count = 1 + rng.integer(4);
  const keys: Pose[] = [];
  for (let i = 0; i < count; i++) {
    const last = keys.at(-1);
    const pose = restPose();
    const [first] = movers.arms;
    for (const side of movers.arms) {
      if (movers.same && side !== first) copyArm(pose, first as Side, side);
      else setArm(pose, side, last, rng);
    }
    setLegs(pose, movers, rng);
    if (movers.trunk) setTrunk(pose, rng);
    keys.push(pose);
  }
  return keys;
}

/** A new direction of the arm; often only the forearm differs from the last one. */
function setArm(pose: Pose, side: Side, last: Pose | undefined, rng: Random): void {
  const [upper, fore] = [placeOf(side, 'upper arm'), placeOf(side, 'forearm')];
  const isKept = last !== undefined && rng.uniform() < 0.35;
  const kept = last?.subarray(upper, upper + 3);
  const arm = isKept
    ? unit([kept?.[0] as number, kept?.[1] as number, kept?.[2] as number])
    : unit([
        between(-0.4, 1, rng),
        between(-1, rng.uniform() < 0.6 ? 0.2 : 1, rng),
        between(-0.35, 1, rng),
      ]);
  pose.set(arm, upper);
  const bend = rng.uniform() < 0.3 ? 0.1 : between(0.2, 1.6, rng);
  const towards = unit([between(-1, 0.6, rng), between(-0.4, 1, rng), between(-0.2, 1, rng)]);
  pose.set(
    unit([arm[0] + bend * towards[0], arm[1] + bend * towards[1], arm[2] + bend * towards[2]]),
    fore,
  );
}

function copyArm(pose: Pose, from: Side, to: Side): void {
  const start = placeOf(from, 'upper arm');
  pose.set(pose.slice(start, start + 6), placeOf(to, 'upper arm'));
}

function setLegs(pose: Pose, { legs }: Movers, rng: Random): void {
  const raise = between(0.2, 1.2, rng);
  const bend = between(0, 1.4, rng);
  const outward = between(0, 0.4, rng);
  // One leg kicks or lifts in any direction; two bend together.
  const forward = legs.length === 1 && rng.uniform() < 0.25 ? -raise * 0.6 : raise;
  for (const side of legs) {
    pose.set(unit([outward, -1, forward]), placeOf(side, 'thigh'));
    pose.set(unit([outward / 2, -1, Math.min(forward, 0.9) - bend]), placeOf(side, 'shin'));
  }
}

function setTrunk(pose: Pose, rng: Random): void {
  const draw = rng.uniform();
  pose[at.lean] = draw < 0.6 ? between(-0.15, 1.1, rng) : 0;
  if (draw > 0.4) pose[at.twist] = between(-0.7, 0.7, rng);
  if (draw > 0.8) pose[at.side] = between(-0.5, 0.5, rng);
  if (rng.uniform() < 0.3) pose[at.turn] = between(-1, 1, rng);
  pose[at.nod] = between(-0.3, 0.4, rng);
}

/** The hand on a circle, in one of both directions, in eight poses. */
function circle(movers: Movers, rng: Random): readonly Pose[] {
  const middle = unit([between(-0.2, 0.6, rng), between(-0.5, 0.6, rng), between(0.4, 1, rng)]);
  const radius = between(0.2, 0.6, rng);
  const direction = rng.uniform() < 0.5 ? 1 : -1;
  const begin = between(0, 2 * Math.PI, rng);
  const plane = rng.uniform() < 0.75 ? 'frontal' : 'sagittal';
  return Array.from({ length: 8 }, (_, i) => {
    const angle = begin + (direction * i * Math.PI) / 4;
    const [a, b] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const pose = restPose();
    const [x, y, z] = middle;
    const hand = unit(plane === 'frontal' ? [x + a, y + b, z] : [x, y + b, z + a]);
    for (const side of movers.arms) {
      pose.set(unit([hand[0] + 0.2, hand[1] - 0.5, hand[2]]), placeOf(side, 'upper arm'));
      pose.set(hand, placeOf(side, 'forearm'));
    }
    return pose;
  });
}
