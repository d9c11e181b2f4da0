import type { Random } from '@halp/random';
import { expectOptions, expectRandom, gotText } from '@halp/random/check';
import { kinectV2 } from '@halp/skeleton';
import type { Body, Recording } from '../../clip/recording.ts';
import { formatNtuName, type NtuName } from '../ntu/name.ts';
import { type Action, actions } from './action-table.ts';
import { type BodyModel, drawBody, placeJoints } from './body-model.ts';
import { drawManner, drawMotion, type Manner } from './motion.ts';
import type { Pose } from './pose.ts';
import { project, sense, type View } from './sensor.ts';

/** The names of the synthetic actions; A001 of a file name is the first. */
export const syntheticClasses: readonly string[] = actions.map((action) => action.name);

/** The three cameras: one from each side and one in front. */
const cameraYaw: readonly number[] = [Math.PI / 4, 0, -Math.PI / 4];

/** How many synthetic clips there are of each kind. */
export interface SyntheticSize {
  /** Performers; half of them, the odd ones, train in `xsub`. At least 2; 10 unless given. */
  readonly performers?: number | undefined;
  /** Takes by each performer of each action for each camera; 2 unless given. */
  readonly replications?: number | undefined;
}

/**
 * The names of all clips of a synthetic data set, sorted: every performer does every action before
 * each of three cameras.
 *
 * @throws RangeError if there are fewer than 2 performers or no replication.
 */
export function syntheticNames(size: SyntheticSize = {}): readonly string[] {
  return namesFor('syntheticNames', size);
}

/** @throws RangeError unless the seed is an integer. */
export function expectSeed(caller: string, seed: number): void {
  if (Number.isSafeInteger(seed)) return;
  throw new RangeError(`${caller}: expected seed to be an integer, got ${gotText(seed)}`);
}

/** {@link syntheticNames} for another function, which its errors name. */
export function namesFor(caller: string, size: SyntheticSize): readonly string[] {
  const { performers = 10, replications = 2 } = expectOptions(caller, size);
  if (!Number.isInteger(performers) || performers < 2 || performers > 999) {
    throw new RangeError(`${caller}: expected 2 to 999 performers, got ${gotText(performers)}`);
  }
  if (!Number.isInteger(replications) || replications < 1 || replications > 999) {
    throw new RangeError(`${caller}: expected 1 to 999 replications, got ${gotText(replications)}`);
  }
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);
  return upTo(performers)
    .flatMap((subject) =>
      upTo(cameraYaw.length).flatMap((camera) =>
        upTo(replications).flatMap((replication) =>
          upTo(actions.length).map((action) => {
            return formatNtuName({ setup: setupOf(subject), camera, subject, replication, action });
          }),
        ),
      ),
    )
    .sort();
}

/**
 * What a sensor sees of a made-up person who performs one of {@link syntheticClasses}: Kinect v2 joints,
 * 40 to 100 frames, a second body in the classes for two.
 *
 * A body made of segments takes the poses of the action. Proportions, posture, speed, amplitude and
 * handedness are the performer's; repetitions, timing, errors of each pose, facing, jitter, limbs lost
 * from sight and empty frames are the take's. Each camera sees a take of its own. Equal seeds and names
 * give equal recordings, whatever else is made.
 *
 * @param name - Which clip; `action` counts from 1.
 * @param rng - Names the data set; no draw is made from it, only forks.
 * @throws RangeError if there is no such action or camera.
 */
