/** Follows docs/add-an-objective.md literally: its files are extracted, compiled, run and trained with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare } from '@halp/data/node';
import { evaluate, loadRecipe, pretrain } from '@halp/runs/node';
import { withFolder } from '../../runs/test/helpers.ts';
import { pageFiles } from './page-files.ts';

const { folder, names, problems } = pageFiles('docs/add-an-objective.md');

// Declares the tests of the guide's own test file.
await import(pathToFileURL(join(folder, 'simsiam.test.ts')).href);

describe('the guide on adding an objective', () => {
  it('has four files that compile with the strictest settings', () => {
    expect(names).toEqual(['simsiam.ts', 'simsiam.test.ts', 'simsiam-recipe.ts', 'sign-sgd.ts']);
    expect(problems()).toEqual([]);
  });

  it('trains with its objective and its optimizer, resumes exactly, and is evaluated without them', async () => {
    await startBackend();
    const recipeFile = join(folder, 'simsiam-recipe.ts');
    const whole = await loadRecipe(recipeFile);
    const optimizer = {
      kind: 'module',
      module: pathToFileURL(join(folder, 'sign-sgd.ts')).href,
      options: {},
    } as const;
    await withFolder(async (own) => {
      const data = join(own, 'data');
      await prepare('synthetic', { out: data, performers: 2, replications: 1, workers: 1 });
      for (const recipe of [whole, { ...whole, optimizer }]) {
        const train = (out: string, epochs: number, resume = false) =>
          pretrain({ recipe, recipeFile, data, out: join(own, out), epochs, resume });
        const name = recipe.optimizer.kind ?? '';
        const run = await train(`${name}-whole`, 3);
        expect(run.log).toHaveLength(3);
        await train(`${name}-parts`, 1);
        await train(`${name}-parts`, 3, true);
        const bytes = (out: string): Buffer =>
          readFileSync(join(own, out, 'checkpoints/last.safetensors'));
        expect(bytes(`${name}-parts`).equals(bytes(`${name}-whole`))).toBe(true);
        const found = await evaluate({
          ...{ run: join(own, `${name}-whole`), data, protocols: [{ protocol: 'knn' }] },
        });
        expect(found).toHaveLength(1);
      }
    });
  });
});
