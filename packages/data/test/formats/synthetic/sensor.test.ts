import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { addSensorErrors, project } from '../../../src/formats/synthetic/sensor.ts';

/** (left, up, forward) of one joint in one frame. */
const joint = (...point: readonly number[]): Float64Array[] => [Float64Array.from(point)];
const still = (yaw: number): { yaw: () => number; distance: number; height: number } => ({
  yaw: () => yaw,
  distance: 3,
  height: 1,
});
const rounded = (track: readonly Float64Array[]): readonly number[] =>
  [...(track[0] as Float64Array)].map((x) => Math.round(x * 1e9) / 1e9 + 0);

describe('project', () => {
  it('sees who faces it: left at negative x, forward towards the camera', () => {
    const seen = project({ joints: joint(0.25, 1.5, 0.5), facing: 1, place: 0 }, still(0));
    expect(rounded(seen)).toEqual([-0.25, 0.5, 2.5]);
  });

  it('sees from the side after a quarter turn', () => {
    const seen = project({ joints: joint(0.25, 1, 0.5), facing: 1, place: 0 }, still(Math.PI / 2));
    expect(rounded(seen)).toEqual([-0.5, 0, 3.25]);
  });

  it('puts two who face each other on either side of the middle', () => {
    const ahead = joint(0.1, 1, 0);
    const first = project({ joints: ahead, facing: 1, place: -0.5 }, still(0));
    const second = project({ joints: ahead, facing: -1, place: 0.5 }, still(0));
    expect(rounded(first)).toEqual([-0.1, 0, 3.5]);
    expect(rounded(second)).toEqual([0.1, 0, 2.5]);
  });
});

describe('addSensorErrors', () => {
  const track = Array.from({ length: 60 }, () => new Float64Array(75).fill(1.5));

  it('strays by millimetres most of the time, and further where a limb is lost', () => {
    const errors = Array.from({ length: 20 }, (_, seed) =>
      addSensorErrors(track, createRandom(seed)),
    )
      .flatMap((frames) => frames.flatMap((frame) => [...frame]))
      .map((x) => Math.abs(x - 1.5))
      .sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.01);
    expect(errors.at(-1)).toBeGreaterThan(0.1);
    expect(errors.at(-1)).toBeLessThan(2);
  });

  it('never loses the trunk', () => {
    for (let seed = 0; seed < 20; seed++) {
      // Spine base, spine middle, neck, head and both shoulders come first, but for the left arm.
      const trunk = [0, 1, 2, 3, 4, 8, 12, 16, 20];
      const worst = addSensorErrors(track, createRandom(seed)).flatMap((frame) =>
        trunk.flatMap((v) => [0, 1, 2].map((c) => Math.abs((frame[v * 3 + c] as number) - 1.5))),
      );
      expect(Math.max(...worst)).toBeLessThan(0.05);
    }
  });

  it('rounds to a micrometre', () => {
    const [frame] = addSensorErrors(track, createRandom(1)) as [Float64Array];
    expect([...frame].every((x) => x === Math.round(x * 1e6) / 1e6)).toBe(true);
  });
});
