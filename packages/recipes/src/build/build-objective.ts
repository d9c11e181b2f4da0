import {
  aimclr,
  barlowTwins,
  byol,
  cmd,
  crossclr,
  mlp,
  moco,
  simclr,
  supCon,
  vicReg,
  type ViewPair,
} from '@halp/contrastive';
import type { Objective } from '@halp/nn';
import { halp, halpStreams } from '@halp/positives';
import type { Random } from '@halp/random';
import { layoutOf, type Stream } from '@halp/skeleton';
import type { ObjectiveRecipe } from '../recipe/objective-recipe.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { expectOwnObjective, type NetworkPair, type OwnObjective } from './own-parts.ts';

/** The objective of a run, and the part that a branching run can continue. */
export interface Objectives {
  /** The objective. */
  readonly objective: Objective<ViewPair>;
  /** The objective without hallucinated positives. */
  readonly base: Objective<ViewPair>;
  /** Objects to dispose with it, in order, without the networks. */
  readonly owned: readonly { dispose(): void }[];
}

/**
 * The objective of a recipe on networks that the caller owns.
 *
 * @param own - The user's objective, for a recipe with `objective.kind: 'module'`.
 * @param rng - The stream of the run; forked, not advanced.
 * @throws TypeError if the recipe has a module and there is no `own`, or it returns something else.
 */
export function buildObjective(
  { objective: recipe, head, data }: Recipe,
  networks: ReadonlyMap<Stream, NetworkPair>,
  own: OwnObjective | undefined,
  rng: Random,
): Objectives {
  const dimension = head.outputs;
  const pair = networks.values().next().value as NetworkPair;
  const streams = Object.fromEntries(networks);
  const queue = rng.fork('queue');
  switch (recipe.kind) {
    case 'moco':
      return alone(moco({ ...optionsOf(recipe), dimension, ...pair }, queue));
    case 'halp': {
      const { kind, queueSize, momentum, ...positives } = recipe;
      const { temperature } = recipe;
      const base = moco({ queueSize, momentum, temperature, dimension, ...pair }, queue);
      return added(halp(base, positives, rng.fork('prototypes')), base);
    }
    case 'cmd':
      return alone(cmd({ ...optionsOf(recipe), dimension, streams }, queue));
    case 'halp-cmd': {
      const { kind, queueSize, momentum, ...rest } = recipe;
      const { topK, teacherTemperature, studentTemperature, ...positives } = rest;
      const { temperature } = recipe;
      const distillation = { topK, teacherTemperature, studentTemperature };
      // `weight` in the recipe is that of the positives.
      const settings = { queueSize, momentum, temperature, ...distillation, weight: 1 };
      const base = cmd({ ...settings, dimension, streams }, queue);
      return added(halpStreams(base, positives, rng.fork('prototypes')), base);
    }
    case 'crossclr':
      return alone(crossclr({ ...optionsOf(recipe), dimension, streams }, queue));
    case 'aimclr':
      // checkRecipe requires an extreme view for aimclr, so its batches have one.
      return alone(aimclr({ ...optionsOf(recipe), dimension, ...pair }, queue));
    case 'simclr':
      return alone(simclr({ ...optionsOf(recipe), network: pair.query }));
    case 'supcon':
      // trainingBatches adds labels for a supervised objective.
      return alone(supCon({ ...optionsOf(recipe), network: pair.query }));
    case 'barlow-twins':
      return alone(barlowTwins({ ...optionsOf(recipe), network: pair.query }));
    case 'vicreg':
      return alone(vicReg({ ...optionsOf(recipe), network: pair.query }));
    case 'byol': {
      const { momentum, predictor: hidden } = recipe;
      const sizes = { inputs: dimension, hidden: [hidden], outputs: dimension };
      const predictor = mlp(sizes, rng.fork('predictor'));
      const objective = byol({ ...pair, predictor, momentum });
      return { objective, base: objective, owned: [objective, predictor] };
    }
    case 'module': {
      const { module, options } = recipe;
      if (own === undefined) {
        throw new TypeError(
          `buildTraining: expected an objective of this package, got the module ${module}; load it with importParts`,
        );
      }
      const { layout, persons } = data;
      const parts = { ...pair, streams, layout: layoutOf(layout), persons, dimension };
      const objective = own(options, parts, rng.fork('objective'));
      expectOwnObjective(module, objective, networks);
      return alone(objective);
    }
  }
}

/** The options of an objective: every field of its recipe but `kind`. */
function optionsOf<R extends ObjectiveRecipe>({ kind, ...options }: R): Omit<R, 'kind'> {
  return options;
}

function alone(objective: Objective<ViewPair>): Objectives {
  return { objective, base: objective, owned: [objective] };
}

function added(objective: Objective<ViewPair>, base: Objective<ViewPair>): Objectives {
  return { objective, base, owned: [objective, base] };
}
