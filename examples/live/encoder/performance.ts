import type { Random } from '@halp/random';
import { at, between, blend, perturbed, placeOf, type Pose, restPose } from './pose.ts';
import type { Program } from './program.ts';

/**
 * One performance of a motion in a fixed number of frames: its poses have errors, its times, amplitude, number of
 * repetitions and rests before and after differ. How long it takes is not kept, since every clip is resampled.
 */
export function perform(program: Program, frames: number, rng: Random): readonly Pose[] {
  const posture = perturbed(restPose(), 0.05, rng);
  relaxOtherArms(posture, program, rng);
  const amplitude = between(0.7, 1.15, rng);
  const aim = (key: Pose): Pose => perturbed(blend(posture, key, amplitude), 0.09, rng);
  const { poses, times } = timeline(program, posture, aim, rng);
  const length = times.at(-1) as number;
  const start = -length * between(0, 0.15, rng) * (rng.uniform() < 0.6 ? 1 : -0.7);
  const end = length * (1 + between(0, 0.15, rng) * (rng.uniform() < 0.6 ? 1 : -0.7));
  const turn = 0.25 * rng.normal();
  const [phase, pace] = [between(0, 6.3, rng), between(5, 8, rng)];
  const sway = Array.from(posture, () => [0.03 * rng.normal(), between(0, 6.3, rng)] as const);
  return Array.from({ length: frames }, (_, t) => {
    const share = t / (frames - 1);
    const moment = start + share * (end - start);
    const pose = poseAt(poses, times, moment);
    sway.forEach(([size, shift], i) => {
      pose[i] = (pose[i] as number) + size * Math.sin(4 * share + shift);
    });
    pose[at.turn] = (pose[at.turn] as number) + turn * share;
    if (program.gait > 0) step(pose, program.gait, phase + pace * moment);
    return pose;
  });
}

/** An arm that the motion does not use is sometimes bent: it holds something, or rests on the hip. */
function relaxOtherArms(posture: Pose, { keys }: Program, rng: Random): void {
  const rest = restPose();
  for (const side of ['left', 'right'] as const) {
    const i = placeOf(side, 'upper arm');
    const isUsed = keys.some((key) => key.subarray(i, i + 6).some((x, j) => x !== rest[i + j]));
    if (isUsed || rng.uniform() >= 0.25) continue;
    const forearm = placeOf(side, 'forearm');
    posture.set([between(-0.5, 0.2, rng), between(-1, 0.2, rng), between(0, 1, rng)], forearm);
  }
}

interface Timeline {
  readonly poses: readonly Pose[];
  readonly times: readonly number[];
}

function timeline(
  { course, keys, seconds }: Program,
  posture: Pose,
  aim: (key: Pose) => Pose,
  rng: Random,
): Timeline {
  const rounds = course === 'repeated' ? 1 + rng.integer(3) + (keys.length < 4 ? 1 : 0) : 1;
  const poses: Pose[] = course === 'left' ? [] : [posture];
  const times: number[] = course === 'left' ? [] : [0];
  const add = (pose: Pose, duration: number): void => {
    times.push((times.at(-1) ?? -duration) + duration);
    poses.push(pose);
  };
  for (let round = 0; round < rounds; round++) {
    keys.forEach((key, i) => add(aim(key), (seconds[i] as number) * between(0.7, 1.4, rng)));
    // A motion with one key pose goes back in between.
    if (course === 'repeated' && keys.length === 1 && round + 1 < rounds) {
      add(blend(posture, keys[0] as Pose, 0.2), seconds[0] as number);
    }
  }
  if (course === 'held') add(aim(keys.at(-1) as Pose), between(0.1, 0.5, rng));
  else add(posture, between(0.3, 0.8, rng));
  return { poses, times };
}

/** The pose at a moment, by cosine interpolation between the previous and the next pose. */
function poseAt(poses: readonly Pose[], times: readonly number[], moment: number): Pose {
  const next = times.findIndex((time) => time > moment);
  if (next === 0) return (poses[0] as Pose).slice();
  if (next < 0) return (poses.at(-1) as Pose).slice();
  const [before, after] = [times[next - 1] as number, times[next] as number];
  const eased = (1 - Math.cos((Math.PI * (moment - before)) / (after - before))) / 2;
  return blend(poses[next - 1] as Pose, poses[next] as Pose, eased);
}

/** Legs and arms swing as in walking. */
function step(pose: Pose, amplitude: number, phase: number): void {
  for (const [side, sign] of [
    ['left', 1],
    ['right', -1],
  ] as const) {
    const swing = sign * amplitude * Math.sin(phase);
    const add = (place: number, value: number): void => {
      pose[place] = (pose[place] as number) + value;
    };
    add(placeOf(side, 'thigh') + 2, 0.6 * swing);
    add(
      placeOf(side, 'shin') + 2,
      0.6 * swing - 0.5 * amplitude * Math.max(0, sign * Math.cos(phase)),
    );
    add(placeOf(side, 'upper arm') + 2, -0.3 * swing);
  }
}
