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
import { expectOptions, gotText } from '@halp/random/check';
import type { RunManifest } from '@halp/train';
import type { Recipe } from '../recipe/recipe.ts';

/** The set that an encoder was trained on. */
export interface TrainedOn {
  /** Its name. */
  readonly set: string;
  /** How it was prepared. */
  readonly preparation: Preparation;
  /** Whether that was stated when the encoder was imported: nobody has seen the set. Default: false. */
  readonly stated?: boolean;
}

/**
 * The set that a run was trained on and how it was prepared, as its manifest says; undefined for an imported checkpoint,
 * where the recipe decides unless it was stated.
 *
 * @throws FormatError if what the manifest says is no preparation.
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
    // An imported run that was trained on here has the arrays of that set.
    ...(importedFrom !== undefined && data['arrays'] === undefined ? { stated: true } : {}),
  };
}

/**
 * How the clips of a recipe are prepared where no run says it: upright, as by the authors of HaLP and CMD; with camera
 * axes as recorded, persons by their place and without frames of nobody, as by CrosSCLR, AimCLR and ActCLR; clips of a
 * 2-D detector as Kinetics-skeleton and PYSKL have them.
 */
export function impliedPreparation({ data }: Recipe): Preparation {
  if (data.layout === 'openpose-18') return kineticsPreparation;
  if (data.layout === 'coco-17') return pyskl2dPreparation;
  if (data.axes !== 'camera') return ntuPreparation;
  return {
    ...ntuPreparation,
    ...{ up: 'y', normalisation: 'none', emptyFrames: 'removed', bodies: 'position' },
  };
}

/**
 * How the clips of an encoder that comes from elsewhere were prepared: what is stated, and the rest as the recipe implies
 * it. Other channels than those of the recipe's layout imply another rest; up is where the normalisation puts it unless it
 * is stated.
 *
 * @throws RangeError if a field is unknown or of another value, the normalisation is `unknown`, or clips with a score are
 * to be turned or centred.
 */
export function statedPreparation(recipe: Recipe, stated: Partial<Preparation>): Preparation {
  expectOptions('statedPreparation', recipe, 'a recipe');
  expectStated(expectOptions('statedPreparation', stated, 'fields of a preparation'));
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
    // What nobody knows is stated by leaving it out, and then the recipe decides.
    const known = key === 'normalisation' ? values.filter((each) => each !== 'unknown') : values;
    if (known.includes(value)) continue;
    throw new RangeError(
      `statedPreparation: expected ${known.join(' or ')} as ${key}, got ${gotText(value)}`,
    );
  }
}
