import { combineRows, dotRows, lengthOf, scale } from './rows.ts';

// In radians. The steps shrink by a constant factor, and prototypes are used in float32.
const CLOSE_ENOUGH = 1e-6;
const MOST_STEPS = 64;

/**
 * The point of the sphere with the smallest mean squared great-circle distance to the given points (Karcher
 * 1977), by m <- exp_m(mean of log_m(x_i)) starting at their normalised sum.
 *
 * log_m(x) = θ / sin θ (x - cos θ m), exp_m(v) = cos|v| m + sin|v| v / |v|. A point opposite to m has
 * no direction and is ignored. The mean is unique if all points are within a quarter turn of one point;
 * otherwise the result is a stationary point.
 *
 * @param rows - unit rows `[n, D]`, at least one.
 */
export function karcherMean(rows: Float64Array, dimension: number): Float64Array {
  const count = rows.length / dimension;
  const weights = new Float64Array(count).fill(1);
  const cosines = new Float64Array(count);
  const pull = new Float64Array(dimension);
  const mean = new Float64Array(dimension);
  combineRows(rows, weights, mean);
  const length = lengthOf(mean);
  // If opposite points cancel, start at the first point.
  if (length > 1e-9) scale(mean, 1 / length);
  else mean.set(rows.subarray(0, dimension));

  for (let step = 0; step < MOST_STEPS; step++) {
    dotRows(rows, mean, cosines);
    let along = 0;
    for (let i = 0; i < count; i++) {
      const weight = angleOverSine(cosines[i] as number);
      weights[i] = weight;
      along += weight * (cosines[i] as number);
    }
    combineRows(rows, weights, pull);
    for (let k = 0; k < dimension; k++) {
      pull[k] = ((pull[k] as number) - along * (mean[k] as number)) / count;
    }
    const angle = lengthOf(pull);
    if (!(angle > CLOSE_ENOUGH)) break;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle) / angle];
    for (let k = 0; k < dimension; k++) {
      mean[k] = cosine * (mean[k] as number) + sine * (pull[k] as number);
    }
    scale(mean, 1 / lengthOf(mean));
  }
  return mean;
}

/** θ / sin θ for cos θ, 1 at θ = 0; 0 at θ = π. */
function angleOverSine(cosine: number): number {
  const sine = Math.sqrt(Math.max(0, (1 - cosine) * (1 + cosine)));
  if (sine < 1e-9) return cosine > 0 ? 1 : 0;
  return Math.atan2(sine, cosine) / sine;
}
