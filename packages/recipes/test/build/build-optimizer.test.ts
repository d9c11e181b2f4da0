import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type Optimizer, ownedVariable, type Params } from '@halp/nn';
import { createRandom } from '@halp/random';
import { buildTraining, type OptimizerRecipe, recipeNamed } from '@halp/recipes';
import { onEachBackend } from '@halp/testing';
import { buildOptimizer } from '../../src/build/build-optimizer.ts';

/** One step of 0.1 from [[3, -1]] with the gradient [[6, 8]]. */
function stepOf(recipe: OptimizerRecipe): { readonly after: number[]; readonly state: string[] } {
  const params: Params = { w: ownedVariable(tf.tensor2d([[3, -1]])) };
  const optimizer: Optimizer = buildOptimizer(params, recipe);
  tf.tidy(() => optimizer.step({ w: tf.tensor2d([[6, 8]]) }, 0.1));
  const result = {
    after: [...(params['w'] as tf.Variable).dataSync()],
    state: Object.keys(optimizer.state),
  };
  optimizer.dispose();
  params['w']?.dispose();
  return result;
}

onEachBackend(() => {
  // The numbers are worked out by hand; the norm of the gradient is 10, that of the parameter √10.
  it.each<[OptimizerRecipe, number[], string[]]>([
    [{ momentum: 0.9, weightDecay: 0 }, [2.4, -1.8], ['momentum.w']],
    [{ kind: 'sgd', momentum: 0, weightDecay: 1 }, [2.1, -1.7], []],
    [{ kind: 'sgd', momentum: 0, weightDecay: 0, clip: 5 }, [2.7, -1.4], []],
    [
      { kind: 'adam', weightDecay: 0 },
      [2.9, -1.1],
      ['correction.first', 'correction.second', 'firstMoment.w', 'secondMoment.w'],
    ],
    [
      { kind: 'adamW', weightDecay: 1 },
      [2.6, -1],
      ['correction.first', 'correction.second', 'firstMoment.w', 'secondMoment.w'],
    ],
    [
      { kind: 'lars', momentum: 0.9, weightDecay: 0, trust: 1 / Math.sqrt(10) },
      [2.94, -1.08],
      ['momentum.w'],
    ],
  ])('makes the optimizer of a recipe: %j', (recipe, after, state) => {
    const result = stepOf(recipe);
    result.after.forEach((value, i) => expect(value).toBeCloseTo(after[i] as number, 5));
    expect(result.state).toEqual(state);
  });

  it('gives a training the optimizer of its recipe', () => {
    const recipe = {
      ...recipeNamed('synthetic-moco'),
      optimizer: { kind: 'adamW', weightDecay: 0.05, decayOn: 'weights' },
    } as const;
    const training = buildTraining(recipe, createRandom(0));
    const moments = Object.keys(training.optimizer.state).filter((name) => /Moment\./.test(name));
    expect(moments).toHaveLength(2 * Object.keys(training.objective.params).length);
    training.dispose();
  });
});
