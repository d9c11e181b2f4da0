import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { completeSweepRun, type Sweep } from '@halp/cli';
import { planSynthetic, prepare } from '@halp/data/node';
import { pretrain } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import {
  collectedOutput,
  contentsOf,
  environmentOf,
  withFolder,
} from '../../../runs/test/helpers.ts';
import { readSweep, type SweepRun } from '../../src/sweep/plan.ts';
import { sweepLocally } from '../../src/sweep/sweep.ts';
import { halp, halpProcess, mainProgram } from '../helpers.ts';

environmentOf('HALP_BACKEND', 'wasm');

/** Two seeds of the smallest run, and the folder of plan, data and runs. */
async function withSweep(
  epochs: number,
  work: (plan: string, runs: readonly string[], folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const plan = join(folder, 'plan.json');
    const values = {
      ...{ 'encoder.hidden': [4], 'encoder.layers': [1], batchSize: [16] },
      ...{ 'objective.queueSize': [32], epochs: [epochs] },
    };
    const recipes = ['synthetic-moco'];
    const content = { data: 'data', out: 'runs', recipes, seeds: [0, 1], values, knnEvery: 2 };
    await writeFile(plan, JSON.stringify(content));
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: join(folder, 'data') });
    const { stdout } = await halp('sweep', plan, '--json');
    const { runs } = JSON.parse(stdout) as { runs: readonly string[] };
    await work(plan, runs, folder);
  });
}

describe('halp sweep', () => {
  it('lists the commands of all runs, one per line', async () => {
    await withSweep(2, async (plan, runs) => {
      const { status, stdout, stderr } = await halp('sweep', plan, '--backend', 'cpu');
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/ sweep \S+plan\.json --run \S+-seed1 --backend cpu$/);
      expect(lines[1]).toContain(`--run ${runs[1] ?? ''} `);
    });
  });

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

  it('reports the number of failed runs, and the error of the first', async () => {
    await withSweep(2, async (plan, [name = ''], folder) => {
      const sweep = await readSweep(plan);
      const program = [process.execPath, '-e', "console.error('halp: no data'); process.exit(1)"];
      await expect(
        sweepLocally(sweep, { program, processes: 2 }, collectedOutput()),
      ).rejects.toThrow(
        `sweep: 2 of 2 runs failed; the first is ${name} (1): halp: no data; ` +
          `see ${join(folder, 'runs', `${name}.log`)}`,
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
