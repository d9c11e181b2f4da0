import type { Normalisation } from '@halp/data';
import type { PostureSummary } from '@halp/data/node';

/**
 * The median tilt, in degrees, above which `upright` gives a warning: between NW-UCLA's 15.1, where 1-NN on coordinates
 * is 8.6 points better with `upright` than with `yaw`, and UTD-MHAD's 36.0, where it is 7.9 points worse
 * (docs/guides/add-a-data-set.md).
 */
const LARGE_TILT = 25;

/** How a set was normalised, and whether the user could choose it. */
export interface PostureTextOptions {
  /** The normalisation. */
  readonly normalisation: Normalisation | 'unknown';
  /** Whether the data set has `--normalisation`: that of published sets is fixed. */
  readonly isChosen: boolean;
}

/** Lines about the posture of people in a set: how far normalisation tilts clips, and warnings with what to do. */
export function postureLines(
  { tilt, seen, upsideDown, lying }: PostureSummary,
  { normalisation, isChosen }: PostureTextOptions,
): readonly string[] {
  const lines: string[] = [];
  const isUpright = normalisation === 'upright' && tilt !== undefined;
  if (isUpright) {
    lines.push(
      `upright tilts the vertical by ${degrees(tilt.median)}° in the median clip, ${degrees(tilt.most)}° at most`,
    );
  }
  if (lying > seen / 2) {
    lines.push(
      `warning: in ${lying} of ${seen} clips people lie along x or z; y is treated as the vertical: if it is z, write x, z, -y`,
    );
  } else if (upsideDown > seen / 2) {
    lines.push(
      `warning: in ${upsideDown} of ${seen} clips the head is below the hips; if y points down, write -x, -y, z ` +
        '(only -y where x points to the left of the image)',
    );
  } else if (isUpright && isChosen && Number(degrees(tilt.median)) > LARGE_TILT) {
    lines.push(
      `warning: a median tilt above ${LARGE_TILT}° can cost accuracy; prepare it with --normalisation yaw too, and compare both by halp inspect --coordinates`,
    );
  }
  return lines;
}

function degrees(radians: number): string {
  return ((radians * 180) / Math.PI).toFixed(1);
}
