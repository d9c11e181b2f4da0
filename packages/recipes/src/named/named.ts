import { expectOneOf } from '@halp/random/check';
import type { Recipe } from '../recipe/recipe.ts';
import { nwUclaHalp, nwUclaMoco, nwUclaStGcnHalp, nwUclaStGcnMoco } from './nw-ucla.ts';
import { paperRecipes } from './paper.ts';
import { skeletonClrRecipes } from './skeleton-clr.ts';
import { syntheticHalp, syntheticMoco, syntheticOthers } from './synthetic.ts';
import { utdMhadHalp, utdMhadMoco } from './utd-mhad.ts';

/** All recipes of this package. */
export const recipes: readonly Recipe[] = [
  nwUclaMoco,
  nwUclaHalp,
  nwUclaStGcnMoco,
  nwUclaStGcnHalp,
  utdMhadMoco,
  utdMhadHalp,
  syntheticMoco,
  syntheticHalp,
  ...syntheticOthers,
  ...paperRecipes,
  ...skeletonClrRecipes,
];

/**
 * The recipe with a name.
 *
 * @throws RangeError with the known names, and the one most similar to a misspelt name.
 */
export function recipeNamed(name: string): Recipe {
  const names = recipes.map((recipe) => recipe.name);
  expectOneOf('recipeNamed', 'a recipe', name, names);
  return recipes[names.indexOf(name)] as Recipe;
}
