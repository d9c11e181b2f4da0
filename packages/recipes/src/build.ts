import { moco, type AnchoredObjective, type ViewPair } from '@halp/contrastive';
import { biGru, onStream, projectionHead, withHead, type Encoder } from '@halp/encoders';
import { sgd, type Objective, type Optimizer } from '@halp/nn';
import { halp } from '@halp/positives';
import type { Random } from '@halp/random';
import { layoutOf } from '@halp/skeleton';
import type { Recipe } from './recipe.ts';

/** The objects of a run. */
export interface Training {
  /** The query encoder, without its head: what is evaluated. */
  readonly encoder: Encoder;
  /** What is minimised. */
  readonly objective: Objective<ViewPair>;
  /** What a HaLP run shares with the MoCo run that it may branch from; the objective itself for MoCo. */
  readonly base: Objective<ViewPair>;
  /** Changes the objective's parameters. */
  readonly optimizer: Optimizer;
  /** Disposes all of it. */
  dispose(): void;
}

/**
 * The encoder of a recipe with random weights.
 *
 * @param rng Drawn from by the initialisation; the same stream gives the same encoder.
 */
export function buildEncoder(recipe: Recipe, rng: Random): Encoder {
  const layout = layoutOf(recipe.data.layout);
  const { hidden, layers, direction } = recipe.encoder;
  const encoder = biGru(
    { joints: layout.joints.length, persons: recipe.data.persons, hidden, layers, direction },
    rng,
  );
  return recipe.stream === 'joint' ? encoder : onStream(encoder, recipe.stream, layout);
}

/**
 * Everything that a recipe trains.
 *
 * Two recipes that differ only in their objective begin with the same weights and the same queue.
 *
 * @param rng The stream of the run; forked, not advanced.
 * @throws RangeError if a batch does not fit the queue, or a setting is outside its range.
 */
export function buildTraining(recipe: Recipe, rng: Random): Training {
  checkQueue(recipe);
  const network = (encoder: Encoder): ReturnType<typeof withHead> => {
    const head = projectionHead({ inputs: encoder.featureSize, ...recipe.head }, rng.fork('head'));
    return withHead(encoder, head);
  };
  const encoder = buildEncoder(recipe, rng.fork('encoder'));
  const query = network(encoder);
  const key = network(buildEncoder(recipe, rng.fork('encoder')));
  const { queueSize, temperature, momentum } = recipe.objective;
  const base = moco(
    { query, key, queueSize, dimension: recipe.head.outputs, temperature, momentum },
    rng.fork('queue'),
  );
  const objective = withPositives(base, recipe, rng);
  const optimizer = sgd(objective.params, recipe.optimizer);
  return {
    encoder,
    objective,
    base,
    optimizer,
    dispose() {
      optimizer.dispose();
      if (objective !== base) objective.dispose();
      base.dispose();
      query.dispose();
      key.dispose();
    },
  };
}

/** Found now, and not by the first step, after a run folder has been made. */
function checkQueue({ name, batchSize, objective }: Recipe): void {
  if (batchSize > objective.queueSize) {
    throw new RangeError(
      `recipe ${name}: expected a queue of at least one batch, ${batchSize} keys, ` +
        `got ${objective.queueSize}; lengthen the queue or make the batch smaller`,
    );
  }
}

function withPositives(
  base: AnchoredObjective<ViewPair>,
  recipe: Recipe,
  rng: Random,
): Objective<ViewPair> {
  switch (recipe.objective.kind) {
    case 'moco':
      return base;
    case 'halp': {
      return halp(base, recipe.objective, rng.fork('prototypes'));
    }
  }
}
