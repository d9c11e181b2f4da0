import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '@halp/files/node';
import type { EpochReport } from '@halp/train';
import { createRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { runsText } from '../../../cli/src/terminal/runs-text.ts';
import { halp } from '../../../cli/test/helpers.ts';
import { runStatuses } from '../../src/show/list.ts';
import { withFolder } from '../helpers.ts';
import { tinyHalp } from '../tiny.ts';

/** A run folder after `epochs` of the recipe's ten epochs. */
async function makeRun(path: string, epochs: number): Promise<RunFolder> {
  const run = await createRun(path, {
    ...{ format: 1, name: 'halp', seed: 3, data: {}, software: {}, machine: {} },
    recipe: { ...tinyHalp, epochs: 10 },
    startedAt: '2026-01-02T03:04:05.678Z',
  });
  for (let epoch = 0; epoch < epochs; epoch++) await run.appendLog(report(epoch));
  return run;
}

function report(epoch: number): EpochReport {
  const step = 3 * (epoch + 1);
  const losses = { total: -7, infonce: 5.25, halp: -12.25, kept: 0.8 };
  const speed = { learningRate: 0.01, seconds: 1, clipsPerSecond: 48 };
  const metrics = epoch % 2 === 1 ? { knn: 0.1 * epoch } : {};
  return { epoch, step, samples: 16 * step, losses, ...speed, metrics };
}

function evaluation(protocol: 'knn' | 'linear', epoch: number, accuracy: number): object {
  const settings = protocol === 'knn' ? { k: 1 } : { crops: 'fixed-centre' };
  return {
    protocol,
    epoch,
    accuracy,
    settings,
    selection: protocol === 'knn' ? null : 'last-epoch',
  };
}

describe('runStatuses', () => {
  it('finds runs at any depth, each once, and nothing else', async () => {
    await withFolder(async (folder) => {
      for (const name of ['b/run10', 'b/run9', 'a', '.hidden/run', 'node_modules/run']) {
        await makeRun(join(folder, name), 1);
      }
      await mkdir(join(folder, 'web'));
      await writeFile(join(folder, 'web', 'manifest.json'), '{"name": "a web page"}');
      const { runs, broken } = await runStatuses([folder, join(folder, 'a')]);
      const names = runs.map(({ path }) => path.slice(folder.length + 1));
      expect(names).toEqual(['a', 'b/run9', 'b/run10']);
      expect(broken).toEqual([]);
      await expect(runStatuses([join(folder, 'none')])).rejects.toThrow('none');
    });
  });

  it('distinguishes complete, interrupted and running trainings', async () => {
    await withFolder(async (folder) => {
      await makeRun(join(folder, 'complete'), 10);
      await makeRun(join(folder, 'interrupted'), 4);
      await makeRun(join(folder, 'killed'), 4);
      await makeRun(join(folder, 'training'), 4);
      const lock = await takeLock(join(folder, 'training', RUN_LOCK), 'it');
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'exit');
      const left = JSON.stringify({ pid: child.pid, host: hostname() });
      await writeFile(join(folder, 'killed', RUN_LOCK), left);
      const { runs } = await runStatuses([folder]);
      expect(runs.map(({ state, epoch, epochs }) => [state, epoch, epochs])).toEqual([
        ['complete', 10, 10],
        ['interrupted', 4, 10],
        ['interrupted', 4, 10],
        ['training', 4, 10],
      ]);
      expect(runs[3]?.process).toEqual({ pid: process.pid, host: hostname() });
      await lock.release();
    });
  });

  it('reports a run as complete at its requested epochs, and an imported run as imported', async () => {
    await withFolder(async (folder) => {
      const short = await makeRun(join(folder, 'short'), 4);
      await short.amend({ epochs: 4 });
      const longer = await makeRun(join(folder, 'stopped'), 4);
      await longer.amend({ epochs: 6 });
      const importedFrom = { file: 'model.pt', sha256: '', parts: ['encoder'], epoch: 300 };
      const { manifest } = short;
      const { epochs: _, ...whole } = manifest;
      await createRun(join(folder, 'imported'), { ...whole, importedFrom });
      await createRun(join(folder, 'branched'), {
        ...{ ...whole, branchedFrom: { run: '../short', epoch: 4 } },
      });
      const { runs } = await runStatuses([folder]);
      expect(runs.map(({ state, epoch, epochs }) => [state, epoch, epochs])).toEqual([
        ['interrupted', 4, 10],
        ['imported', 300, 10],
        ['complete', 4, 4],
        ['interrupted', 4, 6],
      ]);
      const text = runsText({ runs, broken: [] }, new Date());
      expect(text).toMatch(/^\S+short .* complete \(recipe: 10 epochs\) /m);
      expect(text).toMatch(/^\S+stopped .* interrupted at 4 of 6 \(recipe: 10 epochs\) /m);
      expect(text).toMatch(/^\S+imported .* 300\/10 .* imported /m);
    });
  });

  it('treats a lock of another host as held, and a lock of an earlier process with the same id as free', async () => {
    await withFolder(async (folder) => {
      const run = await makeRun(join(folder, 'run'), 4);
      const state = async (lock: object): Promise<unknown> => {
        await writeFile(join(run.path, RUN_LOCK), JSON.stringify(lock));
        return (await runStatuses([folder])).runs[0]?.state;
      };
      expect(await state({ pid: 1, host: 'elsewhere' })).toBe('training');
      expect(await state({ pid: process.pid, host: hostname(), started: '1' })).toBe(
        process.platform === 'linux' ? 'interrupted' : 'training',
      );
      expect(await state({})).toBe('interrupted');
    });
  });

  it('returns the last accuracy of each kind, from the log or an evaluation', async () => {
    await withFolder(async (folder) => {
      const run = await makeRun(join(folder, 'run'), 9);
      const last = async (): Promise<unknown> =>
        (await runStatuses([folder])).runs[0]?.accuracies.map((each) => [
          each.protocol,
          each.text,
          each.accuracy,
          each.epoch,
        ]);
      expect(await last()).toEqual([['knn', 'kNN, k = 1', 0.1 * 7, 8]]);
      await run.saveEvaluation('epoch-0004-knn', evaluation('knn', 4, 0.25));
      await run.saveEvaluation('epoch-0004-linear', evaluation('linear', 4, 0.5));
      const linear = ['linear', 'linear, fixed centre crops, last epoch', 0.5, 4];
      expect(await last()).toEqual([['knn', 'kNN, k = 1', 0.1 * 7, 8], linear]);
      // For the same epoch the evaluation is used, as in results and reports.
      await run.saveEvaluation('epoch-0008-knn', evaluation('knn', 8, 0.625));
      expect(await last()).toEqual([['knn', 'kNN, k = 1', 0.625, 8], linear]);
      await run.saveEvaluation('epoch-0009-knn', evaluation('knn', 9, 0.75));
      expect(await last()).toEqual([['knn', 'kNN, k = 1', 0.75, 9], linear]);
    });
  });

  it('lists a run that cannot be read, with the reason', async () => {
    await withFolder(async (folder) => {
      const run = await makeRun(join(folder, 'run'), 2);
      await writeFile(join(run.path, 'log.jsonl'), '{"epoch": 0}\n{}\n');
      const { runs, broken } = await runStatuses([folder]);
      expect(runs).toEqual([]);
      expect(broken[0]?.problem).toContain('log.jsonl: line 1: expected the report of an epoch');
    });
  });
});

