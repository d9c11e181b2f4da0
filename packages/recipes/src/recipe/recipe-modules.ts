import { modulesOfPipeline, type Pipeline } from '@halp/augment';
import type { Recipe } from './recipe.ts';

/** A module that a recipe names: code of whoever wrote the recipe. */
export interface RecipeModule {
  /** Its URL or package name, as the recipe has it. */
  readonly module: string;
  /** The field that names it: `encoder`, `evaluation.view step 0 ('module')`. */
  readonly where: string;
  /** Whether an evaluation imports it; what only makes views of training is not. */
  readonly evaluates: boolean;
}

/**
 * Every module that a recipe names, in the order encoder, views of training, views of evaluation.
 *
 * Nothing of a recipe is code but these. Their `module` texts are what `importEncoder`, `compilePipeline` and loaders take
 * as `modules`: pass those of a recipe that you wrote or trust, and none of one that came as data.
 */
export function modulesOf({ encoder, views, evaluation }: Recipe): readonly RecipeModule[] {
  const ofView = (name: string, view: Pipeline | undefined, evaluates: boolean): RecipeModule[] =>
    modulesOfPipeline(view ?? []).map(({ module, where }) => ({
      module,
      where: `${name} ${where}`,
      evaluates,
    }));
  return [
    ...(encoder.kind === 'module'
      ? [{ module: encoder.module, where: 'encoder', evaluates: true }]
      : []),
    ...ofView('views.query', views.query, false),
    ...ofView('views.key', views.key, false),
    ...ofView('views.extreme', views.extreme, false),
    ...ofView('evaluation.view', evaluation.view, true),
    ...ofView('evaluation.trainView', evaluation.trainView, true),
  ];
}
