import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExamples } from '@halp/live';
import { clipOfFrames } from '@halp/skeleton';
import { detectionsOf } from '../live/teach/pose/detections.ts';
import { fromRegion, regionOf } from '../live/teach/pose/region.ts';
import { readTeachFile } from '../live/teach/read-file.ts';
import { filmStatus } from '../live/teach/status.ts';

// The long lane tests the page in a browser.
describe('a file on the page of lessons', () => {
  const person = (joints: number, x: number): number[][] =>
    Array.from({ length: joints }, (_, v) => [x, v / 10, 2]);
  const read = (name: string, content: unknown) =>
    readTeachFile(
      new File([typeof content === 'string' ? content : JSON.stringify(content)], name),
    );

  it('is a recording whose number of joints decides the layout', async () => {
    const json = await read('bow.json', [person(33, 1), person(33, 2)]);
    expect(json).toMatchObject({ kind: 'take', take: { layout: 'mediapipe-33', persons: 1 } });
    const csv = await read('bow.csv', [1, 2].map((x) => person(20, x).flat().join(',')).join('\n'));
    expect(csv).toMatchObject({ kind: 'take', take: { name: 'bow', layout: 'kinect-v1' } });
  });

  it('is a recording of the person who moves most', async () => {
    const frames = [0, 1, 2].map((t) => [person(25, 5), person(25, t)]);
    const found = await read('two.json', frames);
    expect(found).toMatchObject({ kind: 'take', take: { persons: 2 } });
    const { clip } = (found as Extract<typeof found, { kind: 'take' }>).take;
    expect(clip.shape).toEqual([3, 3, 25, 1]);
    expect([...clip.data.subarray(0, 75)]).toEqual(
      [0, 1, 2].flatMap((t) => new Array<number>(25).fill(t)),
    );
  });

  it('is a lesson if it has clips', async () => {
    const clip = clipOfFrames([person(25, 1), person(25, 2)]);
    const examples = [{ label: 'bow', clip }];
    const text = formatExamples({ name: 'mine', layout: 'kinect-v2', fps: 30, examples });
    expect(await read('mine.json', text)).toMatchObject({
      kind: 'lesson',
      lesson: { examples, fps: 30 },
    });
  });

  it('is refused in one line if it is none of these', async () => {
    const layouts = 'kinect-v1 20, kinect-v2 25, openpose-18 18, coco-17 17, mediapipe-33 33';
    const cases = [
      ['a.txt', 'x', 'a.txt: expected a recording (.skeleton, .json, .csv), a lesson (.json)'],
      ['a.json', 'x', 'a.json: expected a JSON file, got another text'],
      ['a.json', {}, 'a.json: expected examples { name, layout, fps, clips }, got no clips'],
      [
        'a.json',
        [person(7, 1)],
        `one person with the joints of a layout (${layouts}), got 7 joints`,
      ],
      ['a.csv', '1,2,3,4', 'got 1.33 joints'],
      ['a.json', Array(3601).fill(person(25, 1)), 'expected at most 3600 frames on this page'],
    ] as const;
    for (const [name, content, message] of cases) {
      await expect(read(name, content)).rejects.toThrow(message);
    }
  });
});

describe('the state of a film', () => {
  it('is the first of its problems in one line, or its pace', () => {
    const pace = { poses: 24.6, dropped: 5.4 };
    const good = { isHidden: false, isSeen: true, persons: 1, pace };
    expect(filmStatus(good)).toBe(
      'One person is in view: 25 poses a second, 5 frames a second were left out.',
    );
    expect(filmStatus({ ...good, pace: { poses: 3, dropped: 0 } })).toMatch(
      /^This machine is slow: 3/,
    );
    expect(filmStatus({ ...good, persons: 2 })).toMatch(/^2 persons are in view: only one/);
    expect(filmStatus({ ...good, isSeen: false, persons: 0 })).toMatch(/^Nobody is in view/);
    expect(filmStatus({ ...good, isSeen: false, isHidden: true })).toMatch(
      /^The tab is in the back/,
    );
  });
});

describe('the regions of persons', () => {
  it('are upright squares around the hips that reach beyond the end of the body', () => {
    const coordinate = fc.double({ min: -500, max: 500, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x, y, dx, dy) => {
        fc.pre(Math.hypot(dx, dy) > 1);
        const hips = { x, y };
        const region = regionOf(hips, { x: x + dx, y: y + dy });
        const middle = fromRegion(region, { x: 0.5, y: 0.5 });
        expect(Math.hypot(middle.x - x, middle.y - y)).toBe(0);
        // The end is above the middle, at 1 / 1.25 of the way to the edge.
        const end = fromRegion(region, { x: 0.5, y: 0.5 - 0.5 / 1.25 });
        expect(Math.hypot(end.x - x - dx, end.y - y - dy)).toBeLessThan(1e-9);
      }),
      { seed: 1 },
    );
  });

  it('come from the anchors of a detector, one for each person', () => {
    const output = new Float32Array(2254 * 13).fill(-10);
    // Cell (3, 2) of the 14 × 14 grid, which follows 28 × 28 × 2 anchors; its second anchor.
    const row = (column: number, line: number): number =>
      28 * 28 * 2 + 2 * (14 * line + column) + 1;
    const set = (at: number, logit: number): void =>
      output.set([logit, 0, 0, 56, 56, 22.4, 0, 0, -22.4, 0, 0, 0, 0], 13 * at);
    set(row(3, 2), 2);
    set(row(4, 2), 1);
    set(row(10, 2), 0.5);
    const found = detectionsOf(output);
    expect(found.map(({ score }) => score)).toEqual([2, 0.5].map((x) => 1 / (1 + Math.exp(-x))));
    expect(found[0]?.hips.x).toBeCloseTo(3.5 / 14 + 0.1, 6);
    expect(found[0]?.end.y).toBeCloseTo(2.5 / 14 - 0.1, 6);
  });
});
