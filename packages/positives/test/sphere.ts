/** Geometry on the sphere in float64, directly from the definitions: the oracle of the tests. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '@halp/random';

export type Vector = readonly number[];

export const dot = (a: Vector, b: Vector): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);

export const angle = (a: Vector, b: Vector): number => {
  const chord = Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0));
  return 2 * Math.asin(Math.min(1, chord / 2));
};

export const unit = (a: Vector): number[] => a.map((x) => x / Math.sqrt(dot(a, a)));

export const randomUnit = (dimension: number, rng: Random): number[] =>
  unit(Array.from({ length: dimension }, () => rng.normal()));

export const randomUnits = (count: number, dimension: number, rng: Random): number[][] =>
  Array.from({ length: count }, () => randomUnit(dimension, rng));

export const onCircle = (theta: number): number[] => [Math.cos(theta), Math.sin(theta)];

export const matrix = (rows: readonly Vector[]): tf.Tensor2D =>
  tf.tensor2d(rows.flat(), [rows.length, (rows[0] as Vector).length]);

export const rowsOf = (tensor: tf.Tensor, dimension: number): number[][] => {
  const data = Array.from(tensor.dataSync());
  return Array.from({ length: data.length / dimension }, (_, i) =>
    data.slice(i * dimension, (i + 1) * dimension),
  );
};

/** The point at the angle `theta` from `from` on the great circle through `to`. */
export function along(from: Vector, to: Vector, theta: number): number[] {
  const cosine = dot(from, to);
  const tangent = unit(to.map((x, i) => x - cosine * (from[i] as number)));
  return from.map((x, i) => Math.cos(theta) * x + Math.sin(theta) * (tangent[i] as number));
}

export const nearest = (point: Vector, prototypes: readonly Vector[]): number => {
  const cosines = prototypes.map((prototype) => dot(point, prototype));
  return cosines.indexOf(Math.max(...cosines));
};

/** The indices of the prototypes by ascending similarity to the anchor. */
export const ascending = (anchor: Vector, prototypes: readonly Vector[]): number[] =>
  prototypes
    .map((prototype, index) => ({ index, cosine: dot(anchor, prototype) }))
    .sort((a, b) => a.cosine - b.cosine)
    .map(({ index }) => index);

/**
 * The angle from the anchor towards a prototype at which another prototype becomes nearest, by search:
 * a scan for the first step outside, then bisection. `rivals` are the prototypes that may become nearest.
 */
export function boundaryByScan(
  anchor: Vector,
  target: Vector,
  home: Vector,
  rivals: readonly Vector[],
): number {
  const omega = angle(anchor, target);
  const inside = (theta: number): boolean => {
    const z = along(anchor, target, theta);
    return rivals.every((rival) => dot(z, home) >= dot(z, rival));
  };
  const steps = 500;
  for (let i = 1; i <= steps; i++) {
    if (inside((omega * i) / steps)) continue;
    let [low, high] = [(omega * (i - 1)) / steps, (omega * i) / steps];
    for (let halving = 0; halving < 40; halving++) {
      const middle = (low + high) / 2;
      if (inside(middle)) low = middle;
      else high = middle;
    }
    return low;
  }
  return omega;
}
