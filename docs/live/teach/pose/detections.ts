import type { Point } from './region.ts';

/** A person in the input of the detector; all lengths as fractions of its side. */
export interface Detection {
  /** The probability of a person. */
  readonly score: number;
  /** The box of the head and shoulders: its middle and size. */
  readonly box: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** The middle between the hips. */
  readonly hips: Point;
  /** The end of the circle around the body, see `regionOf`. */
  readonly end: Point;
}

/** The side of the detector's input, in pixels. */
export const DETECTOR_SIDE = 224;
/** Numbers of an anchor: a logit, a box, and four points. */
export const DETECTION_NUMBERS = 13;
/** Cells of each grid of anchors, and the anchors in a cell, in the order of the output. */
const GRIDS = [
  [28, 2],
  [14, 2],
  [7, 6],
] as const;
const LEAST_SCORE = 0.5;
/** Boxes that overlap more belong to one person. */
const MOST_OVERLAP = 0.3;

/**
 * The persons in the output `[2254, 13]` of BlazePose's detector, the most certain first.
 *
 * An anchor is the middle of a cell. Its row has the logit of the score, x, y, width and height of the box, and four points (the
 * hips, the end of the circle around the body, the shoulders, the end of the upper body), in pixels relative to the anchor.
 */
export function detectionsOf(output: ArrayLike<number>): readonly Detection[] {
  const found: Detection[] = [];
  let row = 0;
  for (const [cells, anchors] of GRIDS) {
    for (let cell = 0; cell < cells * cells; cell++) {
      const x = ((cell % cells) + 0.5) / cells;
      const y = (Math.floor(cell / cells) + 0.5) / cells;
      for (let anchor = 0; anchor < anchors; anchor++, row++) {
        const at = (i: number): number => output[row * DETECTION_NUMBERS + i] as number;
        const score = 1 / (1 + Math.exp(-at(0)));
        if (!(score >= LEAST_SCORE)) continue;
        const point = (i: number): Point => ({
          x: x + at(i) / DETECTOR_SIDE,
          y: y + at(i + 1) / DETECTOR_SIDE,
        });
        const [w, h] = [at(3) / DETECTOR_SIDE, at(4) / DETECTOR_SIDE];
        found.push({ score, box: { ...point(1), w, h }, hips: point(5), end: point(7) });
      }
    }
  }
  found.sort((a, b) => b.score - a.score);
  return found.filter((each, i) => {
    return !found.slice(0, i).some((better) => overlap(better.box, each.box) > MOST_OVERLAP);
  });
}

/** The area of the intersection of two boxes over that of their union. */
function overlap(a: Detection['box'], b: Detection['box']): number {
  const shared = (p: number, wide: number, q: number, other: number): number =>
    Math.max(0, Math.min(p + wide / 2, q + other / 2) - Math.max(p - wide / 2, q - other / 2));
  const both = shared(a.x, a.w, b.x, b.w) * shared(a.y, a.h, b.y, b.h);
  return both / (a.w * a.h + b.w * b.h - both);
}
