import { gotText } from '@halp/random/check';
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
 * @throws RangeError with the known names, if there is none.
 */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find((candidate) => candidate.name === name);
  if (recipe === undefined) {
    const names = recipes.map((candidate) => candidate.name).join(', ');
    throw new RangeError(`recipeNamed: expected one of ${names}, got ${gotText(name)}`);
  }
  return recipe;
}
