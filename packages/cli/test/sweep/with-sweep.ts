import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planSynthetic, prepare } from '@halp/data/node';
import { withFolder } from '../../../runs/test/helpers.ts';
import { halp } from '../helpers.ts';

/** Two seeds of the smallest run, and the folder of plan, data and runs. */
export async function withSweep(
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
