import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import { expectClip, expectLayout, expectRecord, gotText } from '@halp/skeleton/check';
import { type ClipPoints, isFlat, pointsOf, type Vector } from './clip-points.ts';
import { figureOf, headRadius } from './figure.ts';
import { project } from './project.ts';
import { type Cell, drawStrip } from './strip-svg.ts';
import { seenFrom, type Up, viewOf } from './view.ts';

/** What a filmstrip shows, and from where. */
export interface FilmstripOptions {
  /** How many frames, evenly spread over those with anybody in them; 8 unless given. */
  readonly frames?: number;
  /** A heading, such as the name of the clip and its action. */
  readonly title?: string;
  /** Which axis points up; unless given, the one of y, z and -y along which trunks point. */
  readonly up?: Up;
  /**
   * Whether the clip lies in a plane, channels x and y; unless given, clips of two channels do, and
   * those of openpose-18 and coco-17, whose third channel is a confidence.
   */
  readonly flat?: boolean;
  /** How far the viewer goes round the clip, in radians; 0.35 unless given. Nothing in the plane. */
  readonly turn?: number;
  /** Frames a second; given, the frames are named by their seconds. */
  readonly fps?: number;
}

/** How far the viewer looks down, in radians. */
const tilt = 0.12;

/**
 * A picture of a clip as the text of an SVG: some of its frames side by side, all to one scale, each
 * moved sideways so that its persons stand in its middle; heights compare between frames.
 *
 * Persons differ in hue, the sides of a body in shade. Colours follow a dark page. Empty persons are
 * left out, and so is a joint at exactly zero, which was not seen, unless the clip is centred on it.
 * The text carries a title and a description and names no file outside itself.
 *
 * @throws RangeError if the clip has not the joints of `layout`, holds NaN or an infinity, or an option
 * is out of its range.
 *
 * @example
 * ```ts
 * await writeFile('clip.svg', filmstrip(clip, kinectV2, { frames: 6, title: 'S001 drink water' }));
 * ```
 */
export function filmstrip(
  clip: Clip,
  skeleton: Layout | LayoutName,
  options: FilmstripOptions = {},
): string {
  expectClip('filmstrip', clip);
  const layout = expectLayout('filmstrip', skeleton);
  expectRecord('filmstrip', 'an object with options', options);
  const { frames = 8, turn = 0.35, title = '', fps } = options;
  if (!Number.isInteger(frames) || frames < 1) {
    throw new RangeError(`filmstrip: expected at least 1 frame, got ${gotText(frames)}`);
  }
  if (!Number.isFinite(turn))
    throw new RangeError(`filmstrip: expected a finite turn, got ${gotText(turn)}`);
  if (fps !== undefined && !(Number.isFinite(fps) && fps > 0)) {
    throw new RangeError(`filmstrip: expected fps above 0, got ${gotText(fps)}`);
  }
  const { flat = isFlat(layout, clip.shape[0]) } = options;
  const points = pointsOf(clip, layout, flat, 'filmstrip');
  const view = viewOf(points, layout, flat, options.up);
  const [yaw, pitch] = flat ? [0, 0] : [turn, tilt];
  const look = (point: Vector): Vector => project(seenFrom(view, point), yaw, pitch);
  const numbers = frameNumbers(points, frames);
  const cells = numbers.map((frame) => cellOf(points, frame, look));
  return drawStrip(cells, figureOf(layout), headRadius(points, layout), {
    title,
    labels: numbers.map((frame) =>
      fps === undefined ? `${frame}` : `${(frame / fps).toFixed(2)} s`,
    ),
    unit: fps === undefined ? 'frame ' : '',
    persons: points.persons,
    description: describe(points, layout, numbers, view.up),
  });
}

/** `count` frames, evenly spread from the first to the last in which somebody is there. */
function frameNumbers({ shown }: ClipPoints, count: number): readonly number[] {
  if (shown === undefined) return [];
  const [first, last] = shown;
  const shownFrames = Math.min(count, last - first + 1);
  if (shownFrames === 1) return [Math.floor((first + last) / 2)];
  return Array.from({ length: shownFrames }, (_, i) =>
    Math.round(first + (i * (last - first)) / (shownFrames - 1)),
  );
}

function cellOf(points: ClipPoints, frame: number, look: (point: Vector) => Vector): Cell {
  const persons = points.persons.map((person) =>
    Array.from({ length: points.joints }, (_, joint) => {
      const point = points.at(frame, joint, person);
      return point && look(point);
    }),
  );
  const seen = persons.flat().filter((point) => point !== undefined);
  const [xs, ys] = [seen.map(([x]) => x), seen.map(([, y]) => y)];
  return {
    persons,
    left: Math.min(...xs),
    right: Math.max(...xs),
    bottom: Math.min(...ys),
    top: Math.max(...ys),
  };
}

function describe(points: ClipPoints, layout: Layout, numbers: readonly number[], up: Up): string {
  const { persons, frames, joints } = points;
  if (persons.length === 0)
    return `${frames} frames of ${joints} joints (${layout.name}), all empty.`;
  const people = persons.length === 1 ? '1 person' : `${persons.length} persons`;
  return (
    `Frames ${numbers.join(', ')} of ${frames}, side by side: ${people} of ${joints} joints ` +
    `(${layout.name}), ${up} up. The right side of each body is drawn in the stronger shade.`
  );
}
