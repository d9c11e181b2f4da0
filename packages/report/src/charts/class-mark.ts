import { type Colour, seriesColours } from '../palette.ts';

/** Mark of the points of a class. */
export interface ClassMark {
  /** Its colour. */
  readonly colour: Colour;
  /** Its shape around the origin, as an SVG path. */
  readonly shape: string;
}

const SHAPES = [
  'M-3.4,0a3.4,3.4 0 1,0 6.8,0a3.4,3.4 0 1,0 -6.8,0Z',
  'M0,-4.2L4,3L-4,3Z',
  'M-3.1,-3.1H3.1V3.1H-3.1Z',
  'M0,-4.4L4.4,0L0,4.4L-4.4,0Z',
  'M0,4.2L4,-3L-4,-3Z',
  'M-1.3,-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4V-1.3H-1.3Z',
];

/**
 * The mark of class number `index`, from 0: six colours as circles, then the same colours as triangles,
 * and so on. The first 36 marks are distinct.
 */
export function classMark(index: number): ClassMark {
  const colour = seriesColours[index % seriesColours.length] as Colour;
  const shape = SHAPES[Math.floor(index / seriesColours.length) % SHAPES.length] as string;
  return { colour, shape };
}
