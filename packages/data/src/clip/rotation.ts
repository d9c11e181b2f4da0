/** x, y, z. */
export type Vector = readonly [x: number, y: number, z: number];

/** The rows of a 3 × 3 matrix. */
export type Matrix = readonly [Vector, Vector, Vector];

/** A vector with a smaller sum of magnitudes has no direction; a smaller angle is no rotation. */
const EPSILON = 1e-6;

/**
 * The rotation that turns `vector` onto the unit vector `axis` (Euler-Rodrigues formula); undefined for a vector without
 * length, parallel to the axis, or exactly opposite (where the plane of rotation is undefined).
 *
 * `vector` holds float32 values; its length and direction are rounded to float32 at each operation, the rest is float64,
 * as in the authors' NumPy code.
 */
export function rotationBetween(vector: Vector, axis: Vector): Matrix | undefined {
  const normal = cross(vector, axis);
  const angle = angleTo(vector, axis);
  if (magnitude(normal) < EPSILON || Math.abs(angle) < EPSILON) return undefined;
  const length = Math.sqrt(dot(normal, normal));
  const a = Math.cos(angle / 2);
  const [b, c, d] = normal.map((n) => -(n / length) * Math.sin(angle / 2)) as unknown as Vector;
  const [aa, bb, cc, dd] = [a * a, b * b, c * c, d * d];
  const [bc, ad, ac, ab, bd, cd] = [b * c, a * d, a * c, a * b, b * d, c * d];
  return [
    [aa + bb - cc - dd, 2 * (bc + ad), 2 * (bd - ac)],
    [2 * (bc - ad), aa + cc - bb - dd, 2 * (cd + ab)],
    [2 * (bd + ac), 2 * (cd - ab), aa + dd - bb - cc],
  ];
}

function angleTo(vector: Vector, axis: Vector): number {
  if (magnitude(vector) < EPSILON) return 0;
  const f = Math.fround;
  const [x, y, z] = vector;
  const length = f(Math.sqrt(f(f(f(x * x) + f(y * y)) + f(z * z))));
  const unit: Vector = [f(x / length), f(y / length), f(z / length)];
  return Math.acos(Math.min(1, Math.max(-1, dot(unit, axis))));
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function magnitude(v: Vector): number {
  return Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
}
