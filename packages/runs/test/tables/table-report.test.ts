import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TablePlan } from '@halp/recipes';
import { type MeasuredTable, writeTableReport } from '@halp/runs/node';
import { createRun } from '@halp/train/node';
import { withFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const EPOCHS = 4;
const recipe = { ...tinyMoco, epochs: EPOCHS };
/** The InfoNCE of each epoch, distinct from every other number of a report. */
const losses = [5.8671, 4.7561, 3.6451, 2.5341];

/** The report of one row whose run has trained four epochs and a fifth that no row uses. */
async function reportOf(row: { readonly epoch?: number }): Promise<string> {
  return withFolder(async (out) => {
    const run = await createRun(join(out, 'run'), {
      ...{ format: 1, name: recipe.name, seed: 0, data: {}, software: {}, machine: {} },
      recipe: JSON.parse(JSON.stringify(recipe)) as unknown,
      startedAt: '2026-01-02T03:04:05.678Z',
    });
    for (const [epoch, infonce] of [...losses, 1.4231].entries()) {
      const speed = { learningRate: 0.01, seconds: 1, clipsPerSecond: 48 };
      await run.appendLog({
        ...{ epoch, step: epoch + 1, samples: 8 * (epoch + 1), losses: { infonce } },
        ...{ ...speed, metrics: {} },
      });
    }
    const plan: TablePlan = {
      ...{ name: 'tiny', title: 'Tiny', seeds: [0] },
      columns: [{ label: 'kNN', protocol: 'knn' }],
      rows: [{ label: 'MoCo', recipe, ...row }],
    };
    const cells = { kNN: { values: [0.5], runs: ['run'] } };
    const measured: MeasuredTable = { table: 'tiny', seeds: [0], rows: [{ label: 'MoCo', cells }] };
    await writeTableReport(plan, measured, out);
    return readFile(join(out, 'report.html'), 'utf8');
  });
}

/** The epochs whose loss is in a report. */
const epochsIn = (html: string): readonly number[] =>
  [...losses, 1.4231].flatMap((loss, epoch) => (html.includes(String(loss)) ? [epoch] : []));

describe('the report of a table', () => {
  it('shows a run up to the epoch of its row, also if it was trained further', async () => {
    expect(epochsIn(await reportOf({ epoch: 2 }))).toEqual([0, 1]);
    expect(epochsIn(await reportOf({ epoch: 1 }))).toEqual([0]);
  });

  it('shows a run up to the last epoch of its recipe if its row has no epoch', async () => {
    expect(epochsIn(await reportOf({}))).toEqual([0, 1, 2, 3]);
  });

  it('shows no epoch of an untrained encoder', async () => {
    expect(epochsIn(await reportOf({ epoch: 0 }))).toEqual([]);
  });
});
