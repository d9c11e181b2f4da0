import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { FormatError } from '@halp/files';
import { type Recipe, recipeOfManifest, syntheticMoco } from '@halp/recipes';
import {
  classify,
  embed,
  evaluate,
  exportRun,
  importCheckpoint,
  loadRecipe,
  pretrain,
  reproduce,
  retrieve,
} from '@halp/runs/node';
import { readSweep } from '@halp/runs/node';
import { parseManifest } from '@halp/train';
import { loadTable } from '../../src/tables/load-table.ts';
import { collectedOutput, withFolder } from '../helpers.ts';

const adam = {
  ...syntheticMoco,
  name: 'mine',
  optimizer: { ...syntheticMoco.optimizer, kind: 'adam' },
} as Recipe;
const fault =
  'recipe mine: optimizer.momentum: expected a field among kind, beta1, beta2, epsilon, weightDecay';

beforeAll(() => startBackend({ prefer: 'cpu' }));

describe('an invalid recipe is rejected before anything is written', () => {
  it('by pretrain and by import, which leave no run folder', () =>
    withFolder(async (folder) => {
      const out = join(folder, 'run');
      await expect(pretrain({ recipe: adam, data: join(folder, 'none'), out })).rejects.toThrow(
        fault,
      );
      await expect(
        importCheckpoint({ recipe: adam, file: join(folder, 'none'), out }),
      ).rejects.toThrow(fault);
      expect(existsSync(out)).toBe(false);
    }));

  it('if a module exports it', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'mine.mjs');
      writeFileSync(path, `export const recipe = ${JSON.stringify(adam)};`);
      await expect(loadRecipe(path)).rejects.toThrow(fault);
    }));

  it('in any row of a table', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'table.mjs');
      const rows = [
        { label: 'a', recipe: syntheticMoco },
        { label: 'b', recipe: adam },
      ];
      const columns = [{ label: 'kNN', protocol: 'knn' as const }];
      const table = { name: 'mine', title: 'Mine', seeds: [0], columns, rows };
      writeFileSync(path, `export const table = ${JSON.stringify(table)};`);
      const message = 'table mine: rows[1].recipe.optimizer.momentum: expected a field among kind';
      await expect(loadTable(path)).rejects.toThrow(message);
      const out = join(folder, 'runs');
      await expect(reproduce(table, { data: join(folder, 'none'), out })).rejects.toThrow(message);
      expect(existsSync(out)).toBe(false);
    }));

  it('in the plan of a sweep, with the path of the plan', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'plan.json');
      const plan = {
        ...{ data: 'data', out: 'out', recipes: ['synthetic-moco'], seeds: [0] },
        values: { 'objective.temperature': [0.1, -1] },
      };
      writeFileSync(path, JSON.stringify(plan));
      await expect(readSweep(path)).rejects.toThrow(FormatError);
      await expect(readSweep(path)).rejects.toThrow(
        `${path}: recipe synthetic-moco_temperature=-1: objective.temperature: expected a positive number, got -1`,
      );
    }));

  it('in the manifest of a run, by every command that opens it', () =>
    withFolder(async (folder) => {
      const run = join(folder, 'run');
      mkdirSync(run);
      const manifest = {
        ...{ format: 1, name: 'mine', recipe: adam, seed: 0, data: {}, software: {}, machine: {} },
        startedAt: '2026-01-01T00:00:00Z',
      };
      writeFileSync(join(run, 'manifest.json'), JSON.stringify(manifest));
      const data = join(folder, 'none');
      const [out, file] = [join(folder, 'out'), join(folder, 'a.npy')];
      const output = collectedOutput();
      const protocols = [{ protocol: 'knn' }] as const;
      for (const command of [
        () => evaluate({ run, data, protocols, onEvent: output.onEvent }),
        () => classify({ run, files: [file], onEvent: output.onEvent }),
        () => exportRun({ run, format: 'safetensors', out, onEvent: output.onEvent }),
        () => embed({ run, data, format: 'npy', out, onEvent: output.onEvent }),
        () => retrieve({ run, data, file, onEvent: output.onEvent }),
      ]) {
        await expect(command()).rejects.toThrow(FormatError);
        await expect(command()).rejects.toThrow(`${join(run, 'manifest.json')}: ${fault}`);
      }
      expect(existsSync(out)).toBe(false);
      expect(readdirSync(run)).toEqual(['manifest.json']);
    }));
});

describe('the manifests in examples', () => {
  const root = fileURLToPath(new URL('../../../../examples/', import.meta.url));
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('manifest.json'),
  );

  it.each(paths)('%s has a valid recipe', (path) => {
    const manifest = parseManifest(readFileSync(join(root, path), 'utf8'), path);
    expect(recipeOfManifest(manifest, path)).toBe(manifest.recipe);
  });

  it('exist', () => {
    expect(paths.length).toBeGreaterThan(10);
  });
});

it('a table that is not found is reported with the places searched and what to do', async () => {
  await expect(loadTable('none')).rejects.toThrow(
    /^loadTable: expected a table, got 'none'; none of these exists: .*none\.ts, .*table\.ts; give the path of a module/,
  );
});
