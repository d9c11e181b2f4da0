import { modulesOf, type Recipe } from '@halp/recipes';
import { clock, lossWords } from '@halp/runs/check';
import type { EpochReport } from '@halp/train';

/** A training that has ended. */
export interface Trained {
  /** The folder of the run. */
  readonly run: string;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The recipe. */
  readonly recipe: Recipe;
  /** The last entry of the log; undefined if no epoch was trained. */
  readonly last: Pick<EpochReport, 'epoch' | 'losses'> | undefined;
  /** Seconds that the command took. */
  readonly seconds: number;
}

/**
 * The last line of a training, with the command that evaluates the run:
 * `runs/moco: 30 epochs in 1:05, infonce 3.210; next: halp evaluate knn --run runs/moco --data data/synthetic`.
 */
export function trainedText({ run, data, recipe, last, seconds }: Trained): string {
  const epochs = `${last === undefined ? 0 : last.epoch + 1} epochs in ${clock(seconds)}`;
  // Evaluation refuses modules that only the run names.
  const allow = modulesOf(recipe).some(({ evaluates }) => evaluates) ? ' --allow-modules' : '';
  const done = [epochs, ...lossWords(last?.losses ?? {})].join(', ');
  return `${run}: ${done}; next: halp evaluate knn --run ${run} --data ${data}${allow}`;
}
