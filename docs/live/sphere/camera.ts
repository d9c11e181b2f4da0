import { cross, dot, plus, times, unit, type Vector } from './vectors.ts';

/** From where the sphere is seen: directions to the right, up, and towards the viewer. */
export interface Camera {
  readonly right: Vector;
  readonly up: Vector;
  readonly toward: Vector;
}

/** The camera that sees a point of the sphere a little below and beside the middle. */
export function lookAt(point: Vector): Camera {
  const right = unit(cross(Math.abs(point[2]) < 0.95 ? [0, 0, 1] : [0, 1, 0], point));
  return turn({ right, up: cross(point, right), toward: point }, -0.3, 0.2);
}

/** The camera after what is in front was moved to the right and down, in radians. */
export function turn({ right, up, toward }: Camera, across: number, down: number): Camera {
  const mix = (a: Vector, b: Vector, angle: number): Vector =>
    plus(times(a, Math.cos(angle)), b, Math.sin(angle));
  const newRight = unit(mix(right, toward, across));
  const between = mix(toward, right, -across);
  const newToward = unit(mix(between, up, down));
  // Computed from the others, so that errors of many turns do not add up.
  return { right: newRight, up: unit(cross(newToward, newRight)), toward: newToward };
}

/** Where a point is on the picture: right, up, and how near; all in radii of the sphere. */
export function project({ right, up, toward }: Camera, point: Vector): Vector {
  return [dot(right, point), dot(up, point), dot(toward, point)];
}
