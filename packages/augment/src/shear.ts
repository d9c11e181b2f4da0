import type { Random } from '@halp/random';
import type { Clip } from '@halp/skeleton';
import { applyMatrix, requireThreeChannels } from './matrix.ts';

/**
 * A clip sheared by one random matrix, the same at every frame, joint and person: y = S * x with x
 * as a column, a unit diagonal and off-diagonals from U(-1, 1) (HaLP, following CMD).
 *
 * @param rng Draws six uniforms: S01, S02, S10, S12, S20, S21.
 * @throws RangeError if the clip has other than 3 channels.
 */
export function shear(clip: Clip, rng: Random): Clip {
  requireThreeChannels(clip, 'shear');
  const draw = (): number => 2 * rng.uniform() - 1;
  // Evaluated from left to right, row by row.
  return applyMatrix(clip, [
    [1, draw(), draw()],
    [draw(), 1, draw()],
    [draw(), draw(), 1],
  ]);
}
