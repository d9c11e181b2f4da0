import { type ClipForm, type Preparation, withNormalisation } from '@halp/data';
import {
  jointMapping,
  type Layout,
  type LayoutName,
  sameLayout,
  sameReferences,
} from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { impliedPreparation, type TrainedOn } from './trained-on.ts';

/** Clips to convert into the form of an encoder: a prepared data set, or one prepared clip. */
export interface ClipsToConvert {
  /** Its name in messages. */
  readonly name: string;
  /** The joints. */
  readonly layout: LayoutName | Layout;
  /** M, the person slots. */
  readonly persons: number;
  /** How it was prepared. */
  readonly preparation: Preparation;
}

/** The changes that convert clips into the form of an encoder, as plain data; empty if there are none. */
export interface ClipChanges {
  /** Joints mapped to another layout. */
  readonly joints?:
    | {
        /** The name of the layout of the clips. */
        readonly from: string;
        /** The name of the layout of the encoder. */
        readonly to: string;
        /** Joints interpolated between known ones. */
        readonly interpolated: readonly string[];
        /** Joints that the clips lack, placed at their nearest known parent. */
        readonly filled: readonly string[];
      }
    | undefined;
  /** Person slots added or removed. */
  readonly persons?:
    | {
        /** Slots of the clips. */
        readonly from: number;
        /** Slots of the encoder. */
        readonly to: number;
        /** Number of clips that lost a person; absent until they are counted. */
        readonly clipsCut?: number;
      }
    | undefined;
  /** Whether clips were rotated from z up to y up. */
  readonly turned?: true | undefined;
  /** The normalisation that was applied again, with the joints of the encoder's layout. */
  readonly again?: ClipForm['again'];
}

/** The form of an encoder's clips, and the changes to get there. */
export interface Conversion {
  /** The form. */
  readonly form: ClipForm;
  /** The changes. */
  readonly changes: ClipChanges;
}

/**
 * The conversion of prepared clips into the form of the clips that the recipe's encoder was trained on.
 *
 * @param trained - The set that the encoder was trained on. Default: the one implied by the recipe, as for imported
 * checkpoints.
 * @throws RangeError if there is none: other channels, another or unknown normalisation, another image scale or
 * direction, a layout that cannot be mapped.
 */
export function conversionOf(
  recipe: Recipe,
  given: ClipsToConvert,
  trained: TrainedOn | undefined,
): Conversion {
  requireComparable(recipe, given, trained);
  const { layout, persons } = recipe.data;
  const turned = isTurned(recipe, given.preparation);
  const again = normalisedAgain(given, layout);
  const form = { layout, persons, turned, again };
  return {
    form,
    changes: {
      joints: sameLayout(given.layout, layout) ? undefined : jointChanges(recipe, given),
      persons: given.persons === persons ? undefined : { from: given.persons, to: persons },
      turned: turned ? true : undefined,
      again,
    },
  };
}

/** Whether upright clips are rotated to the camera axes of the recipe. */
export function isTurned({ data }: Recipe, { up }: Preparation): boolean {
  return data.axes === 'camera' && up === 'z';
}

function requireComparable(
  recipe: Recipe,
  given: ClipsToConvert,
  trained: TrainedOn | undefined,
): void {
  const wanted = trained?.preparation ?? impliedPreparation(recipe);
  const got = given.preparation;
  if (wanted.channels !== got.channels) {
    throw refusal(recipe, given, wordsOf(wanted), wordsOf(got), 'these clips cannot be compared');
  }
  requireNormalisation(recipe, given, trained);
  // Clips scaled one by one have no common unit.
  const scaled = wanted.normalisation === 'min-max';
  if (wanted.unit !== got.unit && !scaled && !isAsStated(wanted, got)) {
    const units = (unit: Preparation['unit']): string => `coordinates in the unit '${unit}'`;
    throw refusal(recipe, given, units(wanted.unit), units(got.unit), PREPARE);
  }
  const [up, gotUp] = [upSeen(recipe, wanted), upSeen(recipe, got)];
  if (up !== gotUp) {
    throw refusal(recipe, given, `clips with ${up} up`, `${gotUp} up`, PREPARE);
  }
}

