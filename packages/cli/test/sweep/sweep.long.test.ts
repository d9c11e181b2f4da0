import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { completeSweepRun, pretrain, readSweep, type Sweep, type SweepRun } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { collectedOutput, contentsOf, environmentOf } from '../../../runs/test/helpers.ts';
import { halp, halpProcess, mainProgram } from '../helpers.ts';
import { withSweep } from './with-sweep.ts';

environmentOf('HALP_BACKEND', 'wasm');

describe('halp sweep', () => {
  it('starts a missing run, resumes an interrupted one, and skips a complete one', async () => {
    await withSweep(3, async (plan, names) => {
      const { runs } = await readSweep(plan);
      const [whole, stopped] = runs as [SweepRun, SweepRun];
      await startBackend({ prefer: 'wasm' });
      const { name: _, ...options } = stopped;
      await pretrain({ ...options, epochs: 1 });
      const complete = (name: string) => halp('sweep', plan, '--run', name, '--json');
      for (const { name, out, seed } of [whole, stopped]) {
        const { status, stdout } = await complete(name);
        expect(status).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ run: out, epoch: 2, backend: 'wasm' });
        const { log, manifest } = await openRun(out);
        expect(log.map(({ metrics }) => Object.keys(metrics))).toEqual([[], ['knn'], []]);
        expect(manifest.seed).toBe(seed);
      }
      const before = await contentsOf(stopped.out);
      expect(Object.keys(before)).toContain(join('evaluations', 'epoch-0003-knn.json'));
      expect(Object.keys(before).filter((file) => file.includes('tfevents'))).toHaveLength(1);
      const again = await complete(stopped.name);
      expect(again.status).toBe(0);
      expect(again.stderr).toBe(`backend wasm\n${stopped.out}: complete\n`);
      expect(await contentsOf(stopped.out)).toEqual(before);
      const { status, stderr } = await halp('sweep', plan, '--run', 'x');
      expect(status).toBe(1);
      expect(stderr).toContain(
        `halp: completeSweepRun: expected a run among ${names.join(', ')}, got 'x'`,
      );
    });
  });

  it('computes evaluations of every name once, and again for a recipe with other evaluation settings', async () => {
    await withSweep(1, async (plan) => {
      await startBackend({ prefer: 'wasm' });
      const sweep = await readSweep(plan);
      const [{ name, out, recipe }] = sweep.runs as [SweepRun];
      const { evaluation } = recipe;
      const fineTune = {
        ...{ epochs: 1, learningRate: 0.1, milestones: [], batchSize: 48 },
        selectBy: 'last-epoch' as const,
      };
      const changed = (k: number): Sweep => ({
        ...sweep,
        evaluate: ['knn', 'semi-supervised'],
        runs: sweep.runs.map((run) => ({
          ...run,
          recipe: {
            ...recipe,
            evaluation: { ...evaluation, trainView: evaluation.view, knn: { k }, fineTune },
          },
        })),
      });
      const first = collectedOutput();
      await completeSweepRun(changed(1), name, { onEvent: first.onEvent });
      expect(first.lines.some((line) => line.startsWith('semi-supervised'))).toBe(true);
      const before = await contentsOf(out);
      const second = collectedOutput();
      await completeSweepRun(changed(1), name, { onEvent: second.onEvent });
      expect(second.lines).toEqual([]);
      expect(await contentsOf(out)).toEqual(before);
      await completeSweepRun(changed(3), name);
      const saved = await (await openRun(out)).evaluations();
      expect(saved).toHaveProperty(['epoch-0001-knn', 'settings', 'k'], 1);
      expect(saved).toHaveProperty(['epoch-0001-knn-3', 'settings', 'k'], 3);
    });
  });

  it('runs everything locally in separate processes, and has nothing to do the second time', async () => {
    await withSweep(2, async (plan, runs, folder) => {
      const here = await halpProcess('sweep', plan, '--local', '2', '--json');
      expect(here).toMatchObject({ status: 0 });
      expect(here.stderr).toContain('2 runs complete; next: halp runs');
      const listed = await halp('runs', join(folder, 'runs'), '--json');
      const found = (JSON.parse(listed.stdout) as { runs: { state: string; path: string }[] }).runs;
      expect(found.map(({ state, path }) => [state, path])).toEqual(
        runs.map((name) => ['complete', join(folder, 'runs', name)]),
      );
      expect(await readFile(join(folder, 'runs', `${runs[0] ?? ''}.log`), 'utf8')).toContain(
        'complete',
      );
    });
  });

  it('waits after an interrupt until all running runs have ended, and starts no other', async () => {
    await withSweep(1000, async (plan, [name = ''], folder) => {
      const child = spawn(process.execPath, [await mainProgram(), 'sweep', plan, '--local', '1']);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      while (!existsSync(join(folder, 'runs', name, 'log.jsonl'))) await pause();
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      const { runs } = JSON.parse((await halp('runs', folder, '--json')).stdout) as {
        runs: { state: string; epoch: number }[];
      };
      expect(runs).toHaveLength(1);
      expect(runs[0]?.state).toBe('interrupted');
      const log = await readFile(join(folder, 'runs', `${name}.log`), 'utf8');
      expect(log).toContain('interrupted; what was saved is complete');
    });
  });
});

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
