import type { Random } from '@halp/random';
import {
  expectInteger,
  expectObject,
  expectOptions,
  expectRandom,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { kinectV2 } from '@halp/skeleton';
import type { Body, Recording } from '../../clip/recording.ts';
import { formatNtuName, type NtuName } from '../ntu/name.ts';
import { type Action, actions } from './action-table.ts';
import { type BodyModel, drawBody, placeJoints } from './body-model.ts';
import { drawMotion, drawStyle, type MotionStyle } from './motion.ts';
import type { Pose } from './pose.ts';
import { addSensorErrors, project, type View } from './sensor.ts';

/** The names of the synthetic actions; A001 in a file name is the first. */
export const syntheticClasses: readonly string[] = actions.map((action) => action.name);

/** The three cameras: one from each side and one in front. */
const cameraYaw: readonly number[] = [Math.PI / 4, 0, -Math.PI / 4];

/** The size of a synthetic data set. */
export interface SyntheticSize {
  /** The number of performers, at least 2; the odd ones are for training in `xsub`. Default: 10. */
  readonly performers?: number | undefined;
  /** The number of takes of each action by each performer for each camera. Default: 2. */
  readonly replications?: number | undefined;
}

/** The fields of a size. */
export const sizeNames: OptionNames<SyntheticSize> = { performers: true, replications: true };

/**
 * The names of all clips of a synthetic data set, sorted: every performer performs every action in front of each of three
 * cameras.
 *
 * @throws RangeError if there are fewer than 2 performers or no replication.
 */
export function syntheticNames(size: SyntheticSize = {}): readonly string[] {
  return namesFor('syntheticNames', expectOptions('syntheticNames', size, sizeNames));
}

/** @throws RangeError unless the seed is an integer. */
export function expectSeed(caller: string, seed: number): void {
  if (Number.isSafeInteger(seed)) return;
  throw new RangeError(`${caller}: expected seed to be an integer, got ${gotText(seed)}`);
}

/** {@link syntheticNames} with the name of the caller for errors. */
export function namesFor(
  caller: string,
  { performers = 10, replications = 2 }: SyntheticSize,
): readonly string[] {
  expectInteger(caller, 'performers', performers, 2, 999);
  expectInteger(caller, 'replications', replications, 1, 999);
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
 * The simulated recording of a person who performs one of {@link syntheticClasses}: Kinect v2 joints, 40 to 100 frames, and a
 * second body in the classes for two persons.
 *
 * A body of rigid segments takes the poses of the action. Proportions, posture, speed, amplitude and handedness depend on
 * the performer; repetitions, timing, errors of each pose, facing, jitter, lost limbs and empty frames depend on the take.
 * Each camera records a separate take. Equal seeds and names give equal recordings, in any order.
 *
 * @param name - The clip; `action` counts from 1.
 * @param rng - The stream of the data set; it is forked, never drawn from.
 * @throws RangeError if the action or camera does not exist.
 */
export function syntheticRecording(name: NtuName, rng: Random): Recording {
  expectObject('syntheticRecording', name, 'the numbers of a name');
  expectRandom('syntheticRecording', rng);
  // Other fields of the object are ignored.
  const { setup, camera, subject, replication, action: place } = name;
  for (const number of [setup, camera, subject, replication, place] as unknown[]) {
    if (Number.isInteger(number)) continue;
    throw new RangeError(`syntheticRecording: expected integers, got ${gotText(number)}`);
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
  const tracks = jointTracks(action, name, yaw, rng, take);
  return { joints: kinectV2.joints.length, frames: framesOf(tracks, take.fork('frames')) };
}

/** The joints of each person in each frame, as the camera reports them: the performer, and a partner in some actions. */
function jointTracks(
  action: Action,
  { subject, setup }: NtuName,
  yaw: number,
  rng: Random,
  take: Random,
): readonly Float64Array[][] {
  const performer = personOf(subject, rng);
  // The partner is of the same group, so that no person is in both parts of a benchmark.
  const partner = personOf(subject <= 2 ? subject + 2 : subject - 2, rng);
  const poses = drawMotion(action, performer.style, partner.style, take.fork('poses'));
  const scene = take.fork('scene');
  const gap = poses.partner === undefined ? 0 : 0.75 + 0.2 * scene.uniform();
  // The camera in front sees two persons from the side.
  const towards = yaw + (poses.partner === undefined ? 0 : Math.PI / 2);
  const view: View = {
    yaw: turning(towards, poses.performer.length, scene),
    distance: 2.4 + 0.5 * setup,
    height: 0.9,
  };
  const reported = (person: Person, track: readonly Pose[], facing: 1 | -1): Float64Array[] => {
    const joints = track.map((pose) => placeJoints(person.body, pose));
    const seen = project({ joints, facing, place: (-facing * gap) / 2 }, view);
    return addSensorErrors(seen, scene.fork('sense', facing));
  };
  const first = reported(performer, poses.performer, 1);
  return poses.partner === undefined ? [first] : [first, reported(partner, poses.partner, -1)];
}

/** The facing direction, which changes from one random angle to another during a take. */
function turning(towards: number, length: number, rng: Random): (t: number) => number {
  const from = towards + 0.25 * rng.normal();
  const by = 0.7 * rng.normal();
  return (t) => from + (by * (1 - Math.cos((Math.PI * t) / length))) / 2;
}

interface Person {
  readonly body: BodyModel;
  readonly style: MotionStyle;
}

function personOf(subject: number, rng: Random): Person {
  return {
    body: drawBody(rng.fork('body', subject)),
    style: drawStyle(rng.fork('manner', subject)),
  };
}

const FIRST_ID = 72_057_594_037_900_000n;

/** The bodies of each frame; sometimes the sensor detects nobody, or loses the second body. */
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

/** A random gap of up to `longest` frames, with the given probability and often at the start. */
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

/** The setup of a performer: near or far from the camera. */
function setupOf(subject: number): number {
  return subject % 4 < 2 ? 1 : 2;
}
