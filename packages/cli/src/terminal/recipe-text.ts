import type { Recipe } from '@halp/recipes';
import { aligned } from './aligned.ts';

/** All settings of a recipe, a line each: `optimizer   momentum 0.9, weightDecay 0.0001`; each step of a view has its own line. */
export function recipeLines(recipe: Recipe): readonly string[] {
  const { name, ...settings } = recipe;
  return aligned(rowsOf('', { name, ...settings }));
}

type Row = readonly [setting: string, value: string];

function rowsOf(path: string, value: unknown): readonly Row[] {
  if (value === undefined) return [];
  if (isFlat(value)) return [[path, flatText(value)]];
  if (Array.isArray(value)) return value.flatMap((each, i) => rowsOf(`${path} ${i}`, each));
  const start = path === '' ? '' : `${path}.`;
  return Object.entries(value as object).flatMap(([key, each]) => rowsOf(start + key, each));
}

/** Whether a value fits on a line: a number, a text, or an object or list of them, but not a list of steps. */
function isFlat(value: unknown): boolean {
  if (!isObject(value)) return true;
  if (Array.isArray(value)) return value.every((each) => !isObject(each) || Array.isArray(each));
  return (
    // A whole recipe has a line for each field.
    !('views' in value) &&
    Object.values(value).every((each) => !isObject(each) || (Array.isArray(each) && isFlat(each)))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function flatText(value: unknown): string {
  if (!isObject(value)) return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => `${key} ${flatText(each)}`)
    .join(', ');
}
