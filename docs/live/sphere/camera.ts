import { cross, dot, plus, times, unit, type Vector } from './vectors.ts';

/** Camera axes: unit vectors to the right, up, and towards the viewer. */
export interface Camera {
  readonly right: Vector;
  readonly up: Vector;
  readonly toward: Vector;
}

/** A camera that shows a point of the sphere slightly below and beside the center. */
export function lookAt(point: Vector): Camera {
  const right = unit(cross(Math.abs(point[2]) < 0.95 ? [0, 0, 1] : [0, 1, 0], point));
  return turn({ right, up: cross(point, right), toward: point }, -0.3, 0.2);
}

/** The camera after dragging the front of the sphere right and down by these angles, in radians. */
export function turn({ right, up, toward }: Camera, across: number, down: number): Camera {
  const mix = (a: Vector, b: Vector, angle: number): Vector =>
    plus(times(a, Math.cos(angle)), b, Math.sin(angle));
  const newRight = unit(mix(right, toward, across));
  const between = mix(toward, right, -across);
  const newToward = unit(mix(between, up, down));
  // Recomputed from the other two, so that rounding errors do not accumulate.
  return { right: newRight, up: unit(cross(newToward, newRight)), toward: newToward };
}

/** A point in camera coordinates: right, up and depth, in radii of the sphere. */
export function project({ right, up, toward }: Camera, point: Vector): Vector {
  return [dot(right, point), dot(up, point), dot(toward, point)];
}
