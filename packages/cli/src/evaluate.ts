import { knn, linearProbe, type Evaluation } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { buildTraining, type Recipe } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { percent, type Output } from './output.ts';
import { partFeatures, type PartFeatures } from './part-features.ts';

/** How a frozen encoder is evaluated. */
export type Protocol = 'knn' | 'linear';

/** What to evaluate, on what. */
export interface EvaluateOptions {
  /** The folder of the run. */
  readonly run: string;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The protocols. */
  readonly protocols: readonly Protocol[];
  /** The epochs of training after which; the last checkpoint unless given. */
  readonly epoch?: number;
}

/** An evaluation and what was evaluated. */
export type RunEvaluation = Evaluation & {
  /** The recipe's name. */
  readonly recipe: string;
  /** The seed of the run, and of the probe. */
  readonly seed: number;
  /** The epochs of training after which. */
  readonly epoch: number;
};

/**
 * Evaluates the encoder of a run by each protocol, writes the results into the run folder as
 * `evaluations/epoch-0300-knn.json`, and returns them in the order of `protocols`.
 *
 * Features are taken from the recipe's evaluation view, once for all protocols.
 *
 * @throws FormatError if run or data set cannot be read.
 * @throws RangeError if data set and recipe do not fit.
 */
export async function evaluate(options: EvaluateOptions, output: Output): Promise<RunEvaluation[]> {
  const run = await openRun(options.run);
  const recipe = run.manifest.recipe as Recipe;
  const { seed } = run.manifest;
  const training = buildTraining(recipe, createRandom(seed));
  try {
    const { position } = await run.read(training, options.epoch);
    const train = await partFeatures(training.encoder, recipe, options.data, 'train');
    const test = await partFeatures(training.encoder, recipe, options.data, 'test');
    const evaluations: RunEvaluation[] = [];
    for (const protocol of options.protocols) {
      const evaluation = {
        recipe: recipe.name,
        seed,
        epoch: position.epoch,
        ...(await evaluateFeatures(protocol, recipe, train, test, seed)),
      };
      evaluations.push(evaluation);
      await run.saveEvaluation(`${epochName(position.epoch)}-${protocol}`, evaluation);
      output.line(describeEvaluation(evaluation));
    }
    return evaluations;
  } finally {
    training.dispose();
  }
}

async function evaluateFeatures(
  protocol: Protocol,
  recipe: Recipe,
  train: PartFeatures,
  test: PartFeatures,
  seed: number,
): Promise<Evaluation> {
  const { classes } = train;
  switch (protocol) {
    case 'knn':
      return (await knn(train, test, { ...recipe.evaluation.knn, classes })).evaluation;
    case 'linear': {
      const options = { ...recipe.evaluation.linear, crops: 'fixed-centre', classes } as const;
      const rng = createRandom(seed).fork('linear-probe');
      return (await linearProbe(train, test, options, rng)).evaluation;
    }
  }
}

/** How the files of an epoch are called: `epoch-0300`. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(4, '0')}`;
}

function describeEvaluation({ recipe, seed, epoch, ...evaluation }: RunEvaluation): string {
  const { counts, protocol, accuracy, selection, settings } = evaluation;
  const how =
    protocol === 'knn'
      ? `k = ${String(settings['k'])}`
      : `${String(selection)}, crops ${String(settings['crops'])}`;
  return (
    `${recipe}, seed ${seed}, after ${epoch} epochs: ${protocol} ${percent(accuracy)} ` +
    `(${counts.correct} of ${counts.test}; ${how})`
  );
}
