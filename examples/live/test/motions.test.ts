import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { type Clip, kinectV1 } from '@halp/skeleton';
import { type Body, drawBody, placeBody } from '../encoder/body.ts';
import { FRAMES, motions, PERFORMANCES } from '../encoder/motions.ts';
import { perform } from '../encoder/performance.ts';
import { at, placeOf, type Pose, restPose, segments, sides, type Vector } from '../encoder/pose.ts';
import { courses, drawProgram } from '../encoder/program.ts';
import { sense } from '../encoder/sensor.ts';

const seeds = Array.from({ length: 20 }, (_, seed) => seed);

/** The poses of a random performance. */
function performance(seed: number): readonly Pose[] {
  const rng = createRandom(seed);
  return perform(drawProgram(rng.fork('program')), FRAMES, rng.fork('performance'));
}

/** The point where each other point is attached, and the length of the body between them. */
const bones: readonly (readonly [point: string, from: string, length: keyof Body])[] = [
  ['shoulders', 'hips', 'trunk'],
  ['head', 'shoulders', 'neck'],
  ...sides.flatMap((side) =>
    (
      [
        ['elbow', 'shoulder', 'upperArm'],
        ['wrist', 'elbow', 'forearm'],
        ['hand', 'wrist', 'hand'],
        ['knee', 'hip', 'thigh'],
        ['ankle', 'knee', 'shin'],
      ] as const
    ).map(([point, from, length]) => [`${side} ${point}`, `${side} ${from}`, length] as const),
  ),
];

const distance = (a: Vector, b: Vector): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

describe('a body in a pose', () => {
  it('has bones of the lengths of the body, in every frame of every motion', () => {
    for (const seed of seeds) {
      const body = drawBody(createRandom(seed).fork('body'));
      for (const pose of performance(seed)) {
        const points = placeBody(body, pose);
        for (const [point, from, length] of bones) {
          const measured = distance(points.get(point) as Vector, points.get(from) as Vector);
          expect(measured, `${point}, seed ${seed}`).toBeCloseTo(body[length], 10);
        }
      }
    }
  });

  it('with left and right exchanged is its mirror image', () => {
    for (const seed of seeds) {
      const body = drawBody(createRandom(seed).fork('body'));
      for (const pose of performance(seed)) {
        const [points, image] = [placeBody(body, pose), placeBody(body, exchanged(pose))];
        for (const [name, [left, up, forward]] of points) {
          const other = image.get(otherSide(name)) as Vector;
          expect(distance(other, [-left, up, forward]), `${name}, seed ${seed}`).toBeLessThan(
            1e-10,
          );
        }
      }
    }
  });
});

/** The pose of the other side: limbs exchanged, and the angles about the vertical and to the side negated. */
function exchanged(pose: Pose): Pose {
  const out = pose.slice();
  for (const angle of [at.side, at.twist, at.look, at.turn]) out[angle] = -(pose[angle] as number);
  const length = 3 * segments.length;
  const [left, right] = sides.map((side) => placeOf(side, segments[0])) as [number, number];
  out.set(pose.subarray(left, left + length), right);
  out.set(pose.subarray(right, right + length), left);
  return out;
}

function otherSide(name: string): string {
  if (name.startsWith('left ')) return `right ${name.slice(5)}`;
  return name.startsWith('right ') ? `left ${name.slice(6)}` : name;
}

describe('the random motions', () => {
  it('use each side alone, and both, in every set of some hundred', () => {
    const rest = restPose();
    const used = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { keys } = drawProgram(createRandom(seed));
      const moving = sides.flatMap((side) =>
        (['upper arm', 'thigh'] as const).flatMap((segment) => {
          const i = placeOf(side, segment);
          const differs = keys.some((key) =>
            key.subarray(i, i + 6).some((x, j) => x !== rest[i + j]),
          );
          return differs ? [`${side} ${segment}`] : [];
        }),
      );
      used.add(moving.join(', '));
    }
    for (const limbs of ['left upper arm', 'right upper arm', 'left thigh', 'right thigh', '']) {
      expect([...used]).toContain(limbs);
    }
    expect([...used]).toContain('left upper arm, right upper arm');
    expect([...used]).toContain('left thigh, right thigh');
  });

  it('have the same bytes for the same seed, in any order, and others for another seed or part', () => {
    const [set, again] = [motions('train', 5, 3), motions('train', 5, 3)];
    const last = set.get(4);
    const first = set.get(0);
    expect(bytesOf(again.get(0).clip)).toEqual(bytesOf(first.clip));
    expect(bytesOf(again.get(4).clip)).toEqual(bytesOf(last.clip));
    for (const other of [last, motions('train', 5, 4).get(0), motions('test', 5, 3).get(0)]) {
      expect(bytesOf(other.clip)).not.toEqual(bytesOf(first.clip));
    }
  });

  it('are as many as asked for, each with all its performances and a course as its class', () => {
    const set = motions('train', 40, 0);
    expect(set.length).toBe(40);
    expect(set.classes).toEqual(courses);
    const labels = new Set<number>();
    for (let i = 0; i < set.length; i++) {
      const { clip, label, name } = set.get(i);
      expect(clip.shape).toEqual([3, PERFORMANCES * FRAMES, kinectV1.joints.length, 1]);
      expect(clip.data.every(Number.isFinite)).toBe(true);
      expect(name).toBe(`train-${i}`);
      labels.add(label);
      const parts = Array.from({ length: PERFORMANCES }, (_, part) => partOf(clip, part).join());
      expect(new Set(parts).size).toBe(PERFORMANCES);
    }
    expect([...labels].sort()).toEqual(courses.map((_, label) => label));
  });
});

