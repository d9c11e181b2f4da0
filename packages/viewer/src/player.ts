import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import {
  expectClip,
  expectLayout,
  expectObject,
  expectOptions,
  gotText,
  type OptionNames,
} from '@halp/skeleton/check';
import { type ClipPoints, isFlat, pointsOf } from './clip-points.ts';
import { personColourCount } from './colours.ts';
import { encodePoses, posesOf, reachOf } from './encode.ts';
import { escapeMarkup } from './escape.ts';
import { figureOf, headRadius } from './figure.ts';
import { decodeClip, drawFrame, type PageData } from './page-draw.ts';
import { startPage } from './page-start.ts';
import { pageStyle } from './page-style.ts';
import { project } from './project.ts';
import { seenFrom, type Up, viewOf } from './view.ts';

/** A clip and its caption. */
export interface PlayerClip {
  /** The clip. */
  readonly clip: Clip;
  /** The caption, such as the name of the clip, its class, or its augmentation. */
  readonly caption: string;
}

/** Options of {@link player}. */
export interface PlayerOptions {
  /** The heading of the page. Default: 'Skeleton clip'. */
  readonly title?: string;
  /** Frames a second of the longest clip at normal speed. Default: 30, the rate of a Kinect. */
  readonly fps?: number;
  /** The axis that points up. Default: the one of y, z and -y along which trunks point. */
  readonly up?: Up | undefined;
  /** Whether the clips are 2D. Default: as in a filmstrip. */
  readonly flat?: boolean | undefined;
}

const optionNames: OptionNames<PlayerOptions> = { title: true, fps: true, up: true, flat: true };

/**
 * The text of a web page that plays clips side by side: play and pause, scrub, speed, turn by drag and
 * keys, zoom. It needs no server and loads nothing: scripts, styles and data are inside.
 *
 * All clips are turned and zoomed together, drawn at one scale, each around its own middle, and viewed
 * from the direction in which the first one shows most. Clips of different lengths all play in the time of the
 * longest. Empty persons are left out, and so is a joint at exactly zero, unless the clip is centred
 * on it. Coordinates are kept in steps of 1 / 32767 of a clip's largest.
 *
 * @throws RangeError if there is no clip, a clip does not have the joints of `layout` or holds NaN or an
 * infinity, or an option is out of its range.
 *
 * @example
 * ```ts
 * const clips = [
 *   { clip, caption: 'before' },
 *   { clip: view(clip, rng), caption: 'after' },
 * ];
 * await writeFile('clip.html', player(clips, kinectV2, { title: 'S001 drink water' }));
 * ```
 */
export function player(
  clips: readonly PlayerClip[],
  skeleton: Layout | LayoutName,
  options: PlayerOptions = {},
): string {
  // As unknown: for a readonly list, isArray narrows to any.
  const list: unknown = clips;
  if (!Array.isArray(list)) {
    throw new TypeError(
      `player: expected a list of clips { clip, caption }, got ${gotText(clips)}`,
    );
  }
  for (const entry of clips) {
    expectObject('player', entry, 'a list of clips { clip, caption }');
    expectClip('player', entry.clip);
    if (typeof entry.caption !== 'string') {
      throw new TypeError(
        `player: expected a caption with every clip, got ${gotText(entry.caption)}`,
      );
    }
  }
  const layout = expectLayout('player', skeleton);
  const { title = 'Skeleton clip', fps = 30, up } = expectOptions('player', options, optionNames);
  if (clips.length === 0) throw new RangeError('player: expected at least one clip, got none');
  if (!(Number.isFinite(fps) && fps > 0)) {
    throw new RangeError(`player: expected fps above 0, got ${gotText(fps)}`);
  }
  const { flat = clips.some(({ clip }) => isFlat(layout, clip.shape[0])) } = options;
  const read = clips.map(({ clip }, i) => pointsOf(clip, layout, flat, `player: clip ${i}`));
  const lead = (read.find(({ persons }) => persons.length > 0) ?? read[0]) as ClipPoints;
  const view = viewOf(lead, layout, flat, up);
  const poses = read.map((points) => posesOf(points, (point) => seenFrom(view, point)));
  const reach = poses.map(reachOf);
  const head = headRadius(lead, layout);
  const largest = (sizes: readonly number[]): number => Math.max(...sizes) || 1;
  const data: PageData = {
    clips: poses.map((pose) => encodePoses(pose, head)),
    joints: layout.joints.length,
    figure: figureOf(layout),
    colours: personColourCount,
    across: largest(reach.map(({ across }) => across)),
    upright: largest(reach.map(({ upright }) => upright + head)),
    fps,
    flat,
    start: flat ? [0, 0] : [0.35, 0.14],
  };
  const persons = [...new Set(read.flatMap((points) => points.persons))].sort((a, b) => a - b);
  return html(title, data, stages(clips, layout, data), legend(persons));
}

