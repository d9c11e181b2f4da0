import { adam, adamW, clipGradients, lars, type Optimizer, type Params, sgd } from '@halp/nn';
import type { OptimizerRecipe } from '../recipe/optimizer-recipe.ts';

/** The optimizer of a recipe for these parameters. The caller disposes it. */
export function buildOptimizer(params: Params, recipe: OptimizerRecipe): Optimizer {
  const optimizer = optimizerOf(params, recipe);
  return recipe.clip === undefined ? optimizer : clipGradients(optimizer, recipe.clip);
}

function optimizerOf(params: Params, recipe: OptimizerRecipe): Optimizer {
  // Recipes that were written before there were other optimizers have no kind.
  if (recipe.kind === undefined) return sgd(params, recipe);
  switch (recipe.kind) {
    case 'sgd':
      return sgd(params, recipe);
    case 'adam':
      return adam(params, recipe);
    case 'adamW':
      return adamW(params, recipe);
    case 'lars':
      return lars(params, recipe);
  }
}
