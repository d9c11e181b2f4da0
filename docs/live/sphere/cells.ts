import { dot, plus, tangents, times, type Vector } from './vectors.ts';

const DIRECTIONS = 240;

/** The Voronoi cell of a prototype: the part of the sphere that is nearer to it than to any other. */
export interface Cell {
  /** The prototype. */
  readonly centre: Vector;
  /** Its boundary as a closed curve. */
  readonly rim: readonly Vector[];
}

/**
 * The cells of prototypes. A cell is star-shaped around its prototype: in each direction it ends where another
 * prototype becomes equally near.
 */
export function cellsOf(prototypes: readonly Vector[]): readonly Cell[] {
  return prototypes.map((centre) => {
    const others = prototypes.filter((other) => other !== centre);
    const [right, up] = tangents(centre);
    const rim = Array.from({ length: DIRECTIONS }, (_, i) => {
      const turn = (2 * Math.PI * i) / DIRECTIONS;
      const side = plus(times(right, Math.cos(turn)), up, Math.sin(turn));
      const ends = others.map((other) => {
        const difference = plus(centre, other, -1);
        return Math.atan2(dot(centre, difference), -dot(side, difference));
      });
      const end = Math.min(Math.PI, ...ends);
      return plus(times(centre, Math.cos(end)), side, Math.sin(end));
    });
    return { centre, rim };
  });
}
