import { type Clip, createClip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';

/** A row of three numbers. */
export type Row3 = readonly [number, number, number];

/** A 3 x 3 matrix of three rows. */
export type Matrix3 = readonly [Row3, Row3, Row3];

/**
 * The clip with every point x, as a column vector, replaced by matrix * x. Sums are computed in float64 and rounded once.
 *
 * @throws RangeError if the clip does not have 3 channels.
 */
export function applyMatrix(clip: Clip, matrix: Matrix3): Clip {
  expectClip('applyMatrix', clip);
  requireThreeChannels(clip, 'applyMatrix');
  expectMatrix('applyMatrix', matrix);
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = matrix;
  const from = clip.data;
  const plane = from.length / 3;
  const to = new Float32Array(from.length);
  for (let i = 0; i < plane; i++) {
    const x = from[i] as number;
    const y = from[plane + i] as number;
    const z = from[2 * plane + i] as number;
    to[i] = xx * x + xy * y + xz * z;
    to[plane + i] = yx * x + yy * y + yz * z;
    to[2 * plane + i] = zx * x + zy * y + zz * z;
  }
  return createClip(clip.shape, to);
}

/** @throws RangeError unless the clip has 3 channels. */
export function requireThreeChannels(clip: Clip, name: string): void {
  if (clip.shape[0] !== 3) {
    throw new RangeError(`${name}: expected a clip of 3 channels, got ${clip.shape[0]}`);
  }
}

/** @throws TypeError unless the matrix has three rows of three numbers. */
export function expectMatrix(name: string, matrix: Matrix3): void {
  const fits = Array.isArray(matrix) && matrix.length === 3 && matrix.every(isRow);
  if (!fits) {
    throw new TypeError(
      `${name}: expected a matrix of three rows of three numbers, got ${JSON.stringify(matrix) ?? String(matrix)}`,
    );
  }
}

/** Whether a value is a list of three numbers. */
export function isRow(row: unknown): boolean {
  return Array.isArray(row) && row.length === 3 && row.every((x) => typeof x === 'number');
}