function requireNormalisation(
  recipe: Recipe,
  given: ClipsToConvert,
  trained: TrainedOn | undefined,
): void {
  const { normalisation } = trained?.preparation ?? impliedPreparation(recipe);
  const got = given.preparation.normalisation;
  if (got === 'unknown' || normalisation === 'unknown') {
    // These are the arrays that the encoder was trained on.
    if (trained !== undefined && got === normalisation && given.name === trained.set) return;
    const advice =
      'the normalisation of the coordinates is unknown; prepare the arrays again with option normalisation' +
      (normalisation === 'unknown' ? ', and train on that' : '');
    throw refusal(recipe, given, `the normalisation '${normalisation}'`, `'${got}'`, advice);
  }
  // Camera axes without a known set: upright clips are rotated, and differ only by the tilt of the camera.
  if (trained === undefined && recipe.data.axes === 'camera' && got === 'upright') return;
  if (got === normalisation) return;
  throw refusal(recipe, given, `the normalisation '${normalisation}'`, `'${got}'`, PREPARE);
}

const PREPARE = "prepare the data like the encoder's training data";

/** Whether the arrays have a stated normalisation; their unit is then not checked again. */
function isAsStated(wanted: Preparation, got: Preparation): boolean {
  return wanted.channels === 'xyz' && (wanted.unit === 'unknown' || got.unit === 'unknown');
}

function upSeen(recipe: Recipe, preparation: Preparation): Preparation['up'] {
  return isTurned(recipe, preparation) ? 'y' : preparation.up;
}

function wordsOf({ channels }: Preparation): string {
  return channels === 'xyz' ? '3-D clips (x, y, z)' : '2-D clips (x, y, score)';
}

function refusal(
  { name }: Recipe,
  given: ClipsToConvert,
  expected: string,
  got: string,
  advice: string,
): RangeError {
  return new RangeError(
    `recipe ${name}: expected ${expected}, got ${got} from '${given.name}'; ${advice}`,
  );
}

/** Clips are normalised again if their layout was centred and rotated by other points of the body. */
function normalisedAgain(
  { layout: from, preparation: { normalisation } }: ClipsToConvert,
  to: LayoutName | Layout,
): ClipForm['again'] {
  if (sameLayout(from, to) || sameReferences(from, to)) return undefined;
  switch (normalisation) {
    case 'center':
    case 'yaw':
    case 'upright':
      return normalisation;
    case 'none':
    case 'min-max':
    case 'unknown':
      return undefined;
  }
}

function jointChanges(recipe: Recipe, given: ClipsToConvert): NonNullable<ClipChanges['joints']> {
  const { from, to, joints } = jointMapping(given.layout, recipe.data.layout);
  const of = (kind: 'interpolated' | 'missing'): readonly string[] =>
    joints.filter((origin) => origin.kind === kind).map(({ joint }) => joint);
  return { from, to, interpolated: of('interpolated'), filled: of('missing') };
}

/** The preparation of a raw clip: that of its format, with the normalisation of the encoder's training set. */
export function rawPreparation(
  recipe: Recipe,
  raw: Preparation,
  trained: TrainedOn | undefined,
): Preparation {
  const { normalisation, emptyFrames, bodies } = trained?.preparation ?? impliedPreparation(recipe);
  const own = withNormalisation(raw, normalisation);
  const isUnseen = trained === undefined || trained.stated === true;
  const asRecorded = isUnseen && recipe.data.axes === 'camera';
  return asRecorded ? { ...own, emptyFrames, bodies } : own;
}

/** The changes as one line of text; undefined if there are none. */
export function changesText(changes: ClipChanges): string | undefined {
  const { joints, persons, turned, again } = changes;
  const parts: string[] = [];
  if (joints !== undefined) {
    const { from, to, interpolated, filled } = joints;
    const between = interpolated.length === 0 ? '' : `, ${interpolated.length} interpolated`;
    const absent = filled.length === 0 ? '' : `, filled: ${filled.join(', ')}`;
    parts.push(`joints ${from} to ${to}${between}${absent}`);
  }
  if (persons !== undefined) {
    const { from, to, clipsCut } = persons;
    const cut =
      clipsCut === undefined
        ? ''
        : ` (a person left out of ${clipsCut} ${clipsCut === 1 ? 'clip' : 'clips'})`;
    parts.push(`persons ${from} to ${to}${from > to ? cut : ''}`);
  }
  if (turned) parts.push('axes turned from z up to y up');
  if (again !== undefined) parts.push(`normalised again (${again})`);
  return parts.length === 0 ? undefined : parts.join('; ');
}
