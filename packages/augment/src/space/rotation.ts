import type { Random } from '@halp/random';
import { expectOptions, expectRandom, type OptionNames } from '@halp/random/check';
import type { Clip } from '@halp/skeleton';
import { expectClip } from '@halp/skeleton/check';
import { checkRange, drawFrom, type Range } from '../range.ts';
import { applyMatrix, isRow, type Matrix3, requireThreeChannels, type Row3 } from './matrix.ts';

/** The angles of a rotation. */
export interface RotationOptions {
  /** The range of the angle about the drawn axis, in radians. */
  readonly main: Range;
  /** The range of the angles about the two other axes, in radians. */
  readonly others: Range;
}

const optionNames: OptionNames<RotationOptions> = {
  main: true,
  others: true,
};

/**
 * A clip rotated as a whole, mainly about one axis: an axis is drawn, its angle comes from U(main), the angles of the two
 * others from U(others); every point x becomes Z * Y * X * x, see
 * {@link rotationMatrix}.
 *
 * Source: AimCLR (Guo et al., AAAI 2022), "rotate": main 0 to 30 degrees, others 0 to 1
 * (Levigty/AimCLR, feeder/tools.py:61-99).
 *
 * @param rng - Draws one integer for the main axis, then three uniforms for the angles about x, y, z.
 * @throws RangeError if a range is invalid, or the clip does not have 3 channels.
 */
export function rotation(clip: Clip, options: RotationOptions, rng: Random): Clip {
  expectClip('rotation', clip);
  expectOptions('rotation', options, optionNames);
  expectRandom('rotation', rng);
  checkRotation(options);
  requireThreeChannels(clip, 'rotation');
  const main = rng.integer(3);
  const angle = (axis: number): number =>
    drawFrom(axis === main ? options.main : options.others, rng);
  return applyMatrix(clip, rotationMatrix([angle(0), angle(1), angle(2)]));
}

/**
 * The matrix Z * Y * X of rotations about x, then y, then z, for column vectors. A positive angle rotates y towards -z, z
 * towards -x and x towards -y, as in AimCLR's code: clockwise, seen from the tip of the axis.
 */
export function rotationMatrix(angles: Row3): Matrix3 {
  if (!isRow(angles)) {
    throw new TypeError(
      `rotationMatrix: expected three angles [x, y, z], got ${JSON.stringify(angles) ?? String(angles)}`,
    );
  }
  const [x, y, z] = angles;
  const [cx, sx] = [Math.cos(x), Math.sin(x)];
  const [cy, sy] = [Math.cos(y), Math.sin(y)];
  const [cz, sz] = [Math.cos(z), Math.sin(z)];
  return [
    [cz * cy, sz * cx + cz * sy * sx, sz * sx - cz * sy * cx],
    [-sz * cy, cz * cx - sz * sy * sx, cz * sx + sz * sy * cx],
    [sy, -cy * sx, cy * cx],
  ];
}

/** @throws RangeError if an option of {@link rotation} is out of range. */
export function checkRotation({ main, others }: RotationOptions): void {
  checkRange(main, 'rotation', 'main', -Infinity);
  checkRange(others, 'rotation', 'others', -Infinity);
}
