import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { pretrain, type PretrainOptions } from '@halp/runs/node';
import { keptFolder, withFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const data = (): string => join(folder(), 'data');

beforeAll(async () => {
  await startBackend();
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data() });
});

type Options = Omit<PretrainOptions, 'data' | 'recipe'> & Partial<Pick<PretrainOptions, 'recipe'>>;

/** Trains in this folder; returns the last checkpoint and the metrics of every epoch. */
async function train(options: Options) {
  const run = await pretrain({
    recipe: tinyHalp,
    data: data(),
    seed: 1,
    probeEvery: 0,
    ...options,
  });
  return {
    bytes: await readFile(run.checkpointPath()),
    metrics: run.log.map(({ metrics }) => metrics),
  };
}

const any = expect.any(Number) as number;

describe('the gradient metrics of a training', () => {
  it('are logged for the active terms and do not change one bit of the run', async () => {
    await withFolder(async (runs) => {
      const without = await train({ epochs: 5, out: join(runs, 'without') });
      const measured = await train({ epochs: 5, out: join(runs, 'with'), gradientEvery: 2 });
      expect(measured.bytes.equals(without.bytes)).toBe(true);
      const active = {
        'gradient-norm-infonce': any,
        'gradient-norm-halp': any,
        'gradient-cosine-infonce-halp': any,
      };
      // The term starts with the third epoch: after the second it is part of the next step.
      expect(measured.metrics).toEqual([{}, active, {}, active, {}]);
      expect(without.metrics).toEqual([{}, {}, {}, {}, {}]);
    });
  });

  it('are equal in a resumed run, also in a branch', async () => {
    await withFolder(async (runs) => {
      const source = join(runs, 'moco');
      const common = { epochs: 2, keep: [2], gradientEvery: 1 };
      const moco = await train({ ...common, recipe: tinyMoco, out: source });
      expect(moco.metrics[1]).toEqual({ 'gradient-norm-infonce': any });
      const branch = { run: source, epoch: 2 };
      const [whole, parts] = [join(runs, 'whole'), join(runs, 'parts')];
      const undisturbed = await train({ out: whole, epochs: 5, branch, gradientEvery: 1 });
      await train({ out: parts, epochs: 3, branch, gradientEvery: 1 });
      const resumed = await train({ out: parts, epochs: 5, resume: true, gradientEvery: 1 });
      expect(resumed.metrics).toEqual(undisturbed.metrics);
      expect(resumed.bytes.equals(undisturbed.bytes)).toBe(true);
    });
  });
});
