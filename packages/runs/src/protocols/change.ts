import type { Crops, SelectionRule } from '@halp/protocols';
import type { EvaluationRecipe } from '@halp/recipes';

/** Settings of classifiers that replace those of the recipe. */
export interface ClassifierChange {
  /** The crops of training clips for the linear probe. Default: the recipe's. */
  readonly crops?: Crops | undefined;
  /** The rule that selects the reported epoch. Default: the recipe's. */
  readonly selectBy?: SelectionRule | undefined;
}

/** Evaluation settings with some replaced. */
export function changedEvaluation(
  evaluation: EvaluationRecipe,
  { crops, selectBy }: ClassifierChange,
): EvaluationRecipe {
  const { linear, fineTune } = evaluation;
  return {
    ...evaluation,
    linear: {
      ...linear,
      selectBy: selectBy ?? linear.selectBy,
      ...(crops && { crops }),
    },
    ...(fineTune && { fineTune: { ...fineTune, selectBy: selectBy ?? fineTune.selectBy } }),
  };
}
