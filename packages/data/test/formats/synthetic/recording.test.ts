import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { kinectV2 } from '@halp/skeleton';
import {
  normaliseClip,
  type NtuName,
  parseNtuName,
  type Recording,
  selectBodies,
  syntheticClasses,
  syntheticNames,
  syntheticRecording,
} from '../../../src/index.ts';

const record = (name: string, seed = 0): Recording =>
  syntheticRecording(parseNtuName(name) as NtuName, createRandom(seed));

describe('syntheticNames', () => {
  it('are 16 actions of 10 performers before 3 cameras, twice, sorted, each once', () => {
    const names = syntheticNames();
    expect(names).toHaveLength(16 * 10 * 3 * 2);
    expect(new Set(names).size).toBe(960);
    expect(names).toEqual([...names].sort());
    const facts = names.map((name) => parseNtuName(name) as NtuName);
    expect(new Set(facts.map((name) => name.action)).size).toBe(syntheticClasses.length);
    expect(new Set(facts.map((name) => name.subject)).size).toBe(10);
    expect(new Set(facts.map((name) => name.camera)).size).toBe(3);
  });

  it('grow with performers and replications', () => {
    expect(syntheticNames({ performers: 2, replications: 3 })).toHaveLength(16 * 2 * 3 * 3);
  });

  it('have both parts of the performers in both setups', () => {
    const facts = syntheticNames().map((name) => parseNtuName(name) as NtuName);
    expect(new Set(facts.map(({ subject, setup }) => `${subject % 2} ${setup}`)).size).toBe(4);
  });

  it.each([{ performers: 1 }, { performers: 2.5 }, { replications: 0 }, { replications: NaN }])(
    'are refused for %j',
    (size) => {
      expect(() => syntheticNames(size)).toThrow(RangeError);
    },
  );
});

describe('syntheticRecording', () => {
  it('has 25 joints, 40 to 100 frames, one body, and two in the classes for two', () => {
    for (const [name, bodies] of [
      ['S001C001P001R001A003', 1],
      ['S001C002P004R001A015', 2],
      ['S002C003P007R001A016', 2],
    ] as const) {
      const { joints, frames } = record(name);
      expect(joints).toBe(25);
      expect(frames.length).toBeGreaterThanOrEqual(40);
      expect(frames.length).toBeLessThanOrEqual(100);
      expect(Math.max(...frames.map((frame) => frame.length))).toBe(bodies);
    }
  });

  it('is the same for the same seed and name, and another for another', () => {
    const name = 'S001C001P001R001A003';
    expect(record(name)).toEqual(record(name));
    expect(record(name, 1)).not.toEqual(record(name));
    expect(record('S001C002P001R001A003')).not.toEqual(record(name));
  });

  it('is exactly this one for seed 0, on every machine', () => {
    const { frames } = record('S001C001P001R001A003');
    const head = frames[10]?.[0]?.joints.subarray(9, 12) ?? [];
    expect([frames.length, ...head]).toEqual([74, -0.042454, 0.837956, 2.80418]);
  });

  it('does not depend on what was made before', () => {
    const rng = createRandom(0);
    const name = parseNtuName('S001C001P001R001A003') as NtuName;
    syntheticRecording({ ...name, action: 7 }, rng);
    expect(syntheticRecording(name, rng)).toEqual(syntheticRecording(name, createRandom(0)));
  });

  it('stands before the camera: everybody within reach, and the head above the feet', () => {
    for (const name of syntheticNames().filter((_, i) => i % 31 === 0)) {
      for (const { joints } of record(name).frames.flat()) {
        const [head, foot] = [3, 15].map((v) => [...joints.subarray(v * 3, v * 3 + 3)]);
        expect(head?.[1] as number).toBeGreaterThan(foot?.[1] as number);
        expect(head?.[2] as number).toBeGreaterThan(1.5);
        expect(head?.[2] as number).toBeLessThan(5);
      }
    }
  });

  it('sometimes has a few empty frames, also at the start', () => {
    const some = syntheticNames().filter((_, i) => i % 2 === 0);
    const gaps = some.map((name) => {
      const empty = record(name).frames.map((frame) => frame.length === 0);
      return { count: empty.filter(Boolean).length, first: empty[0] };
    });
    const share = gaps.filter(({ count }) => count > 0).length / gaps.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.25);
    expect(Math.max(...gaps.map(({ count }) => count))).toBe(3);
    expect(gaps.some(({ first }) => first)).toBe(true);
  });

  it('is a clip that can be normalised, with the spine up and the shoulders along x', () => {
    const clip = selectBodies(record('S001C001P001R001A003'), 2);
    const { data, shape } = normaliseClip(clip, kinectV2, { fillTo: 100 });
    const coordinate = (c: number, v: number): number =>
      data[(c * shape[1] * shape[2] + v) * shape[3]] as number;
    expect([0, 1, 2].map((c) => coordinate(c, 1))).toEqual([0, 0, 0]);
    expect(coordinate(2, 0)).toBeLessThan(-0.15);
    expect(coordinate(0, 8) - coordinate(0, 4)).toBeGreaterThan(0.2);
  });

  it('refuses an action or a camera that does not exist', () => {
    const name = parseNtuName('S001C001P001R001A003') as NtuName;
    const rng = createRandom(0);
    const message = 'syntheticRecording: expected action 1 to 16 and camera 1 to 3, got';
    expect(() => syntheticRecording({ ...name, action: 17 }, rng)).toThrow(`${message} 17 and 1`);
    expect(() => syntheticRecording({ ...name, camera: 4 }, rng)).toThrow(`${message} 3 and 4`);
  });
});
