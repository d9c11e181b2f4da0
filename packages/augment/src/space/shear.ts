import type { Random } from '@halp/random';
import { expectOptions, expectRandom, gotText, type OptionNames } from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { applyMatrix, requireThreeChannels } from './matrix.ts';

/** The strength of a shear. */
export interface ShearOptions {
  /** The maximum magnitude of off-diagonal entries, above 0; 0.5 in AimCLR and SkeletonCLR. Default: 1. */
  readonly amplitude?: number | undefined;
}

const optionNames: OptionNames<ShearOptions> = {
  amplitude: true,
};

/**
 * A clip sheared by one random matrix, the same at every frame, joint and person: y = S * x with x
 * as a column, a unit diagonal and off-diagonals from U(-amplitude, amplitude) (HaLP, following CMD,
 * with amplitude 1; Levigty/AimCLR, feeder/tools.py:15-26, with 0.5).
 *
 * @param rng - Draws six uniforms: S01, S02, S10, S12, S20, S21.
 * @throws RangeError if the amplitude is not above 0, or the clip does not have 3 channels.
 */
export function shear(clip: Clip, options: ShearOptions, rng: Random): Clip {
  expectClip('shear', clip);
  expectOptions('shear', options, optionNames);
  expectRandom('shear', rng);
  checkShear(options);
  requireThreeChannels(clip, 'shear');
  const { amplitude = 1 } = options;
  const draw = (): number => amplitude * (2 * rng.uniform() - 1);
  // Evaluated from left to right, row by row.
  return applyMatrix(clip, [
    [1, draw(), draw()],
    [draw(), 1, draw()],
    [draw(), draw(), 1],
  ]);
}

/** @throws RangeError if an option of {@link shear} is out of range. */
export function checkShear({ amplitude = 1 }: ShearOptions): void {
  if (!(Number.isFinite(amplitude) && amplitude > 0)) {
    throw new RangeError(`shear: expected an amplitude above 0, got ${gotText(amplitude)}`);
  }
}
