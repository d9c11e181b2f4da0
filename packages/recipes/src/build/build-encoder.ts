import { agcn, biGru, ctrGcn, type Encoder, skeletonTransformer, stGcn } from '@halp/encoders';
import type { Random } from '@halp/random';
import { expectObject, expectOptions, expectRandom } from '@halp/random/check';
import { type Layout, layoutOf } from '@halp/skeleton';
import { checkRecipe } from '../check/check-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { importExport, type ImportModulesOptions, importOptionNames } from './import-export.ts';

/** Builds the encoder of a recipe, for the joint stream. */
export type MakeEncoder = (recipe: Recipe, rng: Random) => Encoder;

/** The form of the clips that a user's encoder gets. */
export interface EncoderClips {
  /** The joints. */
  readonly layout: Layout;
  /** M, the persons of a clip. */
  readonly persons: number;
}

/** A user's encoder: the function that its module exports as `encoder`. */
export type OwnEncoder = (
  options: Readonly<Record<string, unknown>>,
  clips: EncoderClips,
  rng: Random,
) => Encoder;

/**
 * The encoder of a recipe with random weights, for the joint stream.
 *
 * @param rng - Advanced by the initialisation; equal streams give equal encoders.
 * @throws RangeError if {@link checkRecipe} refuses the recipe.
 * @throws TypeError if its kind is 'module', which only {@link importEncoder} can build.
 */
export function buildEncoder(whole: Recipe, rng: Random): Encoder {
  expectObject('buildEncoder', whole, 'a recipe');
  expectRandom('buildEncoder', rng);
  const { encoder: recipe, data } = checkRecipe(whole);
  const layout = layoutOf(data.layout);
  switch (recipe.kind) {
    case 'bigru': {
      const { hidden, layers, direction } = recipe;
      const { persons } = data;
      return biGru({ joints: layout.joints.length, persons, hidden, layers, direction }, rng);
    }
    case 'stgcn': {
      const { kind: _, ...sizes } = recipe;
      return stGcn({ layout, persons: data.persons, ...sizes }, rng);
    }
    case 'agcn':
      return agcn({ layout, persons: data.persons, width: recipe.width }, rng);
    case 'ctrgcn': {
      const { kind: _, ...sizes } = recipe;
      return ctrGcn({ layout, persons: data.persons, ...sizes }, rng);
    }
    case 'transformer': {
      const { kind: _, ...sizes } = recipe;
      return skeletonTransformer({ layout, persons: data.persons, ...sizes }, rng);
    }
    case 'module':
      throw new TypeError(
        `buildEncoder: expected an encoder of this package, got the module ${recipe.module}; load it with importEncoder`,
      );
  }
}

/**
 * A function that builds the encoders of a recipe; its module is imported first, if it has one.
 *
 * @throws RangeError if the module is not in `modules`; nothing is imported then.
 * @throws TypeError if the module does not export a function `encoder`, or its import fails.
 */
export async function importEncoder(
  whole: Recipe,
  options: ImportModulesOptions = {},
): Promise<MakeEncoder> {
  const { modules } = expectOptions('importEncoder', options, importOptionNames);
  const { encoder: recipe } = expectObject('importEncoder', whole, 'a recipe');
  if (recipe.kind !== 'module') return buildEncoder;
  const encoder = (await importExport(
    'importEncoder',
    { module: recipe.module, name: 'encoder' },
    modules,
  )) as OwnEncoder;
  return ({ data: { layout, persons } }, rng) =>
    encoder(recipe.options, { layout: layoutOf(layout), persons }, rng);
}
