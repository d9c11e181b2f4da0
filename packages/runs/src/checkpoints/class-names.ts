import { dataSetNamed } from '@halp/data/node';
import type { Recipe } from '@halp/recipes';
import { classNumbers } from './class-numbers.ts';

/** The class names of a recipe's data set; their numbers, if the names are unknown or not `count`. */
export function classNamesOf({ data }: Pick<Recipe, 'data'>, count: number): readonly string[] {
  const names = dataSetNamed(data.name)?.classes;
  return names?.length === count ? names : classNumbers(count);
}
