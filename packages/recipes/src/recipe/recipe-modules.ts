import { modulesOfPipeline, type Pipeline } from '@halp/augment';
import type { Recipe } from './recipe.ts';

/** A module named in a recipe; it is code by the author of the recipe. */
export interface RecipeModule {
  /** Its path, URL or package name, as in the recipe. */
  readonly module: string;
  /** The field with its name: `encoder`, `evaluation.view step 0 ('module')`. */
  readonly where: string;
  /** Whether evaluations import it; modules used only in training views are not imported. */
  readonly evaluates: boolean;
}

/**
 * All modules named in a recipe, in the order encoder, objective, optimizer, training views, evaluation views.
 *
 * Only these are code. `importEncoder`, `compilePipeline` and loaders take their `module` texts as `modules`: pass those
 * of a recipe that you wrote or trust, and none for a recipe that came as data.
 */
export function modulesOf({
  encoder,
  objective,
  optimizer,
  views,
  evaluation,
}: Recipe): readonly RecipeModule[] {
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
    ...(objective.kind === 'module'
      ? [{ module: objective.module, where: 'objective', evaluates: false }]
      : []),
    ...(optimizer.kind === 'module'
      ? [{ module: optimizer.module, where: 'optimizer', evaluates: false }]
      : []),
    ...ofView('views.query', views.query, false),
    ...ofView('views.key', views.key, false),
    ...ofView('views.extreme', views.extreme, false),
    ...ofView('evaluation.view', evaluation.view, true),
    ...ofView('evaluation.trainView', evaluation.trainView, true),
  ];
}
