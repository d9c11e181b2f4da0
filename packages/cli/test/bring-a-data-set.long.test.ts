/** Follows docs/bring-a-data-set.md literally: its files are extracted, compiled and run, and a recipe is trained on the set. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { type ClipsToWrite, openDataset, readManifest, verifyDataset } from '@halp/data/node';
import { evaluate, loadRecipe, pretrain } from '@halp/runs/node';
import type { Layout } from '@halp/skeleton';
import { pageFiles } from './page-files.ts';

const { folder, names, problems } = pageFiles('docs/bring-a-data-set.md');
const data = join(folder, 'data/gestures');
const { gestures, layout } = (await import(pathToFileURL(join(folder, 'gestures.ts')).href)) as {
  readonly gestures: (subjects: readonly number[]) => ClipsToWrite;
  readonly layout: Layout;
};

describe('the page on bringing a data set in code', () => {
  it('has three files that compile with the strictest settings', () => {
    expect(names).toEqual(['gestures.ts', 'write-gestures.ts', 'gestures-recipe.ts']);
    expect(problems()).toEqual([]);
  });

  it('writes the set with its command', async () => {
    const args = ['--conditions=@halp/source', '--import', 'tsx', 'write-gestures.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'split: 96 train / 48 test',
      'validation: 72 train / 24 test',
    ]);
    expect((await verifyDataset(data)).problems).toEqual([]);
    expect((await readManifest(data)).layout).toEqual(layout);
  });

  it.each([
    ['train', [1, 2, 3, 4]],
    ['test', [5, 6]],
  ] as const)('keeps every number of the %s part', async (part, subjects) => {
    const given = gestures(subjects);
    const written = await openDataset(data, { part });
    expect([written.length, written.classes, written.layout]).toEqual([
      ...[given.length, given.classes, layout],
    ]);
    for (let i = 0; i < given.length; i++) expect(await written.get(i)).toEqual(await given.get(i));
    await written.close();
  });

  it('trains and evaluates its recipe on both splits', async () => {
    await startBackend();
    const recipe = await loadRecipe(join(folder, 'gestures-recipe.ts'));
    for (const benchmark of ['split', 'validation']) {
      const out = join(folder, benchmark);
      const own = { ...recipe, data: { ...recipe.data, benchmark } };
      const run = await pretrain({ recipe: own, data, out, epochs: 1 });
      expect(run.log).toHaveLength(1);
      const [found] = await evaluate({ run: out, data, protocols: [{ protocol: 'knn' }] });
      expect(found).toMatchObject({ protocol: 'knn', recipe: 'gestures-moco' });
    }
  });
});