export function syntheticRecording(name: NtuName, rng: Random): Recording {
  expectOptions('syntheticRecording', name, 'the numbers of a name');
  expectRandom('syntheticRecording', rng);
  // What else its object holds is the caller's.
  const { setup, camera, subject, replication, action: place } = name;
  for (const number of [setup, camera, subject, replication, place] as unknown[]) {
    if (Number.isInteger(number)) continue;
    throw new RangeError(`syntheticRecording: expected whole numbers, got ${gotText(number)}`);
  }
  const action = actions[name.action - 1];
  const yaw = cameraYaw[name.camera - 1];
  if (action === undefined || yaw === undefined) {
    throw new RangeError(
      `syntheticRecording: expected action 1 to ${actions.length} and camera 1 to ${cameraYaw.length}, ` +
        `got ${name.action} and ${name.camera}`,
    );
  }
  const take = rng.fork('take', formatNtuName(name));
  const tracks = stage(action, name, yaw, rng, take);
  return { joints: kinectV2.joints.length, frames: framesOf(tracks, take.fork('frames')) };
}

/** The joints of everybody on the stage as the camera reports them: the performer and perhaps a partner. */
function stage(
  action: Action,
  { subject, setup }: NtuName,
  yaw: number,
  rng: Random,
  take: Random,
): readonly Float64Array[][] {
  const performer = personOf(subject, rng);
  // The partner is one of the same group, so that nobody is in both parts of a benchmark.
  const partner = personOf(subject <= 2 ? subject + 2 : subject - 2, rng);
  const poses = drawMotion(action, performer.manner, partner.manner, take.fork('poses'));
  const scene = take.fork('scene');
  const gap = poses.partner === undefined ? 0 : 0.75 + 0.2 * scene.uniform();
  // Two people stand so that the camera in front sees both from the side.
  const towards = yaw + (poses.partner === undefined ? 0 : Math.PI / 2);
  const view: View = {
    yaw: turning(towards, poses.performer.length, scene),
    distance: 2.4 + 0.5 * setup,
    height: 0.9,
  };
  const reported = (person: Person, track: readonly Pose[], facing: 1 | -1): Float64Array[] => {
    const joints = track.map((pose) => placeJoints(person.body, pose));
    const seen = project({ joints, facing, place: (-facing * gap) / 2 }, view);
    return sense(seen, scene.fork('sense', facing));
  };
  const first = reported(performer, poses.performer, 1);
  return poses.partner === undefined ? [first] : [first, reported(partner, poses.partner, -1)];
}

/** Nobody faces the camera exactly, nor keeps to it: from one angle to another in the course of a take. */
function turning(towards: number, length: number, rng: Random): (t: number) => number {
  const from = towards + 0.25 * rng.normal();
  const by = 0.7 * rng.normal();
  return (t) => from + (by * (1 - Math.cos((Math.PI * t) / length))) / 2;
}

interface Person {
  readonly body: BodyModel;
  readonly manner: Manner;
}

function personOf(subject: number, rng: Random): Person {
  return {
    body: drawBody(rng.fork('body', subject)),
    manner: drawManner(rng.fork('manner', subject)),
  };
}

const FIRST_ID = 72_057_594_037_900_000n;

/** The bodies of each frame; now and then the sensor sees nobody, or loses the second body. */
function framesOf(tracks: readonly Float64Array[][], rng: Random): readonly (readonly Body[])[] {
  const length = (tracks[0] as Float64Array[]).length;
  const ids = tracks.map((_, i) => FIRST_ID + BigInt(rng.integer(90_000) + 100_000 * i));
  const nobody = gap(length, 0.12, 3, rng);
  const alone = gap(length, 0.25, 20, rng);
  return Array.from({ length }, (_, t) =>
    tracks
      .map((track, i) => ({ id: ids[i] as bigint, joints: track[t] as Float64Array }))
      .filter((_body, i) => !nobody(t) && (i === 0 || !alone(t))),
  );
}

/** With some probability a stretch of up to `longest` frames, often at the start. */
function gap(
  length: number,
  probability: number,
  longest: number,
  rng: Random,
): (t: number) => boolean {
  const happens = rng.uniform() < probability;
  const start = rng.uniform() < 0.3 ? 0 : rng.integer(length);
  const end = start + 1 + rng.integer(longest);
  return (t) => happens && t >= start && t < end;
}

/** Performers were recorded in two places, near and far. */
function setupOf(subject: number): number {
  return subject % 4 < 2 ? 1 : 2;
}
