/**
 * Draws the picture of the root README in a light and a dark version: a clip, two views of it, and the hallucinated
 * positives between their embeddings. The packages compute everything that is drawn.
 * Usage: npm run docs:picture
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { compilePipeline, halpPretrainView } from '@halp/augment';
import { normaliseClip, selectBodies, syntheticRecording } from '@halp/data';
import { writeFileAtomic } from '@halp/files/node';
import { createRandom } from '@halp/random';
import { type Clip, kinectV2 } from '@halp/skeleton';
import { filmstrip } from '@halp/viewer';
import { type Camera, lookAt, project } from '../../docs/live/sphere/camera.ts';
import { type Cell, cellsOf } from '../../docs/live/sphere/cells.ts';
import { keyCount } from '../../docs/live/sphere/keys.ts';
import { computeScene, type Scene } from '../../docs/live/sphere/scene.ts';
import { arc, type Vector } from '../../docs/live/sphere/vectors.ts';

const WIDTH = 800;
const HEIGHT = 404;
/** Center and radius of the sphere. */
const [MIDDLE_X, MIDDLE_Y, RADIUS] = [606, 190, 168];
/** A seed with which no joint of either view is corrupted; half of all views have corrupted joints. */
const SEED = 21;
/** Width of the filmstrips. */
const STRIP = 384;

type Mode = 'light' | 'dark';
type Colour = 'card' | 'text' | 'muted' | 'line' | 'ball' | 'cell' | 'anchor' | 'query' | 'kept';

const colours: Readonly<Record<Mode, Readonly<Record<Colour, string>>>> = {
  light: {
    ...{ card: '#ffffff', text: '#1d2530', muted: '#5f6b7a', line: '#a9b1bc', ball: '#f3f5f8' },
    ...{ cell: '#dcebf8', anchor: '#1c66ab', query: '#8d3f83', kept: '#0a8a63' },
  },
  dark: {
    ...{ card: '#171c22', text: '#e7eaee', muted: '#9aa5b3', line: '#5b6470', ball: '#20262d' },
    ...{ cell: '#1d3a55', anchor: '#7cbcf5', query: '#dd94d2', kept: '#3ecb9b' },
  },
};

const words =
  'Above, a clip of a skeleton; below, two views of it, the query q and the key k. Beside them a sphere of embeddings: ' +
  'positives that move from k towards the other prototypes, no further than the boundary of the cell of the nearest one.';

await tf.setBackend('cpu');
const clips = await clipAndViews();
const settings = { seed: 0, prototypes: 12, boundary: 'exact' } as const;
const anchor = firstInFront();
const scenes = [1, 0.8, 0.6, 0.4, 0.2, 0].map((lambda) =>
  computeScene({ ...settings, anchor, count: 60, lambda }),
);
for (const mode of ['light', 'dark'] as const) {
  const bytes = new TextEncoder().encode(picture(mode));
  await writeFileAtomic(`docs/public/picture-${mode}.svg`, bytes);
  console.log(`docs/public/picture-${mode}.svg: ${(bytes.length / 1000).toFixed(0)} kB`);
}

/** The first key whose whole cell is on the visible side of the sphere. */
function firstInFront(): number {
  for (let anchor = 0; anchor < keyCount; anchor++) {
    const scene = computeScene({ ...settings, anchor, count: 1, lambda: 1 });
    const { rim } = cellsOf(scene.prototypes)[scene.nearest] as Cell;
    const camera = cameraOf(scene);
    if (rim.every((point) => project(camera, point)[2] > 0.2)) return anchor;
  }
  throw new Error('expected a key whose whole cell is visible, got none');
}

function cameraOf(scene: Scene): Camera {
  return lookAt(scene.prototypes[scene.nearest] as Vector);
}

async function clipAndViews(): Promise<readonly (readonly [caption: string, clip: Clip])[]> {
  const name = { setup: 1, camera: 2, subject: 1, replication: 1, action: 7 };
  const raw = selectBodies(syntheticRecording(name, createRandom(0)), 1);
  const clip = normaliseClip(raw, kinectV2, { fillTo: raw.shape[1] });
  const view = await compilePipeline(halpPretrainView());
  const rng = createRandom(SEED);
  return [
    ['a clip', clip],
    ['a view of it, the query q', view(clip, rng.fork('query'))],
    ['another, the key k', view(clip, rng.fork('key'))],
  ];
}

function picture(mode: Mode): string {
  const colour = colours[mode];
  const rules = Object.entries(colour).map(([name, value]) => `.${name}{fill:${value}}`);
  const strokes = Object.entries(colour).map(
    ([name, value]) => `.s-${name}{stroke:${value};fill:none}`,
  );
  const [first] = scenes as [Scene, ...Scene[]];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words}">
