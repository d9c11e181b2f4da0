import { type ClipForm, type Preparation, withNormalisation } from '@halp/data';
import { jointMapping, type LayoutName, layoutOf } from '@halp/skeleton';
import type { Recipe } from '../recipe/recipe.ts';
import { impliedPreparation, type TrainedOn } from './trained-on.ts';

/** What is to be brought into the form that an encoder sees: a prepared data set, or a clip prepared as such. */
export interface GivenClips {
  /** What it is called in messages. */
  readonly name: string;
  /** The joints. */
  readonly layout: LayoutName;
  /** M. */
  readonly persons: number;
  /** How it was prepared. */
  readonly preparation: Preparation;
}

/** What was changed to bring clips into the form that an encoder sees; plain data. Empty: nothing. */
export interface ClipChanges {
  /** Joints mapped to another layout. */
  readonly joints?: {
    /** The layout of the clips. */
    readonly from: LayoutName;
    /** The layout of the encoder. */
    readonly to: LayoutName;
    /** Joints that lie between known ones. */
    readonly interpolated: readonly string[];
    /** Joints that the clips do not have: put where their nearest known parent is. */
    readonly filled: readonly string[];
  };
  /** Person slots added, or left out. */
  readonly persons?: {
    /** Slots of the clips. */
    readonly from: number;
    /** Slots of the encoder. */
    readonly to: number;
    /** Clips of which a person was left out, once they are counted. */
    readonly clipsCut?: number;
  };
  /** Clips that stood z up were turned to y up. */
  readonly turned?: true;
  /** The normalisation was done once more with the joints of the encoder's layout. */
  readonly again?: ClipForm['again'];
}

/** The form of an encoder's clips, and what has to be changed for it. */
export interface Conversion {
  /** The form. */
  readonly form: ClipForm;
  /** What it changes. */
  readonly changes: ClipChanges;
}

/**
 * What has to be done with prepared clips so that they are numbers of the kind that the recipe's encoder was trained on.
 *
 * @param trained - The set that the encoder was trained on; as the recipe implies where it is not known, as for imported
 * checkpoints.
 * @throws RangeError if it cannot be done: other channels, another normalisation or an unknown one, another scale or
 * direction of an image, a layout that cannot be mapped.
 */
export function conversionOf(
  recipe: Recipe,
  given: GivenClips,
  trained: TrainedOn | undefined,
): Conversion {
  requireComparable(recipe, given, trained);
  const { layout, persons } = recipe.data;
  const turned = isTurned(recipe, given.preparation);
  const again = normalisedAgain(given, layout);
  const form = { layout, persons, turned, ...(again === undefined ? {} : { again }) };
  return {
    form,
    changes: {
      ...(given.layout === layout ? {} : { joints: jointChanges(recipe, given) }),
      ...(given.persons === persons ? {} : { persons: { from: given.persons, to: persons } }),
      ...(turned ? { turned } : {}),
      ...(again === undefined ? {} : { again }),
    },
  };
}

/** Whether the recipe's camera axes are made of upright clips by turning them. */
export function isTurned({ data }: Recipe, { up }: Preparation): boolean {
  return data.axes === 'camera' && up === 'z';
}

function requireComparable(
  recipe: Recipe,
  given: GivenClips,
  trained: TrainedOn | undefined,
): void {
  const wanted = trained?.preparation ?? impliedPreparation(recipe);
  const got = given.preparation;
  if (wanted.channels !== got.channels) {
    throw refusal(recipe, given, wordsOf(wanted), wordsOf(got), 'these clips cannot be compared');
  }
  requireNormalisation(recipe, given, trained);
  // A scale of each clip's own leaves no unit.
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
  given: GivenClips,
  trained: TrainedOn | undefined,
): void {
  const { normalisation } = trained?.preparation ?? impliedPreparation(recipe);
  const got = given.preparation.normalisation;
  if (got === 'unknown' || normalisation === 'unknown') {
    // The arrays that it was trained on themselves.
    if (trained !== undefined && got === normalisation && given.name === trained.set) return;
    const advice =
      'what was done with the coordinates has to be known; state it with ' +
      'halp prepare arrays --normalisation KIND' +
      (normalisation === 'unknown' ? ', and train on that' : '');
    throw refusal(recipe, given, `the normalisation '${normalisation}'`, `'${got}'`, advice);
  }
  // Camera axes without a set: upright clips are turned, and differ by the tilt of the camera alone.
  if (trained === undefined && recipe.data.axes === 'camera' && got === 'upright') return;
  if (got === normalisation) return;
  throw refusal(recipe, given, `the normalisation '${normalisation}'`, `'${got}'`, PREPARE);
}

const PREPARE = 'prepare the data as those that the encoder was trained on';

/** Arrays whose normalisation was stated: their unit is not asked for a second time. */
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
  given: GivenClips,
  expected: string,
  got: string,
  advice: string,
): RangeError {
  return new RangeError(
    `recipe ${name}: expected ${expected}, got ${got} from '${given.name}'; ${advice}`,
  );
}

/** Layouts without a spine are centred and turned by joints that stand in for it. */
function normalisedAgain(
  { layout: from, preparation: { normalisation } }: GivenClips,
  to: LayoutName,
): ClipForm['again'] {
  if (from === to || layoutOf(from).hasSpine === layoutOf(to).hasSpine) return undefined;
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

function jointChanges(recipe: Recipe, given: GivenClips): NonNullable<ClipChanges['joints']> {
  const { layout: to } = recipe.data;
  const { joints } = jointMapping(layoutOf(given.layout), layoutOf(to));
  const of = (kind: 'interpolated' | 'missing'): readonly string[] =>
    joints.filter((origin) => origin.kind === kind).map(({ joint }) => joint);
  return { from: given.layout, to, interpolated: of('interpolated'), filled: of('missing') };
}

/** How a raw clip is prepared for an encoder: as its format is, with the normalisation of the encoder's set. */
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

/** The changes in one line for people; undefined where there are none. */
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
