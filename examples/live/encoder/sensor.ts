import type { Random } from '@halp/random';
import { type Clip, clipOfFrames, convertLayout, mediapipe33 } from '@halp/skeleton';
import { between, sides, type Vector } from './pose.ts';

type Points = ReadonlyMap<string, Vector>;

/** The joints of Kinect v1 that a Kinect reports, and the points that they are. */
const kinectJoints: readonly string[] = [
  ...['hips', 'spine', 'shoulders', 'head'],
  ...sides.flatMap((side) =>
    ['shoulder', 'elbow', 'wrist', 'hand'].map((joint) => `${side} ${joint}`),
  ),
  ...sides.flatMap((side) => ['hip', 'knee', 'ankle', 'foot'].map((joint) => `${side} ${joint}`)),
];

/** How a landmark of MediaPipe is found: the nearest point of the body. */
const landmarks: readonly string[] = mediapipe33.joints.map((joint) => {
  const side = joint.startsWith('left') ? 'left' : 'right';
  if (joint.endsWith('ear')) return joint;
  if (joint === 'nose' || /eye|mouth/.test(joint)) return 'nose';
  if (/pinky|index|thumb/.test(joint) && !joint.includes('foot')) return `${side} hand`;
  if (joint.includes('heel')) return `${side} ankle`;
  return joint.includes('foot') ? `${side} foot` : joint;
});

/**
 * What a sensor reports of a body, in the joints of Kinect v1, `[3, T, 20, 1]`, x to the right of a person that faces the
 * camera, y up: a Kinect of the first or second version, or MediaPipe, whose 33 joints are mapped.
 *
 * The camera stands anywhere in front or to the side, tilted. Joints jitter; MediaPipe's depth is scaled and wanders. Limbs
 * are lost for a while, and legs out of the picture are guessed.
 */
export function sense(frames: readonly Points[], rng: Random): Clip {
  const isMediaPipe = rng.uniform() < 0.45;
  const spine = rng.uniform() < 0.5 ? between(0.1, 0.3, rng) : between(0.45, 0.65, rng);
  const names = isMediaPipe ? landmarks : kinectJoints;
  const places = frames.map((points) =>
    names.map((name) => (name === 'spine' ? spineOf(points, spine) : (points.get(name) as Vector))),
  );
  const seen = project(places, rng);
  addErrors(seen, { names, isMediaPipe }, rng);
  const clip = clipOfFrames(seen);
  return isMediaPipe ? convertLayout(clip, { from: 'mediapipe-33', to: 'kinect-v1' }) : clip;
}

type Track = [x: number, y: number, z: number][][];

function spineOf(points: Points, share: number): Vector {
  const [x, y, z] = points.get('shoulders') as Vector;
  return [share * x, share * y, share * z];
}

function project(frames: readonly (readonly Vector[])[], rng: Random): Track {
  const yaw = between(-Math.PI / 2, Math.PI / 2, rng);
  const pitch = 0.12 * rng.normal();
  const [cos, sin, c, s] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return frames.map((points) =>
    points.map(([left, up, forward]) => {
      const depth = -(cos * forward - sin * left);
      return [-(cos * left + sin * forward), c * up - s * depth, c * depth + s * up];
    }),
  );
}

interface Joints {
  readonly names: readonly string[];
  readonly isMediaPipe: boolean;
}

function addErrors(track: Track, { names, isMediaPipe }: Joints, rng: Random): void {
  if (rng.uniform() < 0.2) guess(track, names, /knee|ankle|foot/, [0, track.length], rng);
  for (let lost = rng.integer(3); lost > 0; lost--) {
    const side = sides[rng.integer(2)];
    const limb = rng.uniform() < 0.6 ? 'elbow|wrist|hand' : 'knee|ankle|foot';
    const from = 1 + rng.integer(track.length - 1);
    const to = Math.min(track.length, from + 2 + rng.integer(track.length >> 2));
    guess(track, names, new RegExp(`^${side} (${limb})`), [from, to], rng);
  }
  const jitter = between(0.003, isMediaPipe ? 0.015 : 0.012, rng);
  const scale = isMediaPipe ? between(0.6, 1.2, rng) : 1;
  const wander = names.map(() => 0);
  for (const frame of track) {
    frame.forEach((point, v) => {
      wander[v] = 0.85 * (wander[v] as number) + 0.015 * rng.normal();
      point[2] = scale * point[2] + (isMediaPipe ? wander[v] : 0);
      for (let axis = 0; axis < 3; axis++)
        point[axis] = (point[axis] as number) + jitter * rng.normal();
    });
  }
}

/** Joints in these frames stay where they were before, with an error that grows. */
function guess(
  track: Track,
  names: readonly string[],
  which: RegExp,
  [from, to]: readonly [number, number],
  rng: Random,
): void {
  const held = track[Math.max(0, from - 1)]?.map((point) => [...point]) ?? [];
  names.forEach((name, v) => {
    if (!which.test(name)) return;
    const drift = [0, 1, 2].map(() => 0.004 * rng.normal());
    for (let t = from; t < to; t++) {
      const point = track[t]?.[v] as Track[number][number];
      for (let axis = 0; axis < 3; axis++) {
        const error = 0.03 * rng.normal() + (t - from) * (drift[axis] as number);
        point[axis] = (held[v]?.[axis] as number) + error;
      }
    }
  });
}
