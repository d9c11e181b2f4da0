import { describe, expect, it } from 'vitest';
import { coco17, createClip, kinectV1, kinectV2, layoutNames, layoutOf } from '@halp/skeleton';
import { filmstrip } from '@halp/viewer';
import { standing, without } from './body.ts';

const clip = standing(kinectV2, 60);
const labels = (svg: string): string[] =>
  [...svg.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, text]) => text!);
const count = (text: string, what: RegExp): number => [...text.matchAll(what)].length;

/** Throws unless every tag that is opened is closed, in order, and every attribute is quoted. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, slash, name, attributes, empty] of svg.matchAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g,
  )) {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name!);
    expect(attributes).not.toContain('NaN');
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<\/?[a-z]+(?: [a-zA-Z:-]+="[^"<]*")*\/?>/g, '')).not.toMatch(/[<]/);
}

describe('filmstrip', () => {
  it('is a well-formed picture of every layout, in the plane and in space', () => {
    for (const name of layoutNames) {
      const layout = layoutOf(name);
      for (const flat of [true, false]) {
        const svg = filmstrip(standing(layout, 12, 2), layout, { flat });
        expectWellFormed(svg);
        expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  });

  it('shows as many frames as asked, the first and the last among them', () => {
    expect(labels(filmstrip(clip, kinectV2))).toEqual([
      'frame 0',
      '8',
      '17',
      '25',
      '34',
      '42',
      '51',
      '59',
    ]);
    expect(labels(filmstrip(clip, kinectV2, { frames: 3 }))).toEqual(['frame 0', '30', '59']);
    expect(labels(filmstrip(standing(kinectV2, 2), kinectV2))).toEqual(['frame 0', '1']);
    expect(labels(filmstrip(clip, kinectV2, { frames: 1 }))).toEqual(['frame 29']);
    expect(labels(filmstrip(clip, kinectV2, { frames: 2, fps: 30 }))).toEqual(['0.00 s', '1.97 s']);
  });

  it('shows no frames before the first or after the last with a person', () => {
    const padded = createClip([3, 30, 25, 1]);
    for (let c = 0; c < 3; c++)
      padded.data.set(clip.data.subarray(c * 60 * 25, c * 60 * 25 + 250), (c * 30 + 5) * 25);
    expect(labels(filmstrip(padded, kinectV2, { frames: 2 }))).toEqual(['frame 5', '14']);
  });

  it('draws every bone of every person, and leaves out empty persons', () => {
    const bones = (svg: string): number =>
      [...svg.matchAll(/<path class="p\d[lmr]" d="(M[^"]*)"/g)].reduce(
        (total, [, path]) => total + count(path!, /L/g),
        0,
      );
    const two = standing(kinectV2, 4, 2);
    expect(bones(filmstrip(clip, kinectV2, { frames: 4 }))).toBe(4 * 24);
    expect(bones(filmstrip(two, kinectV2))).toBe(4 * 2 * 24);
    const second = filmstrip(without(two, 0), kinectV2);
    expect(bones(second)).toBe(4 * 24);
    expect(second).toContain('person 1, left');
    expect(second).not.toContain('person 0');
    // Sixteen bones, and the lines between shoulders and between hips.
    expect(bones(filmstrip(standing(coco17, 1), coco17))).toBe(18);
  });

  it('shifts whole frames, and only horizontally', () => {
    const walking = createClip(clip.shape, clip.data.slice());
    for (let t = 0; t < 60; t++) for (let v = 0; v < 25; v++) walking.data[t * 25 + v]! += t / 20;
    const heads = (svg: string): string[][] =>
      [...svg.matchAll(/<circle[^>]* cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => [x!, y!]);
    const walk = heads(filmstrip(walking, kinectV2, { frames: 3, turn: 0 }));
    expect(new Set(walk.map(([, y]) => y)).size).toBe(1);
    const gaps = walk.slice(1).map(([x], i) => Number(x) - Number(walk[i]![0]));
    expect(Math.abs(gaps[0]! - gaps[1]!)).toBeLessThan(0.3);
  });

  it('describes its contents, and lets no name become markup', () => {
    const title = `</title><script>alert("1")</script>&'`;
    const svg = filmstrip(clip, kinectV2, { title });
    expectWellFormed(svg);
    expect(svg).not.toContain('<script');
    expect(svg).toContain(
      '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;',
    );
    expect(svg).toContain('role="img"');
    expect(svg).toContain(
      '<desc>Frames 0, 8, 17, 25, 34, 42, 51, 59 of 60, side by side: 1 person of 25 joints (kinect-v2), y up.',
    );
    expect(filmstrip(clip, kinectV2, { title: 'a\u0000b' })).toContain('a\ufffdb');
  });

  it('has colours for dark pages and loads nothing', () => {
    const svg = filmstrip(clip, kinectV2);
    expect(svg).toContain('@media(prefers-color-scheme:dark)');
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|href|@import/);
  });

  it('states that a clip is empty', () => {
    const svg = filmstrip(createClip([3, 9, 25, 2]), kinectV2, { title: 'nothing' });
    expectWellFormed(svg);
    expect(labels(svg)).toEqual(['nobody in this clip']);
    expect(svg).toContain('9 frames of 25 joints (kinect-v2), all empty.');
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  it('refuses NaN, another layout, and options out of range', () => {
    const broken = createClip(clip.shape, clip.data.slice());
    broken.data[3] = NaN;
    expect(() => filmstrip(broken, kinectV2)).toThrow(
      'filmstrip: expected finite coordinates, got NaN or infinity at frame 0, joint 3 (head)',
    );
    expect(() => filmstrip(clip, kinectV1)).toThrow('filmstrip: expected 20 joints');
    expect(() => filmstrip(clip, kinectV2, { frames: 0 })).toThrow('at least 1 frame, got 0');
    expect(() => filmstrip(clip, kinectV2, { turn: NaN })).toThrow('a finite turn, got NaN');
    expect(() => filmstrip(clip, kinectV2, { fps: 0 })).toThrow('fps above 0, got 0');
  });
});
