import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compilePipeline } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import {
  checkRecipe,
  checkTable,
  importEncoder,
  importParts,
  modulesOf,
  type Recipe,
  type TablePlan,
} from '@halp/recipes';
import { completeRun, importCheckpoint, loadRecipe, loadTable, pretrain } from '@halp/runs/node';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
// Inside the repository, so that `@halp/*` resolves as in a user's project.
const root = fileURLToPath(new URL('../../.tsbuild', import.meta.url));
mkdirSync(root, { recursive: true });
const own = mkdtempSync(join(root, 'paths-'));
afterAll(() => rmSync(own, { recursive: true, force: true }));

const parts = { module: './part.mjs', options: {} } as const;
const step = { kind: 'module', module: './part.mjs' } as const;
/** A recipe with one module, at each door. */
const doors: Readonly<Record<'encoder' | 'objective' | 'optimizer' | 'step', Recipe>> = {
  encoder: { ...tinyMoco, encoder: { kind: 'module', ...parts } },
  objective: { ...tinyMoco, objective: { kind: 'module', ...parts } },
  optimizer: { ...tinyMoco, optimizer: { kind: 'module', ...parts } },
  step: {
    ...tinyMoco,
    views: {
      ...tinyMoco.views,
      query: [{ kind: 'one-of', choices: [{ probability: 1, steps: [step] }] }],
    },
  },
};
const rule =
  'a file: URL, an absolute path or a package name (loadRecipe, loadTable and option recipeFile resolve a path relative to a file)';
const url = pathToFileURL(join(own, 'part.mjs')).href;
const table = (protocol: unknown): TablePlan =>
  ({
    ...{ name: 'own', title: 'Own', seeds: [0], rows: [{ label: 'a', recipe: tinyMoco }] },
    columns: [{ label: 'own', protocol }],
  }) as TablePlan;

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: join(folder(), 'data') });
  for (const [name, recipe] of Object.entries(doors)) {
    writeFileSync(join(own, `${name}.mjs`), `export const recipe = ${JSON.stringify(recipe)};`);
  }
  writeFileSync(
    join(own, 'table.mjs'),
    `export const table = ${JSON.stringify(table({ kind: 'module', ...parts }))};`,
  );
});

describe.each(Object.entries(doors))('the path of a module as %s', (door, recipe) => {
  const trained = (): Parameters<typeof pretrain>[0] => ({
    ...{ recipe, data: join(folder(), 'data'), out: join(folder(), door), epochs: 1 },
  });

  it('is relative to the file of the recipe', async () => {
    const found = await loadRecipe(join(own, `${door}.mjs`));
    expect(modulesOf(found).map(({ module }) => module)).toEqual([url]);
  });

  it('is refused in a recipe without a file, before anything is written', async () => {
    const before = await contentsOf(folder());
    const message = `${door === 'step' ? '' : `${door}.module: `}expected ${rule}`;
    const { recipe: _, ...rest } = trained();
    for (const call of [
      () => pretrain(trained()),
      () => completeRun({ ...rest, recipe, seed: 0, epochs: 1, keep: [] }),
      () => importCheckpoint({ file: join(own, 'table.mjs'), recipe, out: join(folder(), 'in') }),
      () => Promise.resolve().then(() => checkRecipe(recipe)),
    ]) {
      await expect(call()).rejects.toThrow(message);
      await expect(call()).rejects.toThrow("got './part.mjs'");
    }
    expect(await contentsOf(folder())).toEqual(before);
  });

  it('is relative to the file that option recipeFile names', async () => {
    const training = pretrain({ ...trained(), recipeFile: join(own, 'recipe.ts') });
    await expect(training).rejects.toThrow(url);
  });
});

describe('the path of a module', () => {
  it('as a protocol is relative to the file of the table, and refused without one', async () => {
    const found = await loadTable(join(own, 'table.mjs'));
    expect(found.columns[0]?.protocol).toMatchObject({ module: url });
    expect(() => checkTable(table({ kind: 'module', ...parts }))).toThrow(`expected ${rule}`);
  });

  it('is refused where it is imported, whoever calls', async () => {
    const modules = ['./part.mjs'];
    await expect(importEncoder(doors.encoder, { modules })).rejects.toThrow(
      `importEncoder: expected ${rule} as the module of the encoder, got './part.mjs'`,
    );
    await expect(importParts(doors.objective, { modules })).rejects.toThrow(
      `importParts: expected ${rule} as the module of the objective`,
    );
    await expect(compilePipeline([step], { modules })).rejects.toThrow(
      `checkPipeline: expected ${rule} as module of step 0 ('module')`,
    );
  });
});
