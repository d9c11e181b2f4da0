import { dataSetNamed } from '@halp/data/node';
import type { Recipe } from '@halp/recipes';
import { classNumbers } from './class-numbers.ts';

/** The names of a data set's classes where they are known and as many, else their numbers. */
export function classNamesOf({ data }: Pick<Recipe, 'data'>, count: number): readonly string[] {
  const names = dataSetNamed(data.name)?.classes;
  return names?.length === count ? names : classNumbers(count);
}
