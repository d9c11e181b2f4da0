import { FormatError } from '@halp/files';
import type { Layout } from '@halp/skeleton';
import { isObject, kindOf } from '../text/json.ts';

/**
 * The ways to normalise the coordinates of a raw clip.
 *
 * - `none`: as recorded;
 * - `center`: `layout.center` of person 0 is the origin of each frame; axes as recorded;
 * - `yaw`: centred, and rotated about the vertical so that person 0's shoulders point along x, y up;
 * - `upright`: centred, and rotated so that in the first frame person 0's spine points along z and the shoulders along x,
 *   as the authors do with NTU RGB+D;
 * - `min-max`: every clip scaled to a fixed range; axes as recorded.
 */
export const normalisations = ['none', 'center', 'yaw', 'upright', 'min-max'] as const;

/** How the coordinates of a raw clip are normalised; see {@link normalisations}. */
export type Normalisation = (typeof normalisations)[number];

/**
 * What the numbers of a prepared clip mean, and how the raw ones were processed: plain data, stored in `dataset.json` and in
 * the manifest of every run that was trained on the set, next to layout and persons.
 */
export interface Preparation {
  /** What the three channels mean: 3-D coordinates, or image coordinates and the detector's score. */
  readonly channels: 'xyz' | 'xy-score';
  /** The vertical axis of the prepared clip: z after `upright`, y in a sensor's coordinates, -y in an image's. */
  readonly up: 'z' | 'y' | '-y' | 'unknown';
  /**
   * The unit of the raw coordinates: a metre, the width and height of the image, half of these, or unknown if it is not
   * stated.
   */
  readonly unit: 'metre' | 'image' | 'half-image' | 'unknown';
  /** How the coordinates were normalised; `unknown` for arrays for which it is not stated. */
  readonly normalisation: Normalisation | 'unknown';
  /**
   * How frames without a person were treated: kept as zeros; filled by `fillEmptyFrames`; or removed if person 0 is
   * missing.
   */
  readonly emptyFrames: 'kept' | 'filled' | 'removed';
  /** How persons were selected and ordered: by motion energy, by position in the file, or by score in each frame. */
  readonly bodies: 'energy' | 'position' | 'score';
}

/** The valid values of each field of a preparation. */
export const preparationValues: {
  readonly [Key in keyof Preparation]: readonly Preparation[Key][];
} = {
  channels: ['xyz', 'xy-score'],
  up: ['z', 'y', '-y', 'unknown'],
  unit: ['metre', 'image', 'half-image', 'unknown'],
  normalisation: [...normalisations, 'unknown'],
  emptyFrames: ['kept', 'filled', 'removed'],
  bodies: ['energy', 'position', 'score'],
};

/** The fields of a preparation, in order. */
export const preparationKeys = Object.keys(preparationValues) as readonly (keyof Preparation)[];

/**
 * A value of a JSON file as a preparation.
 *
 * @param path - The file's name, for error messages.
 * @param place - The value's place in the file.
 * @throws FormatError if a field is missing or unknown, or has an invalid value.
 */
export function parsePreparation(value: unknown, path: string, place: string): Preparation {
  if (!isObject(value)) {
    throw new FormatError(path, `${place}: expected an object, got ${kindOf(value)}`);
  }
  const odd = Object.keys(value).find((key) => !Object.hasOwn(preparationValues, key));
  if (odd !== undefined) {
    const known = Object.keys(preparationValues).join(', ');
    throw new FormatError(path, `${place}: expected ${known}, got ${odd}`);
  }
  for (const [key, values] of Object.entries(preparationValues)) {
    if ((values as readonly unknown[]).includes(value[key])) continue;
    const wanted = values.join(' or ');
    throw new FormatError(path, `${place}.${key}: expected ${wanted}, got ${kindOf(value[key])}`);
  }
  return value as unknown as Preparation;
}

/** The preparation with another normalisation, and the vertical axis that results from it. */
export function withNormalisation(
  preparation: Preparation,
  normalisation: Preparation['normalisation'],
): Preparation {
  if (preparation.channels === 'xy-score') return { ...preparation, normalisation };
  const up = upAfter(normalisation);
  return { ...preparation, normalisation, up };
}

function upAfter(normalisation: Preparation['normalisation']): Preparation['up'] {
  switch (normalisation) {
    case 'upright':
      return 'z';
    case 'none':
    case 'center':
    case 'yaw':
    case 'min-max':
      return 'y';
    case 'unknown':
      return 'unknown';
  }
}

/** How the coordinates of a set were processed, in words. */
export function preparationText(preparation: Preparation, layout: Layout): string {
  const { emptyFrames } = preparation;
  const gaps = emptyFrames === 'kept' ? '' : `; frames without a person ${emptyFrames}`;
  return `${channelsText(preparation)}; ${normalisationText(preparation, layout)}${gaps}`;
}

function channelsText({ channels, unit, up }: Preparation): string {
  const upText = { z: 'z up', y: 'y up', '-y': 'y down', unknown: 'up unknown' }[up];
  const unitText = {
    metre: 'in metres',
    image: 'from -0.5 to 0.5 across the image',
    'half-image': 'from -1 to 1 across the image',
    unknown: 'in the unit of the files',
  }[unit];
  return channels === 'xyz'
    ? `x, y, z ${unitText}, ${upText}`
    : `x and y ${unitText}, ${upText}, and the score`;
}

function normalisationText({ normalisation }: Preparation, layout: Layout): string {
  const centred = `centred on ${layout.joints[layout.center]} in each frame`;
  switch (normalisation) {
    case 'none':
      return 'not normalised';
    case 'center':
      return centred;
    case 'yaw':
      return `${centred}, facing the camera`;
    case 'upright':
      return `${centred}, upright and facing the camera in the first`;
    case 'min-max':
      return 'each clip scaled to a fixed range';
    case 'unknown':
      return 'normalisation not known';
  }
}

/** How a Kinect recording in the form of NTU RGB+D is prepared. */
export const ntuPreparation: Preparation = {
  ...{ channels: 'xyz', up: 'z', unit: 'metre', normalisation: 'upright' },
  ...{ emptyFrames: 'filled', bodies: 'energy' },
};

/** How videos of PKU-MMD and 3-D clips of PYSKL are prepared: persons in the order of the file. */
export const listedPreparation: Preparation = { ...ntuPreparation, bodies: 'position' };

/** How clips of NW-UCLA, clips of UTD-MHAD and own 3-D clips are prepared: without filling. */
export const keptPreparation: Preparation = { ...listedPreparation, emptyFrames: 'kept' };

/** How a clip of Kinetics-skeleton is prepared. */
export const kineticsPreparation: Preparation = {
  ...{ channels: 'xy-score', up: 'y', unit: 'image', normalisation: 'none' },
  ...{ emptyFrames: 'kept', bodies: 'score' },
};

/** How a 2-D clip of PYSKL is prepared. */
export const pyskl2dPreparation: Preparation = {
  ...kineticsPreparation,
  ...{ up: '-y', unit: 'half-image', bodies: 'position' },
};

/**
 * How own clips are prepared.
 *
 * @param channels - The meaning of the three numbers of a joint.
 * @param normalisation - Default: 'upright' for x, y, z; 'none' for clips of a 2-D detector, whose third number is a score.
 */
export function ownPreparation(
  channels: Preparation['channels'],
  normalisation: Normalisation = channels === 'xyz' ? 'upright' : 'none',
): Preparation {
  return channels === 'xyz'
    ? withNormalisation(keptPreparation, normalisation)
    : { ...pyskl2dPreparation, up: 'unknown', unit: 'unknown', normalisation };
}
