import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { createRandom } from '@halp/random';
import { buildTraining, type Recipe } from '@halp/recipes';
import { pretrain } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
const at = (name: string): string => join(folder(), name);
const other: Recipe = { ...tinyMoco, optimizer: { kind: 'adamW', weightDecay: 0.01 } };

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
  await pretrain({ recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1 });
});

describe('a run with the state of another kind of optimizer', () => {
  it('is not resumed: the recipes differ, and nothing is written', async () => {
    const before = await contentsOf(at('run'));
    const again = pretrain({
      ...{ recipe: other, data: at('data'), out: at('run'), epochs: 2, resume: true },
    });
    await expect(again).rejects.toThrow(/^pretrain: expected a run of this recipe in .*optimizer/);
    expect(await contentsOf(at('run'))).toEqual(before);
  });

  it('is one line that names the state, if only the checkpoint is of that kind', async () => {
    const manifest = at('run/manifest.json');
    const text = await readFile(manifest, 'utf8');
    const changed = JSON.parse(text) as { recipe: unknown };
    changed.recipe = other;
    await writeFile(manifest, JSON.stringify(changed));
    const before = await contentsOf(at('run'));
    const again = pretrain({
      ...{ recipe: other, data: at('data'), out: at('run'), epochs: 2, resume: true },
    });
    const message = await again.then(
      () => 'nothing',
      (error: unknown) => (error as Error).message,
    );
    expect(message).toMatch(/last\.safetensors: expected .*optimizer\./);
    expect(message).not.toContain('\n');
    expect(await contentsOf(at('run'))).toEqual(before);
    // The variables are those of before, too: nothing is loaded in part.
    const training = buildTraining(other, createRandom(3));
    const values = (): readonly string[] =>
      Object.values(training.objective.params).map((each) => each.dataSync().join());
    const first = values();
    await expect((await openRun(at('run'))).loadInto(training)).rejects.toThrow('optimizer.');
    expect(values()).toEqual(first);
    training.dispose();
    await writeFile(manifest, text);
  });
});
