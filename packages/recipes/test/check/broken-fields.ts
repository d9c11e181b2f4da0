import { expect, it } from 'vitest';
import { checkRecipe, type Recipe } from '@halp/recipes';

/** A recipe as plain data. */
export type Plain = Record<string, unknown>;
/** The path of a field. */
export type Place = readonly (string | number)[];

/** The recipe with another value at a path; undefined removes the field. */
export function withChange(
  recipe: unknown,
  place: Place,
  change: (parent: Plain, key: string) => void,
) {
  const copy = structuredClone(recipe) as Plain;
  const parent = place.slice(0, -1).reduce<Plain>((inner, key) => inner[key] as Plain, copy);
  change(parent, String(place.at(-1)));
  return copy;
}

/** Sets a field. */
export const set =
  (value: unknown) =>
  (parent: Plain, key: string): void => {
    parent[key] = value;
  };
/** Removes a field. */
export const remove = (parent: Plain, key: string): void => {
  delete parent[key];
};

/** The path in a text with dots. */
export function at(path: string): Place {
  return path.split('.');
}

/** The message by which a recipe is refused. */
export function messageOf(recipe: unknown): string {
  try {
    checkRecipe(recipe);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message;
  }
  return 'nothing';
}

/** Tests that every broken field of these recipes is refused, one at a time; at least `least` variants. */
export function brokenFieldsTest(recipes: readonly Recipe[], least: number): void {
  it('refuses every recipe in which one field, at any depth, is missing, misspelt or of another type', () => {
    let count = 0;
    const accepted: string[] = [];
    for (const recipe of recipes) {
      for (const [place, value] of placesOf(recipe)) {
        const path = place.join('.');
        for (const [how, wrong] of Object.entries(broken(recipe, place, value))) {
          count += 1;
          const message = messageOf(wrong);
          if (message.includes(namedPlace(place, how))) continue;
          accepted.push(`${recipe.name} with ${path} ${how}: ${message}`);
        }
      }
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(least);
  });
}

/** The recipe with the field of another type, misspelt and missing, where that is invalid. */
function broken(recipe: Recipe, place: Place, value: unknown): Plain {
  const ofAnotherType = withChange(recipe, place, set(otherType(value)));
  if (typeof place.at(-1) === 'number') return { ofAnotherType };
  const misspelt = withChange(recipe, place, (parent, key) => {
    parent[`${key}x`] = parent[key];
    remove(parent, key);
  });
  if (isOptional(place.join('.'))) return { ofAnotherType, misspelt };
  return { ofAnotherType, misspelt, missing: withChange(recipe, place, remove) };
}

/** Every field and every item of a list, at any depth, with its value. */
function placesOf(value: unknown, place: Place = []): [place: Place, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const [at, inner] = [[...place, key], (value as Plain)[key]];
    return [[at, inner] as [Place, unknown], ...placesOf(inner, at)];
  });
}

function otherType(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? 'text' : 7;
}

function isOptional(path: string): boolean {
  return /^(data\.axes|reduced|evaluation\.fineTune|evaluation\.linear\.crops)$|^(views|evaluation)\..*\.(longest|ratio|amplitude|points|radius|weights|axis)$/.test(
    path,
  );
}

/** The name of a field in messages: steps of a view by number and kind, other fields by path. */
function namedPlace(place: Place, how: string): string {
  const view = place.findIndex(
    (key, i) => typeof key === 'number' && place[0] !== 'schedule' && place[i - 1] !== 'milestones',
  );
  const outer = view === -1 ? place : place.slice(0, view);
  const text = outer.reduce<string>(
    (path, key) =>
      typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`,
    '',
  );
  if (view !== -1) return `${text}: step ${place[view]}`;
  if (place.length === 1 && text === 'name') return how === 'misspelt' ? ': namex: ' : ': name: ';
  // Without the kind, the known fields are undetermined.
  return how === 'misspelt' && place.at(-1) !== 'kind' ? `: ${text}x: ` : `: ${text}`;
}
