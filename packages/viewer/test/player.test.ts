import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { coco17, createClip, kinectV1, kinectV2, layoutNames, layoutOf } from '@halp/skeleton';
import { player } from '@halp/viewer';
import { encodePoses } from '../src/encode.ts';
import { figureOf } from '../src/figure.ts';
import { decodeClip, drawFrame, type PageData } from '../src/page-draw.ts';
import { startPage } from '../src/page-start.ts';
import { project } from '../src/project.ts';
import { standing, without } from './body.ts';

const clip = standing(kinectV2, 40, 2);

/** What the page is told. */
function dataOf(html: string): PageData {
  const script = /<script>(.*)<\/script>/s.exec(html)![1]!;
  const start = script.indexOf('{"clips"');
  return JSON.parse(script.slice(start, script.indexOf(',function', start))) as PageData;
}

describe('player', () => {
  it('is one page that loads nothing and forbids loading', () => {
    const html = player([{ clip, caption: 'a clip' }], kinectV2);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain(
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    );
    expect(html).not.toMatch(/https?:|<link|@import|url\(|src="|fetch\(|XMLHttp|eval\(/);
  });

  it('lets no name become markup or script', () => {
    const evil = `</script></title><img src=x onerror="alert('1')">`;
    const html = player([{ clip, caption: evil }], kinectV2, { title: evil });
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html.match(/<\/title>/g)).toHaveLength(1);
    expect(html.match(/onerror=&quot;alert\(&#39;1&#39;\)&quot;&gt;/g)).toHaveLength(4);
  });

  it('has a captioned canvas for each clip, and states that a clip is empty', () => {
    const html = player(
      [
        { clip, caption: 'before' },
        { clip: createClip([3, 9, 25, 2]), caption: 'after' },
        { clip: without(without(standing(kinectV2, 5), 0, 4), 0, 3), caption: 'short' },
      ],
      kinectV2,
    );
    expect(
      [...html.matchAll(/<figcaption>([^<]*)<small>([^<]*)</g)].map(([, a, b]) => [a, b]),
    ).toEqual([
      ['before', '40 frames, 2 persons, kinect-v2'],
      ['after', '1 of 9 frames, the rest empty, 0 persons, kinect-v2'],
      ['short', '3 of 5 frames, the rest empty, 1 person, kinect-v2'],
    ]);
    expect(html.match(/<canvas/g)).toHaveLength(3);
    expect(html.match(/<canvas tabindex="0"/g)).toHaveLength(1);
    expect(html.match(/<p>nobody in this clip/g)).toHaveLength(1);
    expect(dataOf(html).clips.map(({ frames, persons }) => [frames, persons])).toEqual([
      [40, [0, 1]],
      [1, []],
      [3, [0]],
    ]);
  });

  it('holds the coordinates of the clip in the front view', () => {
    const { clips, flat } = dataOf(
      player([{ clip: standing(kinectV2, 3), caption: '' }], kinectV2),
    );
    const points = decodeClip(clips[0]!);
    const at = (joint: string): number[] => {
      const v = kinectV2.joints.indexOf(joint);
      return [...points.subarray(v * 3, v * 3 + 3)];
    };
    expect(flat).toBe(false);
    expect(at('head')[1]! - at('left foot')[1]!).toBeCloseTo(1.55, 3);
    expect(at('left hand')[0]! - at('right hand')[0]!).toBeCloseTo(0.54, 3);
  });

  it('accepts every layout, and does not turn 2D clips', () => {
    for (const layout of layoutNames.map(layoutOf)) {
      const data = dataOf(player([{ clip: standing(layout, 2), caption: '' }], layout));
      expect(data.flat).toBe(layout.name === 'openpose-18' || layout.name === 'coco-17');
      expect(data.start.some((angle) => angle !== 0)).toBe(!data.flat);
    }
    const html = player([{ clip: standing(coco17, 2), caption: '' }], coco17);
    expect(html).not.toContain('to turn');
  });

  it('is small: 300 frames of two persons in less than 150 kB', () => {
    expect(
      player([{ clip: standing(kinectV2, 300, 2), caption: '' }], kinectV2).length,
    ).toBeLessThan(150_000);
  });

  it('refuses no clips, NaN, another layout and no speed', () => {
    const broken = createClip(clip.shape, clip.data.slice().fill(NaN, 3, 4));
    expect(() => player([], kinectV2)).toThrow('player: expected at least one clip, got none');
    expect(() =>
      player(
        [
          { clip, caption: '' },
          { clip: broken, caption: '' },
        ],
        kinectV2,
      ),
    ).toThrow(
      'player: clip 1: expected finite coordinates, got NaN or infinity at frame 0, joint 1',
    );
    expect(() => player([{ clip, caption: '' }], kinectV1)).toThrow(
      'player: clip 0: expected 20 joints (kinect-v1), got 25',
    );
    expect(() => player([{ clip, caption: '' }], kinectV2, { fps: NaN })).toThrow(
      'player: expected fps above 0, got NaN',
    );
  });
});

describe('the functions that run in the page', () => {
  const data: PageData = {
    clips: [],
    joints: 2,
    figure: { lines: [[1, 0, 1]], sides: [0, 1], head: 0, small: [] },
    colours: 4,
    across: 1,
    upright: 1,
    fps: 30,
    flat: true,
    start: [0, 0],
  };
  const encoded = encodePoses(
    { frames: 2, persons: [1], points: [[0, 1, 0], [0.5, 0, 0], undefined, [0.5, 0, 0]] },
    0.25,
  );

  /** What is drawn: the calls and settings of a pen, in their order. */
  function drawn(draw: typeof drawFrame, frame: number): unknown[][] {
    const calls: unknown[][] = [];
    const pen = new Proxy({} as Parameters<typeof drawFrame>[0], {
      get:
        (_, name) =>
        (...values: number[]) =>
          calls.push([name, ...values.map((value) => Math.round(value * 100) / 100)]),
      set: (_, name, value) => calls.push([name, value]) > 0,
    });
    const colour = (name: string): string => name;
    const look = { yaw: 0, pitch: 0, scale: 100, width: 400, height: 300, colour };
    draw(pen, data, encoded, decodeClip(encoded), frame, look, project);
    return calls;
  }

  it('draw an outlined line, dots, and a head, in the colours of the person', () => {
    const calls = drawn(drawFrame, 0);
    const lines = calls.filter(([name]) => name === 'moveTo' || name === 'lineTo');
    // From (0.5, 0) to (0, 1) at 100 pixels a unit, around (200, 150); first the shorter rim.
    expect(lines).toEqual([
      ['moveTo', 240, 130],
      ['lineTo', 210, 70],
      ['moveTo', 250, 150],
      ['lineTo', 200, 50],
    ]);
    expect(calls.filter(([name]) => name === 'strokeStyle').map(([, value]) => value)).toEqual([
      'card',
      'p1-right',
      'p1-middle',
    ]);
    const arcs = calls.filter(([name]) => name === 'arc').map(([, x, y, r]) => [x, y, r]);
    expect(arcs).toEqual([
      [250, 150, 3.6],
      [200, 50, 25],
    ]);
  });

  it('leave out a joint that was not detected, and the bones that end in it', () => {
    const calls = drawn(drawFrame, 1);
    expect(calls.filter(([name]) => name === 'moveTo')).toEqual([]);
    expect(calls.filter(([name]) => name === 'arc')).toHaveLength(1);
  });

  it('use nothing from their module, so that their text runs alone', () => {
    const alone = <T>(run: T): T =>
      runInNewContext(`const __name = (f) => f; (${String(run)})`, { atob }) as T;
    expect([...alone(decodeClip)(encoded)]).toEqual([...decodeClip(encoded)]);
    expect([...alone(project)([1, 2, 3], 0.3, 0.2)]).toEqual(project([1, 2, 3], 0.3, 0.2));
    expect(drawn(alone(drawFrame), 0)).toEqual(drawn(drawFrame, 0));
    expect(alone(startPage)).toBeTypeOf('function');
    expect(startPage.toString()).not.toMatch(/import|require/);
  });
});

describe('figureOf', () => {
  it('has the bones of the layout, each on its side, and a closed trunk without a spine', () => {
    const kinect = figureOf(kinectV2);
    expect(kinect.lines.map(([a, b]) => [a, b])).toEqual(kinectV2.bones);
    expect(
      kinect.lines.map(([child, , side]) => [kinectV2.joints[child]!.split(' ')[0], side]),
    ).toEqual(
      kinect.lines.map(([child]) => {
        const word = kinectV2.joints[child]!.split(' ')[0]!;
        return [word, word === 'left' ? -1 : word === 'right' ? 1 : 0];
      }),
    );
    expect(kinect.head).toBe(3);
    const coco = figureOf(coco17);
    expect(coco.head).toBeUndefined();
    expect(coco.lines.slice(16)).toEqual([
      [5, 6, 0],
      [11, 12, 0],
    ]);
  });
});
