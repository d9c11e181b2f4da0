import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { createRandom } from '@halp/random';
import type { TablePlan } from '@halp/recipes';
import {
  completeRun,
  exportRun,
  importCheckpoint,
  pretrain,
  reproduce,
  type RunToComplete,
} from '@halp/runs/node';
import { saveCheckpoint } from '@halp/train';
import { openRun } from '@halp/train/node';
import { halp } from '../../../cli/test/helpers.ts';
import { loadEncoders, loadTraining } from '../../src/run/load-run.ts';
import { collectedOutput, contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'wasm');
const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

/** A module that exports one of the tiny recipes. */
async function recipeFile(name: string, recipe: object): Promise<string> {
  const file = at(`${name}.mjs`);
  await writeFile(file, `export const recipe = ${JSON.stringify(recipe)};\n`);
  return file;
}

let moco = '';
let halpFile = '';

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  const size = { performers: 2, replications: 1 };
  await prepare(planSynthetic(size), { out: at('data') });
  await prepare(planSynthetic({ ...size, seed: 9 }), { out: at('other') });
  moco = await recipeFile('moco', tinyMoco);
  halpFile = await recipeFile('halp', tinyHalp);
});

describe('MoCo and then HaLP from the command line', () => {
  it('continues from the last checkpoint of the run, and from its epoch', async () => {
    const common = ['--data', at('data'), '--seed', '3', '--json'];
    const first = ['pretrain', moco, ...common, '--out', at('moco'), '--epochs', '2'];
    expect(await halp(...first)).toMatchObject({ status: 0 });
    const second = ['pretrain', halpFile, ...common, '--epochs', '3', '--init', at('moco')];
    const done = await halp(...second, '--out', at('halp'));
    expect(done.stderr.trimEnd().split('\n').at(-1)).toContain('next: halp evaluate knn');
    expect(done.status).toBe(0);
    const run = await openRun(at('halp'));
    expect(run.manifest.branchedFrom).toEqual({ run: '../moco', epoch: 2 });
    expect(run.log.map(({ epoch }) => epoch)).toEqual([2]);
    expect(run.log[0]?.losses).toHaveProperty('halp');
  });

  it('lists the available epochs in one line, and leaves no folder', async () => {
    const options = ['--data', at('data'), '--seed', '3', '--out', at('none')];
    const beginning = ['--init', at('moco'), '--init-epoch', '7'];
    const { status, stderr } = await halp('pretrain', halpFile, ...options, ...beginning);
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      `halp: ${at('moco', 'checkpoints', 'epoch-0007.safetensors')}: ` +
        'expected a checkpoint after 7 epochs, got none; the run has those after 2',
    );
    expect(existsSync(at('none'))).toBe(false);
  });

  it('creates no run from a checkpoint file if the data set is missing or does not match the recipe', async () => {
    const file = at('first.pth');
    await exportRun({ run: at('moco'), format: 'pytorch', out: file });
    const one = { ...tinyMoco, data: { ...tinyMoco.data, persons: 1 } };
    const cases = [
      [moco, at('absent'), 'expected a prepared data set, got no dataset.json there'],
      [await recipeFile('one', one), at('data'), 'expected a data set with kinect-v2, 1 person(s)'],
    ] as const;
    for (const [recipe, data, message] of cases) {
      const options = ['--data', data, '--out', at('never'), '--init', file];
      const { status, stderr } = await halp('pretrain', recipe, ...options);
      expect([status, existsSync(at('never'))]).toEqual([1, false]);
      expect(stderr).toContain(message);
    }
  });

  it('continues from an imported checkpoint at the epoch of the checkpoint', async () => {
    const file = at('moco.pth');
    await exportRun({ run: at('moco'), format: 'pytorch', out: file });
    await importCheckpoint({ file, recipe: tinyMoco, out: at('imported'), epoch: 5 });
    const options = ['--data', at('data'), '--out', at('from'), '--init', at('imported')];
    const { status, stderr } = await halp('pretrain', halpFile, ...options, '--epochs', '6');
    expect(stderr).toContain(`starting from ${at('imported')} after 5 epochs`);
    expect(status).toBe(0);
    expect((await openRun(at('from'))).log.map(({ epoch }) => epoch)).toEqual([5]);
  });

  it('starts from the same checkpoint when resumed after a kill before its first own checkpoint', async () => {
    const out = at('again');
    const branch = { run: at('moco'), epoch: 2 };
    const options = { recipe: tinyHalp, data: at('data'), out, seed: 3, epochs: 3 };
    await pretrain({ ...options, branch });
    const whole = await readFile(join(out, 'checkpoints', 'last.safetensors'));
    await rm(join(out, 'checkpoints'), { recursive: true });
    await rm(join(out, 'log.jsonl'));
    const run = await pretrain({ ...options, resume: true });
    expect(run.log.map(({ epoch }) => epoch)).toEqual([2]);
    expect(whole.equals(await readFile(run.checkpointPath()))).toBe(true);
  });
});

