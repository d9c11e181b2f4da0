import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';
import { buildEncoders, checkRecipe, type Recipe } from '@halp/recipes';
import { loadTable } from '@halp/runs/node';
import { nwUcla, utdMhad } from '../recipes.ts';

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

describe.each([
  ['table.ts', nwUcla],
  ['utd-mhad.ts', utdMhad],
] as const)('the table %s', (file, recipes) => {
  it('has the recipes of the three objectives, with its modules next to it', async () => {
    const { rows } = await loadTable(path(file));
    const found = rows.map((row) => ('recipe' in row ? (row.recipe as Recipe) : undefined));
    const modules = found.map((recipe) => {
      const objective = recipe?.objective;
      return objective?.kind === 'module' ? fileURLToPath(objective.module) : objective?.kind;
    });
    expect(modules).toEqual(['moco', path('mamp.ts'), path('distillation.ts'), 'moco']);
    for (const recipe of Object.values(recipes)) expect(() => checkRecipe(recipe)).not.toThrow();
  });

  it('compares the objectives on equal encoders from equal initial weights', async () => {
    await startBackend();
    const all = Object.values<Recipe>({ ...recipes }).map((recipe) =>
      buildEncoders(recipe, createRandom(0)),
    );
    const [first, ...others] = all.map(({ variables }) =>
      Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]),
    );
    for (const other of others) expect(other).toEqual(first);
    for (const each of all) each.dispose();
  });
});
