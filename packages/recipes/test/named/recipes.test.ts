import { describe, expect, it } from 'vitest';
import { checkPipeline } from '@halp/augment';
import { recipeNamed, recipes } from '@halp/recipes';
import { layoutOf } from '@halp/skeleton';

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
  'recipe %s',
  (name, recipe) => {
    it('has a unique name, by which it is found', () => {
      expect(recipeNamed(name)).toBe(recipe);
      expect(recipes.filter((other) => other.name === name)).toHaveLength(1);
    });

    it('is plain data that survives JSON', () => {
      expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
    });

    it('has views that fit its layout', () => {
      const joints = layoutOf(recipe.data.layout).joints.length;
      for (const view of [recipe.views.query, recipe.views.key, recipe.evaluation.view]) {
        expect(() => checkPipeline(view, { joints })).not.toThrow();
      }
    });

    it('has a queue of whole batches that holds the keys of its prototypes', () => {
      const { objective, batchSize } = recipe;
      const queueSize = 'queueSize' in objective ? objective.queueSize : Infinity;
      expect(queueSize).toBeGreaterThanOrEqual(batchSize);
      if (objective.kind === 'halp') {
        expect(objective.newest).toBeLessThanOrEqual(objective.queueSize);
        expect(objective.prototypes).toBeLessThanOrEqual(objective.newest);
        expect(objective.fromEpoch).toBeLessThan(recipe.epochs);
      }
    });
  },
);

describe('recipeNamed', () => {
  it('names the most similar recipe for an unknown name', () => {
    expect(() => recipeNamed('nw-ucla-hlap')).toThrow(
      `recipeNamed: expected the name of a recipe, got 'nw-ucla-hlap'; did you mean 'nw-ucla-halp'? \`recipes\` (\`halp recipes\`) lists all ${recipes.length}`,
    );
    expect(() => recipeNamed('something else')).toThrow(
      `got 'something else'; \`recipes\` (\`halp recipes\`) lists all ${recipes.length}`,
    );
  });
});