describe('the initial weights of a run', () => {
  it('are recomputed from recipe and seed, equal to the checkpoint after 0 epochs bit for bit', async () => {
    for (const [name, recipe] of Object.entries({ moco: tinyMoco, halp: tinyHalp })) {
      const options = { recipe, data: at('data'), epochs: 1, seed: 6 };
      const kept = await pretrain({ ...options, out: at(`kept-${name}`), keep: [0] });
      const without = await pretrain({ ...options, out: at(`not-${name}`) });
      expect([await kept.hasCheckpoint(0), await without.hasCheckpoint(0)]).toEqual([true, false]);
      const { training, position } = await loadTraining(without, [], 0);
      const made = await saveCheckpoint({ ...training, rng: createRandom(6) }, position, {
        recipe: recipe.name,
      });
      training.dispose();
      expect((await readFile(kept.checkpointPath(0))).equals(Buffer.from(made))).toBe(true);
    }
  });

  it('are not recomputed for a run initialized from another run', async () => {
    await expect(loadEncoders(await openRun(at('halp')), [], 0)).rejects.toThrow(
      'expected a checkpoint after 0 epochs, got none; the run has those after 3',
    );
  });

  it('are a row of a table that reuses a run of pretrain', async () => {
    const out = at('table');
    const options = { recipe: tinyMoco, data: at('data'), epochs: 2, seed: 0 };
    await pretrain({ ...options, out: join(out, 'synthetic-moco-seed0') });
    const plan: TablePlan = {
      ...{ name: 'small', title: 'Small', seeds: [0] },
      columns: [{ label: 'kNN', protocol: 'knn' }],
      rows: [
        { label: 'untrained', recipe: tinyMoco, epoch: 0 },
        { label: 'MoCo', recipe: tinyMoco, epoch: 2 },
      ],
    };
    const output = collectedOutput();
    const { rows } = await reproduce(plan, { data: at('data'), out, onEvent: output.onEvent });
    expect(rows.map(({ cells }) => cells['kNN']?.values.length)).toEqual([1, 1]);
    expect(output.lines.filter((line) => line.includes('training'))).toEqual([]);
  });
});

describe('an existing run', () => {
  const wanted = (out: string): RunToComplete => ({
    ...{ recipe: tinyMoco, seed: 0, data: at('data'), out, epochs: 1, keep: [] },
  });

  it('is reported if it is damaged, and nothing is overwritten', async () => {
    const out = at('damaged');
    await completeRun(wanted(out));
    await writeFile(join(out, 'manifest.json'), '{"format": 1,');
    const before = await contentsOf(out);
    await expect(completeRun(wanted(out))).rejects.toThrow('manifest.json: expected JSON');
    await rm(join(out, 'manifest.json'));
    await expect(completeRun(wanted(out))).rejects.toThrow('expected an empty or new folder');
    expect(Object.keys(await contentsOf(out))).toEqual(
      Object.keys(before).filter((name) => name !== 'manifest.json'),
    );
  });

  it('is not resumed on other data with the same name and shape', async () => {
    const out = at('resumed');
    const run = await completeRun(wanted(out));
    const options = { recipe: tinyMoco, out, seed: 0, epochs: 2, resume: true };
    const before = await contentsOf(out);
    await expect(pretrain({ ...options, data: at('other') })).rejects.toThrow(
      `expected a run on ${at('other')} in ${out}, got one on other data (other checksums of synthetic xsub: ` +
        'train.data, train.frames, test.data, test.frames); use the data set that it was trained on',
    );
    expect(await contentsOf(out)).toEqual(before);
    await pretrain({ ...options, data: at('data') });
    expect((await openRun(out)).log).toHaveLength(run.log.length + 1);
  });

  it('is not used by a table on other data with the same name', async () => {
    const options = { data: at('other'), out: at('table') };
    const plan: TablePlan = {
      ...{ name: 'small', title: 'Small', seeds: [0] },
      columns: [{ label: 'kNN', protocol: 'knn' }],
      rows: [{ label: 'MoCo', recipe: tinyMoco, epoch: 2 }],
    };
    await expect(reproduce(plan, options)).rejects.toThrow(`expected a run on ${at('other')} in `);
  });
});