<style>${[...rules, ...strokes].join('')}text.word{font:15px system-ui,-apple-system,'Segoe UI',sans-serif}.name{font-weight:600}${motion()}</style>
<rect class="card" width="${WIDTH}" height="${HEIGHT}" rx="10"/>
${clips.map(([caption, clip], i) => strip(caption, clip, 8 + 130 * i, mode)).join('\n')}
<circle class="ball" cx="${MIDDLE_X}" cy="${MIDDLE_Y}" r="${RADIUS}"/>
${sphere(first)}
<circle class="s-line" cx="${MIDDLE_X}" cy="${MIDDLE_Y}" r="${RADIUS}"/>
${legend()}
</svg>
`;
}

/** A filmstrip in the colours of one mode, without a legend. */
function strip(caption: string, clip: Clip, y: number, mode: Mode): string {
  const made = filmstrip(clip, kinectV2, { frames: 5, up: 'z' });
  const [, width = '1'] = /viewBox="0 0 (\d+)/.exec(made) ?? [];
  const inner = made
    .replace(/<title>.*?<\/title>\s*<desc>.*?<\/desc>\s*/s, '')
    .replace('prefers-color-scheme:dark', mode === 'dark' ? 'min-width:0' : 'max-width:0')
    .replace(
      /^<svg [^>]*>/,
      `<svg class="halp-filmstrip" x="8" y="${y + 18}" width="${STRIP}" height="106" viewBox="0 8 ${width} 212" preserveAspectRatio="xMinYMid meet">`,
    )
    .replace(/<rect class="card"[^>]*>/, '')
    .replace(/<text class="label".*?<\/text>/g, '')
    .replace(/<g transform=.*?<\/g>/g, '')
    .trim();
  return `<text class="word text" x="20" y="${y + 18}">${caption}</text>${inner}`;
}

/** Everything on the visible side of the sphere. */
function sphere(scene: Scene): string {
  const camera = cameraOf(scene);
  const place = (point: Vector): readonly [number, number, number] => {
    const [right, up, near] = project(camera, point);
    return [round(MIDDLE_X + RADIUS * right), round(MIDDLE_Y - RADIUS * up), near];
  };
  const isSeen = (point: Vector): boolean => place(point)[2] >= 0;
  const path = (points: readonly Vector[]): string => {
    const runs: string[] = [];
    points.forEach((point, i) => {
      if (!isSeen(point)) return;
      const before = points[i - 1];
      const [x, y] = place(point);
      runs.push(`${before !== undefined && isSeen(before) ? 'L' : 'M'}${x} ${y}`);
    });
    return runs.join('');
  };
  const cells = cellsOf(scene.prototypes);
  const own = cells[scene.nearest] as Cell;
  const dot = (point: Vector, kind: string, r: number): string => {
    const [x, y] = place(point);
    return `<circle class="${kind}" cx="${x}" cy="${y}" r="${r}"/>`;
  };
  const named = (point: Vector, kind: string, text: string): string => {
    const [x, y] = place(point);
    return `<text class="word name ${kind}" x="${x + 10}" y="${y - 8}">${text}</text>`;
  };
  const every = <Item>(items: readonly Item[], n: number): Item[] =>
    items.filter((_, i) => i % n === 0);
  return [
    `<path class="cell" d="${path(every(own.rim, 4))}Z"/>`,
    ...cells.map(
      ({ rim }) => `<path class="s-line" d="${path([...every(rim, 4), rim[0] as Vector])}"/>`,
    ),
    ...scene.keys.filter(isSeen).map((key) => dot(key, 'line', 2.4)),
    ...scene.arcs.map(
      ({ stop }) => `<path class="s-muted" d="${path(arc(scene.key, stop, 12))}"/>`,
    ),
    ...scene.prototypes.filter(isSeen).map((prototype) => {
      const [x, y] = place(prototype);
      const kind = prototype === scene.prototypes[scene.nearest] ? 's-anchor' : 's-text';
      return `<path class="card ${kind}" stroke-width="2" d="M${x} ${y - 6}l6 6l-6 6l-6 -6Z"/>`;
    }),
    ...scene.positives.map((_, i) => `<circle class="kept m${i}" r="3.2"/>`),
    dot(scene.query, 'query', 6),
    dot(scene.key, 'anchor', 6),
    named(scene.query, 'query', 'q'),
    named(scene.key, 'anchor', 'k'),
    named(scene.prototypes[scene.nearest] as Vector, 'anchor', 'p₀'),
  ].join('\n');
}

/** The positives, moving from λ = 1 to λ = 0 and back. */
function motion(): string {
  const camera = cameraOf(scenes[0] as Scene);
  const at = (scene: Scene, i: number): string => {
    const [right, up] = project(camera, (scene.positives[i] as Scene['positives'][number]).at);
    return `translate(${round(MIDDLE_X + RADIUS * right)}px,${round(MIDDLE_Y - RADIUS * up)}px)`;
  };
  const frames = (scenes[0] as Scene).positives.map((_, i) => {
    const steps = scenes.map(
      (scene, k) => `${(100 * k) / (scenes.length - 1)}%{transform:${at(scene, i)}}`,
    );
    const still = at(scenes[1] as Scene, i);
    return `@keyframes a${i}{${steps.join('')}}.m${i}{transform:${still};animation:a${i} 4s ease-in-out infinite alternate}`;
  });
  return `${frames.join('')}@media(prefers-reduced-motion:reduce){.kept{animation:none!important}}`;
}

function legend(): string {
  const y = HEIGHT - 18;
  return [
    `<circle class="kept" cx="420" cy="${y - 5}" r="4"/><text class="word text" x="430" y="${y}">positives</text>`,
    `<path class="s-text" stroke-width="2" d="M512 ${y - 11}l6 6l-6 6l-6 -6Z"/><text class="word text" x="524" y="${y}">prototypes</text>`,
    `<rect class="cell" x="612" y="${y - 11}" width="14" height="12" rx="3"/><text class="word text" x="632" y="${y}">nearest to p₀</text>`,
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
