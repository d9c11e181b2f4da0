/** A point or a direction in space. */
export type Vector = readonly [x: number, y: number, z: number];

/** The dot product. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** a + factor b. */
export function plus(a: Vector, b: Vector, factor = 1): Vector {
  return [a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]];
}

/** a times a factor. */
export function times(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** The cross product. */
export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The L2-normalised vector. */
export function unit(a: Vector): Vector {
  return times(a, 1 / Math.hypot(...a));
}

/** Two unit vectors that are orthogonal to a unit vector and to each other. */
export function tangents(a: Vector): readonly [Vector, Vector] {
  const first = unit(cross(a, Math.abs(a[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0]));
  return [first, cross(a, first)];
}

/** Points of the great-circle arc from one unit vector to another, both ends included. */
export function arc(from: Vector, to: Vector, steps: number): Vector[] {
  const angle = Math.acos(Math.min(1, Math.max(-1, dot(from, to))));
  if (angle < 1e-6) return [from, to];
  const side = times(plus(to, from, -Math.cos(angle)), 1 / Math.sin(angle));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const at = (angle * i) / steps;
    return plus(times(from, Math.cos(at)), side, Math.sin(at));
  });
}