describe('halp runs', () => {
  it('prints one line per run, and explains its accuracies', async () => {
    await withFolder(async (folder) => {
      const run = await makeRun(join(folder, 'run'), 9);
      await run.saveEvaluation('epoch-0004-linear', evaluation('linear', 4, 0.5));
      const found = await runStatuses([folder]);
      const changed = Date.parse(found.runs[0]?.changedAt ?? '');
      const lines = runsText(found, new Date(changed + 2 * 3_600_000)).split('\n');
      const words = (line = ''): string[] => line.split(/ {3,}/);
      expect(words(lines[0])).toEqual([
        'run',
        'recipe',
        'seed',
        'epoch',
        'losses',
        'kNN',
        'linear',
        'state',
        'age',
      ]);
      expect(words(lines[1])).toEqual([
        ...[run.path, 'halp', '3', '9/10', 'infonce 5.250  halp -12.250  kept 80.0 %'],
        ...['70.0 @8', '50.0 @4', 'interrupted at 9 of 10', '2 h'],
      ]);
      expect(lines.at(-1)).toBe(
        'accuracies in %: kNN, k = 1; linear, fixed centre crops, last epoch',
      );
      const { status, stdout, stderr } = await halp('runs', folder, '--json');
      expect(status).toBe(0);
      expect(stderr).toContain('9/10');
      const expected = JSON.parse(JSON.stringify(found)) as object;
      expect(JSON.parse(stdout)).toEqual({ ...expected, coordinates: [] });
    });
  });

  it('keeps a run on one line whatever the name of its recipe', async () => {
    await withFolder(async (folder) => {
      await makeRun(join(folder, 'run'), 9);
      const { runs, broken } = await runStatuses([folder]);
      const recipe = 'a\n/other/run   halp   0\tb';
      const named = { runs: runs.map((run) => ({ ...run, recipe })), broken };
      const lines = runsText(named, new Date()).split('\n');
      expect(lines[1]).toContain(String.raw`a\n/other/run   halp   0\tb   3`);
    });
  });

  it('shows one kind of accuracy per column, and lists all others with --all', async () => {
    await withFolder(async (folder) => {
      const run = await makeRun(join(folder, 'run'), 9);
      await run.saveEvaluation('epoch-0009-knn', evaluation('knn', 9, 0.75));
      const five = { ...evaluation('knn', 9, 0.25), settings: { k: 5 } };
      await run.saveEvaluation('epoch-0009-knn-5', five);
      await run.saveEvaluation('epoch-0004-knn', evaluation('knn', 4, 0.125));
      for (const fraction of [0.01, 0.1]) {
        await run.saveEvaluation(`epoch-0009-semi-supervised-${fraction}`, {
          ...{ ...evaluation('linear', 9, fraction), protocol: 'semi-supervised' },
          settings: { fraction, balanced: false, repeats: 5 },
        });
      }
      const retrieval = { protocol: 'retrieval', meanAveragePrecision: 0.375, settings: {} };
      await run.saveEvaluation('epoch-0009-retrieval', { ...retrieval, epoch: 9 });
      const transfer = { ...evaluation('knn', 9, 0.625), data: 'ntu60 xsub' };
      await run.saveEvaluation('epoch-0009-knn-on-ntu60-xsub', transfer);
      await run.saveEvaluation('epoch-0009-knn-4444cccc', evaluation('knn', 9, 0.875));
      const found = await runStatuses([folder]);
      const [status] = found.runs;
      expect(status?.accuracies.map(({ text, accuracy }) => [text, accuracy])).toEqual([
        ['kNN, k = 1', 0.75],
        ['kNN, k = 1 (epoch-0009-knn-4444cccc)', 0.875],
        ['kNN, k = 5', 0.25],
        ['kNN, k = 1, on ntu60 xsub', 0.625],
        ['1 % of labels, 5 plain subsets, last epoch', 0.01],
        ['10 % of labels, 5 plain subsets, last epoch', 0.1],
        ['retrieval, mAP', 0.375],
      ]);
      const short = runsText(found, new Date()).split('\n');
      const words = (line = ''): string[] => line.split(/ {3,}/);
      const [head, row] = short.slice(0, 2).map(words);
      const cells = Object.fromEntries((head ?? []).map((name, i) => [name, row?.[i]]));
      expect(cells).toMatchObject({ kNN: '75.0', 'few labels': '1.0', more: '+5' });
      expect(short.at(-1)).toBe(
        'accuracies in %: kNN, k = 1; 1 % of labels, 5 plain subsets, last epoch; for the other results, add --all',
      );
      const all = await halp('runs', folder, '--all');
      expect(all.stderr).toMatch(/^ {2}kNN, k = 1 {2,}12\.5 {2,}after 4 epochs$/m);
      expect(all.stderr).toMatch(/^ {2}retrieval, mAP {2,}37\.5 {2,}after 9 epochs$/m);
      expect(all.stderr).toMatch(/^ {2}kNN, k = 1, on ntu60 xsub {2,}62\.5 {2,}after 9 epochs$/m);
    });
  });

  it('reports a folder without runs', async () => {
    await withFolder(async (folder) => {
      expect(await halp('runs', folder)).toMatchObject({ status: 0, stderr: 'no runs found\n' });
    });
  });
});
