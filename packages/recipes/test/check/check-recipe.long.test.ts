import { describe } from 'vitest';
import { recipes } from '@halp/recipes';
import { brokenFieldsTest } from './broken-fields.ts';

describe('checkRecipe', () => {
  brokenFieldsTest(recipes, 5000);
});
