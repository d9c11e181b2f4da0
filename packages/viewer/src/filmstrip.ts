import type { Clip, Layout, LayoutName } from '@halp/skeleton';
import {
  expectClip,
  expectLayout,
  expectOptions,
  gotText,
  type OptionNames,
} from '@halp/skeleton/check';
import { type ClipPoints, isFlat, pointsOf, type Vector } from './clip-points.ts';
import { figureOf, headRadius } from './figure.ts';
import { project } from './project.ts';
import { type Cell, drawStrip } from './strip-svg.ts';
import { seenFrom, type Up, viewOf } from './view.ts';

/** Options of {@link filmstrip}. */
export interface FilmstripOptions {
  /** The number of frames, evenly spaced between the first and the last with a person. Default: 8. */
  readonly frames?: number;
  /** A heading, such as the name of the clip and its action. Default: none. */
  readonly title?: string;
  /** The axis that points up. Default: the one of y, z and -y along which trunks point. */
  readonly up?: Up | undefined;
  /**
   * Whether the clip is 2D, with channels x and y. Default: true for clips of two channels and for openpose-18 and
   * coco-17, whose third channel is a confidence.
   */
  readonly flat?: boolean | undefined;
  /** The turn of the view around the vertical, in radians; ignored for 2D clips. Default: 0.35. */
  readonly turn?: number;
  /** Frames a second; if given, frames are labelled by their time in seconds. Default: labels are frame numbers. */
  readonly fps?: number;
}

const optionNames: OptionNames<FilmstripOptions> = {
  frames: true,
  title: true,
  up: true,
  flat: true,
  turn: true,
  fps: true,
};

/** The downward tilt of the view, in radians. */
const tilt = 0.12;

/**
 * A picture of a clip as the text of an SVG: some of its frames side by side at one scale, each
 * shifted horizontally to centre its persons; heights can be compared between frames.
 *
 * Persons differ in hue, the sides of a body in shade. Dark pages have their own colours. Empty persons are
 * left out, and so is a joint at exactly zero, which was not detected, unless the clip is centred on it.
 * The SVG has a title and a description and refers to no other file.
 *
 * @throws RangeError if the clip does not have the joints of `layout`, holds NaN or an infinity, or an option
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
  const {
    frames = 8,
    turn = 0.35,
    title = '',
    fps,
  } = expectOptions('filmstrip', options, optionNames);
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

/** `count` frames, evenly spaced from the first to the last with a person. */
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
