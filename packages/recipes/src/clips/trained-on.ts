import {
  keptPreparation,
  kineticsPreparation,
  ntuPreparation,
  parsePreparation,
  type Preparation,
  preparationValues,
  pyskl2dPreparation,
  withNormalisation,
} from '@halp/data';
import { expectObject, gotText } from '@halp/random/check';
import { layoutOf } from '@halp/skeleton';
import type { RunManifest } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';

/** The set that an encoder was trained on. */
export interface TrainedOn {
  /** Its name. */
  readonly set: string;
  /** How it was prepared. */
  readonly preparation: Preparation;
  /** Whether the preparation was stated at import, since the set itself is not available. Default: false. */
  readonly stated?: boolean | undefined;
}

/**
 * The set that a run was trained on, with its preparation, from the run's manifest; undefined for an imported checkpoint
 * without a stated preparation, for which the recipe decides.
 *
 * @throws FormatError if the manifest has no valid preparation.
 */
export function trainedOn({
  name,
  data,
  importedFrom,
}: Pick<RunManifest, 'name' | 'data' | 'importedFrom'>): TrainedOn | undefined {
  const { preparation, name: set } = data;
  if (preparation === undefined) return undefined;
  return {
    set: String(set),
    preparation: parsePreparation(preparation, `the manifest of ${name}`, 'data.preparation'),
    // An imported run that was trained further here lists the arrays of its set.
    stated: (importedFrom !== undefined && data['arrays'] === undefined) || undefined,
  };
}

/**
 * The preparation implied by a recipe, for runs without a stated one: upright, as by the authors of HaLP and CMD; with
 * camera axes as recorded, persons by position and without empty frames, as by CrosSCLR, AimCLR and ActCLR; for a 2-D
 * detector, as in Kinetics-skeleton and PYSKL.
 */
export function impliedPreparation({ data }: Recipe): Preparation {
  const { name } = layoutOf(data.layout);
  if (name === 'openpose-18') return kineticsPreparation;
  if (name === 'coco-17') return pyskl2dPreparation;
  if (data.axes !== 'camera') return ntuPreparation;
  return {
    ...ntuPreparation,
    ...{ up: 'y', normalisation: 'none', emptyFrames: 'removed', bodies: 'position' },
  };
}

/**
 * The preparation of an imported encoder's training clips: the stated fields, and the others as implied by the recipe.
 * If the channels differ from those of the recipe's layout, other values are implied. Default of `up`: the axis that the
 * normalisation aligns.
 *
 * @throws RangeError if a field is unknown or has an unknown value, the normalisation is `unknown`, or clips with a score
 * would be rotated or centred.
 */
export function statedPreparation(recipe: Recipe, stated: Partial<Preparation>): Preparation {
  expectObject('statedPreparation', recipe, 'a recipe');
  expectStated(expectObject('statedPreparation', stated, 'fields of a preparation'));
  const implied = impliedPreparation(recipe);
  const { channels = implied.channels, normalisation } = stated;
  const rest = channels === implied.channels ? implied : ofChannels(channels);
  const normalised = normalisation === undefined ? rest : withNormalisation(rest, normalisation);
  const whole = { ...normalised, ...stated };
  const kept = ['none', 'min-max'];
  if (whole.channels === 'xy-score' && !kept.includes(whole.normalisation)) {
    throw new RangeError(
      `statedPreparation: expected the normalisation ${kept.join(' or ')} for x, y and a score, got ${whole.normalisation}`,
    );
  }
  return whole;
}

function ofChannels(channels: Preparation['channels']): Preparation {
  return channels === 'xyz' ? keptPreparation : pyskl2dPreparation;
}

function expectStated(stated: Partial<Preparation>): void {
  for (const [key, value] of Object.entries(stated)) {
    const values = Object.hasOwn(preparationValues, key)
      ? (preparationValues[key as keyof Preparation] as readonly unknown[])
      : undefined;
    if (values === undefined) {
      const known = Object.keys(preparationValues).join(', ');
      throw new RangeError(`statedPreparation: expected ${known}, got ${gotText(key)}`);
    }
    // A field that is left out is implied by the recipe, so `unknown` is not a value to state.
    const known = key === 'normalisation' ? values.filter((each) => each !== 'unknown') : values;
    if (known.includes(value)) continue;
    throw new RangeError(
      `statedPreparation: expected ${known.join(' or ')} as ${key}, got ${gotText(value)}`,
    );
  }
}
