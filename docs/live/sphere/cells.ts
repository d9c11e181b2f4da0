import { dot, plus, tangents, times, type Vector } from './vectors.ts';

const DIRECTIONS = 240;

/** The part of the sphere that is nearer to one prototype than to any other. */
export interface Cell {
  /** The prototype. */
  readonly centre: Vector;
  /** Its boundary, once around. */
  readonly rim: readonly Vector[];
}

/**
 * The cells of prototypes. Each is star-shaped around its prototype: in every direction it ends where the first of the
 * other prototypes becomes as near.
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
