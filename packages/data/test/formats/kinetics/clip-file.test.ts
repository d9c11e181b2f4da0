import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import {
  type KineticsFile,
  type KineticsLabel,
  parseKinetics,
  parseKineticsLabels,
} from '../../../src/index.ts';

interface PersonJson {
  pose: number[];
  score: number[];
}

interface KineticsJson {
  data: { frame_index: number; skeleton: PersonJson[] }[];
  label: string;
  label_index: number;
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const parse = (value: unknown): KineticsFile => parseKinetics(bytesOf(value), 'clip.json');

/** A person whose joints all have this score, and stand at (x, y). */
function person(score: number, x: number, y: number): PersonJson {
  const pose = Array.from({ length: 36 }, (_, i) => (i % 2 === 0 ? x : y));
  return { pose, score: Array<number>(18).fill(score) };
}

function file(...frames: readonly (readonly PersonJson[])[]): KineticsJson {
  const data = frames.map((skeleton, i) => ({ frame_index: i, skeleton: [...skeleton] }));
  return { data, label: 'clapping', label_index: 57 };
}

/** x, y, score of joint v of person m in frame t. */
function at({ clip }: KineticsFile, t: number, v: number, m: number): readonly number[] {
  const T = clip.shape[1];
  return [0, 1, 2].map((c) => clip.data[((c * T + t) * 18 + v) * 2 + m] as number);
}

/** The message for a good file after a change. */
function complaint(change: (value: KineticsJson) => unknown): string {
  const value = file([person(0.5, 0.25, 0.75), person(0.25, 0.5, 0.5)], []);
  try {
    parse(change(value) ?? value);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return 'nothing';
}

describe('parseKinetics', () => {
  it('centres x and y on the image, turns y upwards and keeps the score', () => {
    const read = parse(file([person(0.5, 0.25, 0.125)]));
    expect(read.label).toBe(57);
    expect(read.clip.shape).toEqual([3, 1, 18, 2]);
    for (const v of [0, 7, 17]) expect(at(read, 0, v, 0)).toEqual([-0.25, 0.375, 0.5]);
    expect(at(read, 0, 3, 1)).toEqual([0, 0, 0]);
  });

  it('leaves a joint of score 0 zero', () => {
    const one = person(0.5, 0.25, 0.125);
    one.score[4] = 0;
    const read = parse(file([one]));
    expect(at(read, 0, 4, 0)).toEqual([0, 0, 0]);
    expect(at(read, 0, 5, 0)).toEqual([-0.25, 0.375, 0.5]);
  });

  it('takes x and y of joint v from places 2v and 2v + 1', () => {
    const one = person(0.5, 0, 0);
    one.pose = Array.from({ length: 36 }, (_, i) => i / 64);
    const read = parse(file([one]));
    for (let v = 0; v < 18; v++) {
      expect(at(read, 0, v, 0)).toEqual([v / 32 - 0.5, 0.5 - (2 * v + 1) / 64, 0.5]);
    }
  });

  it('keeps in each frame the two of the largest mean score of the first five persons', () => {
    const score = fc.integer({ min: 1, max: 64 }).map((n) => n / 64);
    const frame = fc.array(score, { maxLength: 8 });
    const property = fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), (frames) => {
      const read = parse(file(...frames.map((scores) => scores.map((s) => person(s, 0.75, 0.5)))));
      frames.forEach((scores, t) => {
        const best = scores.slice(0, 5).sort((a, b) => b - a);
        for (const m of [0, 1]) {
          const expected = best[m] === undefined ? [0, 0, 0] : [0.25, 0, best[m]];
          expect(at(read, t, 9, m)).toEqual(expected);
        }
      });
    });
    fc.assert(property, { seed: 1, numRuns: 50 });
  });

  it('stores a frame at its index, and drops frames from 300', () => {
    const value = file([person(0.5, 0.75, 0.5)], [person(0.25, 0.75, 0.5)]);
    value.data[0]!.frame_index = 1;
    value.data[1]!.frame_index = 4;
    const read = parse(value);
    expect(read.clip.shape[1]).toBe(5);
    expect([0, 1, 2, 3, 4].map((t) => at(read, t, 0, 0)[2])).toEqual([0, 0.5, 0, 0, 0.25]);
    value.data[1]!.frame_index = 300;
    expect(parse(value).clip.shape[1]).toBe(300);
    expect(at(parse(value), 299, 0, 0)).toEqual([0, 0, 0]);
  });

  it.each<[string, (value: KineticsJson) => unknown, string]>([
    ['no object', () => [], 'expected a JSON object, got a list of 0'],
    ['no class', (f) => ({ ...f, label_index: -1 }), 'label_index: expected a class, got -1'],
    ['no frames', (f) => ({ ...f, data: [] }), 'expected at least one frame, got none'],
    ['no list', (f) => ({ ...f, data: {} }), 'data: expected a list, got an object'],
    [
      'a frame twice',
      (f) => void (f.data[1]!.frame_index = 0),
      'expected each frame_index once, got 0 twice',
    ],
    [
      'half a frame',
      (f) => void (f.data[1]!.frame_index = 0.5),
      'data 1: expected a frame_index of at least 0, got 0.5',
    ],
    [
      '17 joints',
      (f) => void f.data[0]!.skeleton[1]!.score.pop(),
      'score of person 1 of data 0: expected a list of 18, got a list of 17',
    ],
    [
      'coordinates in threes',
      (f) => void f.data[0]!.skeleton[1]!.pose.push(...Array<number>(18).fill(0)),
      'pose of person 1 of data 0: expected a list of 36, got a list of 54',
    ],
    [
      'null',
      (f) => void (f.data[0]!.skeleton[0]!.pose[7] = NaN),
      'pose 7 of person 0 of data 0: expected a finite number, got null',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(complaint(change)).toContain(message);
  });
});

describe('parseKineticsLabels', () => {
  const good = {
    '---QUuC4vJs': { has_skeleton: true, label: 'testifying', label_index: 354 },
    '--3ouPhoy2A': { has_skeleton: false, label: 'eating spaghetti', label_index: 116 },
  };
  const read = (value: unknown): ReadonlyMap<string, KineticsLabel> =>
    parseKineticsLabels(bytesOf(value), 'labels.json');

  it('reads classes, their names, and clips without a skeleton', () => {
    expect([...read(good)]).toEqual([
      ['---QUuC4vJs', { label: 354, name: 'testifying', hasSkeleton: true }],
      ['--3ouPhoy2A', { label: 116, name: 'eating spaghetti', hasSkeleton: false }],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no label', {}, 'expected at least one label, got none'],
    ['a list', [], 'expected a JSON object, got a list of 0'],
    ['no entry', { a: 3 }, '"a": expected an object, got 3'],
    [
      'a class beyond 400',
      { a: { has_skeleton: true, label: 'x', label_index: 400 } },
      'label_index of "a": expected a class below 400, got 400',
    ],
    [
      'no flag',
      { a: { label: 'x', label_index: 3 } },
      '"a": expected a label and has_skeleton, got "x" and nothing',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => read(value)).toThrow(message);
  });
});
