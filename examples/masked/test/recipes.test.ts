import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { createRandom } from '@halp/random';
import { buildEncoders, checkRecipe, type Recipe } from '@halp/recipes';
import { loadTable } from '@halp/runs/node';
import { planOf } from '../plan-of.ts';
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
    for (const recipe of found) expect(() => checkRecipe(recipe)).not.toThrow();
  });

  it('states the sizes of its recipes', async () => {
    const { title, notes } = await loadTable(path(file));
    expect(title).toMatch(/, transformer of 3 blocks of width 64, joint stream, top-1$/);
    expect(notes?.[0]).toBe(
      'kNN: k = 1, cosine, mean over tokens. Linear: 80 epochs, learning rate 0.05, last epoch.',
    );
    const other = { ...recipes.moco, stream: 'bone' } as const;
    expect(planOf('a', 'A', { ...recipes, moco: other }).title).toContain('bone stream');
  });

  it('compares the objectives on equal encoders from equal initial weights', async () => {
    await startBackend();
    // Only a loaded table has the paths of its modules.
    const { rows } = await loadTable(path(file));
    const all = rows.map((row) =>
      buildEncoders((row as { readonly recipe: Recipe }).recipe, createRandom(0)),
    );
    const [first, ...others] = all.map(({ variables }) =>
      Object.entries(variables).map(([name, variable]) => [name, [...variable.dataSync()]]),
    );
    for (const other of others) expect(other).toEqual(first);
    for (const each of all) each.dispose();
  });
});
