/** A point of a picture, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A square of a picture in which a person stands upright. */
export interface Region {
  /** Its middle: between the hips. */
  readonly center: Point;
  /** The length of a side, in pixels. */
  readonly size: number;
  /** How far it is rotated from the upright, in radians. */
  readonly rotation: number;
}

/** The margin around the circle of the body. */
const MARGIN = 1.25;

/**
 * The region of a person: the circle around the hips through `end`, a point beyond the head on the line from the hips through
 * the shoulders, with a margin; upright along that line.
 */
export function regionOf(hips: Point, end: Point): Region {
  const [x, y] = [end.x - hips.x, end.y - hips.y];
  return {
    center: hips,
    size: 2 * MARGIN * Math.hypot(x, y),
    rotation: Math.PI / 2 - Math.atan2(-y, x),
  };
}

/** The point of the picture at a place of the region, from 0 to 1 in both directions. */
export function fromRegion({ center, size, rotation }: Region, { x, y }: Point): Point {
  const turned = rotate({ x: (x - 0.5) * size, y: (y - 0.5) * size }, rotation);
  return { x: center.x + turned.x, y: center.y + turned.y };
}

/** A point rotated around the origin, from x to y. */
export function rotate({ x, y }: Point, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: cos * x - sin * y, y: sin * x + cos * y };
}
