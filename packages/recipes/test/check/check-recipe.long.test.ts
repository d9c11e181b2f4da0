import { recipes } from '@halp/recipes';
import { describe } from 'vitest';
import { brokenFieldsTest } from './broken-fields.ts';

describe('checkRecipe', () => {
  brokenFieldsTest(recipes, 5000);
});
