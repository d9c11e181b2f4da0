import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { type Action, actions } from '../../../src/formats/synthetic/action-table.ts';
import { drawMotion, drawStyle, type MotionStyle } from '../../../src/formats/synthetic/motion.ts';
import { type Pose, rest } from '../../../src/formats/synthetic/pose.ts';

const named = (name: string): Action => actions.find((action) => action.name === name) as Action;
const calm: MotionStyle = { speed: 1, amplitude: 1, leftHanded: 0, posture: rest };

function take(name: string, seed: number, manner: MotionStyle = calm): readonly Pose[] {
  return drawMotion(named(name), manner, calm, createRandom(seed)).performer;
}

/** The mean over seeds of a number of a take. */
function mean(measure: (seed: number) => number): number {
  return Array.from({ length: 30 }, (_, seed) => measure(seed)).reduce((a, b) => a + b) / 30;
}

describe('drawMotion', () => {
  it('takes 40 to 100 frames', () => {
    const lengths = actions.flatMap(({ name }, a) =>
      [0, 100, 200].map((s) => take(name, s + a, drawStyle(createRandom(s))).length),
    );
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
    expect(new Set(lengths).size).toBeGreaterThan(20);
  });

  it('gives a partner, frame by frame, to the actions for two and to no other', () => {
    const pairs = actions.filter((action) => {
      const { performer, partner } = drawMotion(action, calm, calm, createRandom(1));
      expect([undefined, performer.length]).toContain(partner?.length);
      return partner !== undefined;
    });
    expect(pairs.map(({ name }) => name)).toEqual(['shake hands', 'push somebody']);
  });

  it('sits down from standing, and stands up from sitting', () => {
    const thighForward = (pose: Pose | undefined): number => pose?.left.thigh[2] as number;
    expect(mean((seed) => thighForward(take('sit down', seed)[0]))).toBeLessThan(0.2);
    expect(mean((seed) => thighForward(take('sit down', seed).at(-1)))).toBeGreaterThan(0.8);
    expect(mean((seed) => thighForward(take('stand up', seed)[0]))).toBeGreaterThan(0.8);
    expect(mean((seed) => thighForward(take('stand up', seed).at(-1)))).toBeLessThan(0.2);
  });

  it('bends lower with a larger amplitude', () => {
    const deepest = (amplitude: number): number =>
      mean((seed) => Math.max(...take('bow', seed, { ...calm, amplitude }).map((p) => p.lean)));
    expect(deepest(1.1)).toBeGreaterThan(deepest(0.7) + 0.3);
  });

  it('repeats more often with a higher speed', () => {
    const turns = (speed: number): number =>
      mean((seed) => {
        const up = take('wave', seed, { ...calm, speed }).map((p) => p.right.forearm[0]);
        // How often a frame is higher than both of its neighbours, per frame.
        const peaks = up.filter(
          (x, t) => x > (up[t - 1] ?? Infinity) && x > (up[t + 1] ?? Infinity),
        );
        return peaks.length / up.length;
      });
    expect(turns(1.4)).toBeGreaterThan(turns(0.7) * 1.5);
  });

  it('uses the other hand with the given probability', () => {
    const left = (leftHanded: number): number =>
      mean((seed) => {
        const poses = take('wave', seed, { ...calm, leftHanded });
        const height = (side: 'left' | 'right'): number =>
          Math.max(...poses.map((p) => p[side].upperArm[1]));
        return height('left') > height('right') ? 1 : 0;
      });
    expect([left(0), left(1)]).toEqual([0, 1]);
    expect(Math.abs(left(0.5) - 0.5)).toBeLessThan(0.3);
  });

  it('is the same for the same stream, and moves without a jump', () => {
    for (const { name } of actions) {
      const poses = take(name, 5);
      expect(take(name, 5)).toEqual(poses);
      const steps = poses.slice(1).map((p, t) => Math.abs(p.lean - (poses[t] as Pose).lean));
      expect(Math.max(...steps)).toBeLessThan(0.25);
    }
  });
});
