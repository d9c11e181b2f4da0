import { gotText, hintFor } from '@halp/random/check';
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
 * @throws RangeError for another name, with the name most similar to it.
 */
export function recipeNamed(name: string): Recipe {
  const recipe = recipes.find((each) => each.name === name);
  if (recipe !== undefined) return recipe;
  const names = recipes.map((each) => each.name);
  const hint = hintFor(name, names) || ';';
  throw new RangeError(
    `recipeNamed: expected the name of a recipe, got ${gotText(name)}${hint} \`recipes\` (\`halp recipes\`) lists all ${names.length}`,
  );
}