function stages(
  clips: readonly PlayerClip[],
  layout: Layout,
  { clips: encoded }: PageData,
): string {
  return clips
    .map(({ clip, caption }, i) => {
      const persons = encoded[i]?.persons.length ?? 0;
      const people = persons === 1 ? '1 person' : `${persons} persons`;
      const facts = `${framesOf(clip, encoded[i]?.frames ?? 0)}, ${people}, ${layout.name}`;
      const label = escapeMarkup(`${caption}: ${facts}`);
      const nobody = persons === 0 ? '<p>nobody in this clip</p>' : '';
      return `<figure>
<figcaption>${escapeMarkup(caption)}<small>${facts}</small></figcaption>
<div class="stage"><canvas${i === 0 ? ' tabindex="0"' : ''} role="img" aria-label="${label}"></canvas>${nobody}</div>
</figure>`;
    })
    .join('\n');
}

function framesOf({ shape: [, T] }: Clip, shown: number): string {
  return shown === T ? `${T} frames` : `${shown} of ${T} frames, the rest empty`;
}

function legend(persons: readonly number[]): string {
  return persons
    .map((person) => {
      const tone = `--p${person % personColourCount}`;
      return `<li><i style="background:var(${tone}-left)"></i>person ${person}, left<i style="background:var(${tone}-right)"></i>right</li>`;
    })
    .join('');
}

function html(title: string, data: PageData, main: string, persons: string): string {
  // Numbers and base64 only: names are escaped in the markup, and never in the script.
  const json = JSON.stringify(data);
  const turning = data.flat
    ? ''
    : 'Drag or <kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> to turn. ';
  // Bundlers that keep function names insert calls of __name.
  const script = `{const __name=(f)=>f;(${startPage.toString()})(${json},${decodeClip.toString()},${drawFrame.toString()},${project.toString()})}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title>
<style>${pageStyle()}</style>
</head>
<body${data.flat ? ' class="flat"' : ''}>
<header><h1>${escapeMarkup(title)}</h1><ul class="legend">${persons}</ul></header>
<main>
${main}
</main>
<footer>
<button id="play" type="button" aria-label="Play"><svg class="go" viewBox="0 0 18 18" aria-hidden="true"><path d="M4 2.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8a.8.8 0 0 0-1.2.7z"/></svg><svg class="wait" viewBox="0 0 18 18" aria-hidden="true"><path d="M4 2h3.4v14H4zM10.6 2H14v14h-3.4z"/></svg></button>
<input id="time" type="range" min="0" step="1" value="0" aria-label="Frame">
<output id="readout" for="time" aria-live="off"></output>
<select id="speed" aria-label="Speed"><option value="0.1">0.1 ×</option><option value="0.25">¼ ×</option><option value="0.5">½ ×</option><option value="1" selected>1 ×</option><option value="2">2 ×</option></select>
<button id="farther" type="button" aria-label="Zoom out">−</button>
<button id="closer" type="button" aria-label="Zoom in">+</button>
<button id="reset" type="button" aria-label="Reset the view">Reset</button>
<p class="help">${turning}<kbd>space</kbd> plays, <kbd>,</kbd> <kbd>.</kbd> step by a frame, <kbd>+</kbd> <kbd>−</kbd> zoom, <kbd>0</kbd> resets the view.</p>
</footer>
<script>${script}</script>
</body>
</html>
`;
}
