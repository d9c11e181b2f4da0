import { describe, expect, it } from 'vitest';
import { checkRecipe, recipes } from '@halp/recipes';
import { changedEvaluation } from '../../src/protocols/change.ts';

describe('changedEvaluation', () => {
  it('leaves every recipe as it is without a change, with no field added', () => {
    for (const { evaluation } of recipes) {
      expect(changedEvaluation(evaluation, {})).toStrictEqual(evaluation);
    }
  });

  it('gives a valid recipe for every change of every recipe', () => {
    const changes = [
      { crops: 'fixed-centre' },
      { selectBy: 'validation' },
      { crops: 'fixed-centre', selectBy: 'best-test-epoch' },
    ] as const;
    for (const recipe of recipes) {
      for (const change of changes) {
        const evaluation = changedEvaluation(recipe.evaluation, change);
        expect(checkRecipe({ ...recipe, evaluation }).evaluation.linear).toMatchObject(change);
      }
    }
  });
});
