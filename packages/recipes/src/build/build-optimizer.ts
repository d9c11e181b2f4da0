import { adam, adamW, clipGradients, lars, type Optimizer, type Params, sgd } from '@halp/nn';
import type { OptimizerRecipe } from '../recipe/optimizer-recipe.ts';
import { expectOwnOptimizer, type OwnOptimizer } from './own-parts.ts';

/**
 * The optimizer of a recipe for these parameters. The caller disposes it.
 *
 * @param own - The user's optimizer, for a recipe with `optimizer.kind: 'module'`.
 * @throws TypeError if the recipe has a module and there is no `own`, or it returns something else.
 */
export function buildOptimizer(
  params: Params,
  recipe: OptimizerRecipe,
  own?: OwnOptimizer,
): Optimizer {
  const optimizer = optimizerOf(params, recipe, own);
  return recipe.clip === undefined ? optimizer : clipGradients(optimizer, recipe.clip);
}

function optimizerOf(params: Params, recipe: OptimizerRecipe, own?: OwnOptimizer): Optimizer {
  // Recipes that were written before there were other optimizers have no kind.
  if (recipe.kind === undefined) return sgd(params, optionsOf(recipe));
  switch (recipe.kind) {
    case 'sgd':
      return sgd(params, optionsOf(recipe));
    case 'adam':
      return adam(params, optionsOf(recipe));
    case 'adamW':
      return adamW(params, optionsOf(recipe));
    case 'lars':
      return lars(params, optionsOf(recipe));
    case 'module': {
      const { module, options } = recipe;
      if (own === undefined) {
        throw new TypeError(
          `buildTraining: expected an optimizer of this package, got the module ${module}; load it with importParts`,
        );
      }
      const optimizer = own(params, options);
      expectOwnOptimizer(module, optimizer);
      return optimizer;
    }
  }
}

/** The options of an optimizer: the fields of its recipe that are not about other things. */
function optionsOf<R extends OptimizerRecipe>({
  kind,
  clip,
  ...options
}: R): Omit<R, 'kind' | 'clip'> {
  return options;
}
