import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import type { Recipe, TablePlan } from '@halp/recipes';
import { completeRun, fuse, pretrain, reproduce } from '@halp/runs/node';
import { keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 4, replications: 1 }), { out: at('data') });
});

describe('completeRun, on a complete run', () => {
  const completed = (recipe: Recipe, out: string, more: object = {}) =>
    completeRun({
      ...{ recipe, seed: 0, data: at('data'), out: at(out), epochs: 2, keep: [1, 2] },
      ...more,
    });

  it('refuses one that started from another checkpoint', async () => {
    await completed({ ...tinyMoco, name: 'start' }, 'start');
    const branch = { run: at('start'), epoch: 1 };
    const recipe = { ...tinyMoco, name: 'next' };
    await completed(recipe, 'next', { branch });
    expect((await completed(recipe, 'next', { branch })).log).toHaveLength(1);
    await expect(completed(recipe, 'next', { branch: { ...branch, epoch: 2 } })).rejects.toThrow(
      'to have started from ../start after 2 epochs, got one that started from ../start after 1 epochs',
    );
    await expect(completed(recipe, 'next')).rejects.toThrow(
      'started from its initial weights, got',
    );
    await expect(completed({ ...tinyMoco, name: 'start' }, 'start', { branch })).rejects.toThrow(
      'got one that started from its initial weights',
    );
  });

  it('refuses one whose objective has changed since', async () => {
    const file = at('objective.mjs');
    await writeFile(file, 'export const objective = () => undefined;');
    const recipe: Recipe = { ...tinyMoco, name: 'own' };
    const run = await completed(recipe, 'own');
    // As if the run had been trained with the module.
    const module = { where: 'objective', module: file, path: file, sha256: '0'.repeat(64) };
    const manifest = { ...run.manifest, modules: [module] };
    await writeFile(at('own', 'manifest.json'), JSON.stringify(manifest));
    await expect(completed(recipe, 'own')).rejects.toThrow('got changed ones');
    expect((await completed(recipe, 'own', { allowModules: true })).log).toHaveLength(2);
  });
});

it('pretrain refuses a start for a run that it resumes', async () => {
  const asked = { recipe: tinyMoco, data: at('data'), out: at('start'), resume: true };
  await expect(pretrain({ ...asked, branch: { run: at('start'), epoch: 1 } })).rejects.toThrow(
    'pretrain: expected option branch for a new run only, got it with resume; leave one of them out',
  );
});

it('a fused row is measured with the k of its column', async () => {
  const [a, b] = ['a', 'b'].map((name) => ({ ...tinyMoco, name, epochs: 1 })) as [Recipe, Recipe];
  const table: TablePlan = {
    ...{ name: 't', title: 't', seeds: [0] },
    columns: [
      { label: '1-NN', protocol: 'knn' },
      { label: '9-NN', protocol: 'knn', k: 9 },
    ],
    rows: [
      { label: 'a', recipe: a },
      { label: 'b', recipe: b },
      { label: 'both', fuse: ['a', 'b'] },
    ],
  };
  const measured = await reproduce(table, { data: at('data'), out: at('fused') });
  const cells = measured.rows[2]?.cells;
  const by = async (k: number): Promise<number> => {
    const evaluation = { ...tinyMoco.evaluation, knn: { k } };
    const runs = ['a-seed0', 'b-seed0'].map((name) => ({ run: at('fused', name), evaluation }));
    return (await fuse({ runs, data: at('data'), protocol: 'knn' })).accuracy;
  };
  expect(cells?.['1-NN']?.values).toEqual([await by(1)]);
  expect(cells?.['9-NN']?.values).toEqual([await by(9)]);
  expect(await by(9)).not.toBe(await by(1));
});