function bytesOf({ data }: Clip): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The x of all joints in one performance. */
function partOf({ data, shape: [, , V] }: Clip, part: number): Float32Array {
  return data.subarray(part * FRAMES * V, (part + 1) * FRAMES * V);
}

/** A person who stands still, as a sensor reports them. */
function still(seed: number, frames = 400): Clip {
  const points = placeBody(drawBody(createRandom(0)), restPose());
  return sense(
    Array.from({ length: frames }, () => points),
    createRandom(seed),
  );
}

/** The median over joints of the standard deviation of a coordinate over time. */
function jitterOf({ data, shape: [, T, V] }: Clip, axis: number): number {
  const deviations = Array.from({ length: V }, (_, v) => {
    const values = Array.from({ length: T }, (__, t) => data[(axis * T + t) * V + v] as number);
    const mean = values.reduce((sum, x) => sum + x, 0) / T;
    return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (T - 1));
  }).sort((a, b) => a - b);
  return deviations[V >> 1] as number;
}

describe('what a sensor reports', () => {
  const clips = Array.from({ length: 60 }, (_, seed) => still(seed));
  // The sensor is the first number that is drawn.
  const isMediaPipe = (seed: number): boolean => createRandom(seed).uniform() < 0.45;
  const [cameras, kinects] = [true, false].map((which) =>
    clips.filter((_, seed) => isMediaPipe(seed) === which),
  ) as [Clip[], Clip[]];

  it('is MediaPipe or a Kinect, in the joints of Kinect v1', () => {
    expect(cameras.length).toBeGreaterThan(15);
    expect(kinects.length).toBeGreaterThan(15);
    for (const { shape } of clips) expect(shape).toEqual([3, 400, kinectV1.joints.length, 1]);
  });

  it('jitters by 3 to 12 mm on every axis of a Kinect', () => {
    for (const axis of [0, 1, 2]) {
      const found = kinects.map((clip) => jitterOf(clip, axis));
      // The sample deviation of 400 frames is within 15 %.
      expect(Math.min(...found)).toBeGreaterThan(0.003 * 0.85);
      expect(Math.max(...found)).toBeLessThan(0.012 * 1.15);
      expect(Math.max(...found) - Math.min(...found)).toBeGreaterThan(0.005);
    }
  });

  it('has a depth that wanders by 28 mm with MediaPipe, besides a jitter of at most 15 mm', () => {
    // 0.015 / sqrt(1 - 0.85²) m; the mean of several landmarks wanders less, and most joints are single ones.
    const wander = 0.015 / Math.sqrt(1 - 0.85 ** 2);
    for (const clip of cameras) {
      expect(jitterOf(clip, 0)).toBeLessThan(0.015 * 1.15);
      expect(jitterOf(clip, 2)).toBeGreaterThan(0.75 * wander);
      expect(jitterOf(clip, 2)).toBeLessThan(1.25 * Math.hypot(wander, 0.015));
    }
  });

  it('loses joints of all limbs, and of nothing else', () => {
    const lost = new Set<string>();
    for (const {
      data,
      shape: [, T, V],
    } of kinects) {
      for (let v = 0; v < V; v++) {
        const series = [0, 1, 2].map((c) =>
          Array.from({ length: T }, (_, t) => data[(c * T + t) * V + v] as number),
        );
        // Beyond six deviations of the largest jitter; a lost joint has an error of 30 mm, and drifts.
        const isLost = series.some((values) => {
          const middle = [...values].sort((a, b) => a - b)[T >> 1] as number;
          return values.some((value) => Math.abs(value - middle) > 6 * 0.012);
        });
        if (isLost) lost.add(kinectV1.joints[v] as string);
      }
    }
    const limb = /^(left|right) (elbow|wrist|hand|knee|ankle|foot)$/;
    expect([...lost].filter((joint) => !limb.test(joint))).toEqual([]);
    expect(lost.size).toBe(12);
  });

  it('never marks a lost joint as missing: it stays near its last place', () => {
    const ankles = kinectV1.joints.flatMap((joint, v) => (joint.endsWith('ankle') ? [v] : []));
    for (let seed = 0; seed < 60; seed++) {
      const { data, shape } = still(seed, FRAMES);
      const [, T, V] = shape;
      for (const v of ankles) {
        for (let t = 0; t < T; t++) {
          const place = [0, 1, 2].map((c) => data[(c * T + t) * V + v] as number);
          // The ankles are 0.6 m or more from the hips, which are at 0.
          expect(Math.hypot(...place), `seed ${seed}, frame ${t}`).toBeGreaterThan(0.2);
        }
      }
    }
  });
});
