import { FormatError } from '@halp/files';
import type { Layout } from '@halp/skeleton';
import { isObject, kindOf } from '../text/json.ts';

/**
 * The ways in which the coordinates of a raw clip can be normalised, from the least to the most.
 *
 * - `none`: as recorded;
 * - `center`: `layout.center` of person 0 is the origin of each frame; axes as recorded;
 * - `yaw`: centred, and turned about the vertical so that person 0's shoulders point along x, y up;
 * - `upright`: centred, and turned so that in the first frame person 0's spine points along z and the shoulders
 *   along x: what the authors do with NTU RGB+D;
 * - `min-max`: every clip scaled to a fixed range; axes as recorded.
 */
export const normalisations = ['none', 'center', 'yaw', 'upright', 'min-max'] as const;

/** How the coordinates of a raw clip are normalised; see {@link normalisations}. */
export type Normalisation = (typeof normalisations)[number];

/**
 * What the numbers of a prepared clip are, and what was done with the raw ones: plain data, as it stands in
 * `dataset.json` and in the manifest of a run that was trained on the set. Layout and persons stand beside it.
 */
export interface Preparation {
  /** What the three channels mean: places in space, or places in an image and the detector's score. */
  readonly channels: 'xyz' | 'xy-score';
  /** Where up is in the prepared clip: z once it is turned `upright`, y as a sensor sees it, -y as images count. */
  readonly up: 'z' | 'y' | '-y' | 'unknown';
  /**
   * What 1 is in the raw coordinates: a metre, the width and height of the image, half of them, or unknown, where
   * nobody said.
   */
  readonly unit: 'metre' | 'image' | 'half-image' | 'unknown';
  /** What was done with the coordinates; `unknown` for arrays whose maker did not say. */
  readonly normalisation: Normalisation | 'unknown';
  /**
   * What became of frames without a person: kept as zeros; filled by `fillEmptyFrames`; or removed, where person 0 is
   * not there.
   */
  readonly emptyFrames: 'kept' | 'filled' | 'removed';
  /** How persons were chosen and ordered: most moving first, by place in the file, or by score in each frame. */
  readonly bodies: 'energy' | 'position' | 'score';
}

/** The values that each field of a preparation can have. */
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
 * The preparation in a value of JSON.
 *
 * @param path - The file's name, for error messages.
 * @param place - Where in the file the value stands.
 * @throws FormatError if a field is missing, unknown, or of another value.
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

/** The preparation with another normalisation, and up where that puts it. */
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

/** What was done with the coordinates of a set, in words. */
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

/** How a Kinect recording of NTU RGB+D's form is prepared. */
export const ntuPreparation: Preparation = {
  ...{ channels: 'xyz', up: 'z', unit: 'metre', normalisation: 'upright' },
  ...{ emptyFrames: 'filled', bodies: 'energy' },
};

/** How a video of PKU-MMD and a 3-D clip of PYSKL are prepared: persons as listed. */
export const listedPreparation: Preparation = { ...ntuPreparation, bodies: 'position' };

/** How clips of NW-UCLA, of UTD-MHAD and your own 3-D clips are prepared: nothing is filled. */
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

/** How clips of your own are prepared: those of a detector, whose third number is a score, stay as they are. */
export function ownPreparation(
  channels: Preparation['channels'],
  normalisation: Normalisation = channels === 'xyz' ? 'upright' : 'none',
): Preparation {
  return channels === 'xyz'
    ? withNormalisation(keptPreparation, normalisation)
    : { ...pyskl2dPreparation, up: 'unknown', unit: 'unknown', normalisation };
}
