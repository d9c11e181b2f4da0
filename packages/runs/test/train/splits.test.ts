import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import type { SplitRule } from '@halp/data';
import { addSplits, prepare, readManifest } from '@halp/data/node';
import type { Recipe, TablePlan } from '@halp/recipes';
import {
  embed,
  estimate,
  evaluate,
  inspect,
  inspectionLines,
  pretrain,
  reproduce,
  runReport,
  runStatuses,
} from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: readonly string[]): string => join(folder(), ...names);
const on = (benchmark: string): Recipe => ({
  ...tinyMoco,
  name: `tiny-${benchmark}`,
  data: { ...tinyMoco.data, benchmark },
});
const protocols = [{ protocol: 'knn' }, { protocol: 'linear' }] as const;
const splits: Readonly<Record<string, SplitRule>> = {
  'by-camera': { from: 'xsub', train: { camera: [2, 3] }, test: { camera: [1] } },
  'train-views': {
    from: 'xview',
    train: { part: 'train', camera: [2] },
    test: { part: 'train', camera: [3] },
  },
};

beforeAll(async () => {
  await startBackend();
  await prepare('synthetic', { out: at('data'), performers: 2, replications: 1 });
  await addSplits(at('data'), splits);
});

describe('a split of a prepared set', () => {
  it('trains and evaluates to the same numbers as the same benchmark with its own arrays', async () => {
    const results = [];
    for (const benchmark of ['xview', 'by-camera']) {
      const out = at(benchmark);
      const run = await pretrain({ recipe: on(benchmark), data: at('data'), out, epochs: 2 });
      const evaluations = await evaluate({ run: out, data: at('data'), protocols });
      const features = await embed({
        run: out,
        data: at('data'),
        part: 'test',
        format: 'npy',
        out: at(`${benchmark}.npy`),
      });
      expect(features).toMatchObject({ benchmark });
      results.push({
        losses: run.log.map(({ losses }) => losses),
        evaluations: JSON.parse(
          JSON.stringify(evaluations).replaceAll(benchmark, 'xview'),
        ) as unknown,
        features: await readFile(at(`${benchmark}.npy`), 'base64'),
      });
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('stands in the manifest of its run, which does not list the other splits', async () => {
    const { manifest } = await openRun(at('by-camera'));
    const { arrays, benchmark } = manifest.data as { arrays: object; benchmark: string };
    expect([benchmark, Object.keys(arrays)]).toEqual(['by-camera', ['xsub', 'xview', 'by-camera']]);
    expect(arrays).toMatchObject({ 'by-camera': { split: { from: 'xsub' } } });
    const other = await openRun(at('xview'));
    expect(Object.keys(other.manifest.data['arrays'] as object)).toEqual(['xsub', 'xview']);
  });

  it('is resumed with the same split, and refused after the split has changed', async () => {
    const again = {
      ...{ recipe: on('by-camera'), data: at('data'), out: at('by-camera') },
      ...{ epochs: 3, resume: true },
    };
    expect((await pretrain(again)).log).toHaveLength(3);
    await addSplits(at('data'), {
      'by-camera': { from: 'xsub', train: { camera: [2] }, test: { camera: [1] } },
    });
    await expect(pretrain({ ...again, epochs: 4 })).rejects.toThrow(
      'got one on other data (other checksums of synthetic by-camera: train.data',
    );
    await addSplits(at('data'), { 'by-camera': splits['by-camera'] as SplitRule });
    expect((await pretrain({ ...again, epochs: 4 })).log).toHaveLength(4);
  });

  it('is another split for transfer, and test clips that a run was trained on are counted', async () => {
    const output = collectedOutput();
    const [found] = await evaluate({
      run: at('xview'),
      data: at('data'),
      benchmark: 'train-views',
      protocols: [{ protocol: 'knn' }],
      onEvent: output.onEvent,
    });
    expect(found).toMatchObject({ protocol: 'knn' });
    const { benchmarks } = await readManifest(at('data'));
    const seen = benchmarks['train-views']?.test.clips as number;
    expect(output.lines.join('\n')).toContain(
      `warning: the run was trained on ${seen} of the test clips of synthetic train-views: training clips of xview`,
    );
  });

  it('is a column of tables, with an estimate, a report and a list of runs', async () => {
    const plan: TablePlan = {
      ...{ name: 'splits', title: 'Splits', seeds: [0] },
      columns: [
        { label: 'own', protocol: 'knn' },
        {
          label: 'views',
          protocol: 'knn',
          on: { data: 'synthetic', benchmark: 'train-views' },
        },
      ],
      rows: [{ label: 'MoCo', recipe: on('by-camera'), epoch: 1 }],
    };
    const found = await estimate(plan, { data: at('data'), steps: 1 });
    expect(found.runs.map(({ run }) => run)).toEqual(['tiny-by-camera']);
    const measured = await reproduce(plan, { data: at('data'), out: at('table') });
    for (const cell of Object.values(measured.rows[0]?.cells ?? {})) {
      expect(cell.values[0]).toBeGreaterThan(0);
    }
    const report = await runReport({ runs: [at('by-camera')], data: at('data') });
    expect(report).toContain('by-camera');
    expect((await runStatuses([at('by-camera')])).runs).toHaveLength(1);
  });

  it('is described by inspect', async () => {
    const inspection = await inspect({ path: at('data'), benchmark: 'train-views', part: 'test' });
    expect(inspectionLines(inspection).join('\n')).toMatch(
      / {2}train-views \(a split of xview\): \d+ train \/ \d+ test, /,
    );
  });

  it('does not hide the only benchmark of a set', async () => {
    const { manifest } = await prepare('synthetic', {
      ...{ out: at('one'), performers: 2, replications: 1, benchmarks: ['xview'] },
    });
    expect(Object.keys(manifest.benchmarks)).toEqual(['xview']);
    await addSplits(at('one'), { 'train-views': splits['train-views'] as SplitRule });
    const [found] = await evaluate({
      run: at('by-camera'),
      data: at('one'),
      protocols: [{ protocol: 'knn' }],
    });
    expect(found?.protocol).toBe('knn');
  });

  it('is refused by one line if its rows are gone', async () => {
    const file = at('data', 'by-camera', 'train_row.npy');
    const bytes = await readFile(file);
    await rm(file);
    const recipe = on('by-camera');
    await expect(pretrain({ recipe, data: at('data'), out: at('new'), epochs: 1 })).rejects.toThrow(
      `${file}: expected a file, got nothing at that path`,
    );
    await writeFile(file, bytes);
  });
});
