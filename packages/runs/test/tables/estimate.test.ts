import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { type Recipe, reducedTable, type TablePlan } from '@halp/recipes';
import { estimate, estimateText, loadTable } from '@halp/runs/node';
import { expectNoLeak } from '@halp/testing';
import { collectedOutput, keptFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const paper = (name: string): string =>
  fileURLToPath(new URL(`../../../../examples/paper/${name}.ts`, import.meta.url));
const plan: TablePlan = {
  ...{ name: 'tiny', title: 'Tiny', seeds: [0, 1] },
  columns: [{ label: 'kNN', protocol: 'knn' }],
  rows: [
    { label: 'MoCo', recipe: tinyMoco, epoch: 5 },
    { label: 'HaLP', recipe: tinyHalp, epoch: 7, branch: { recipe: tinyMoco, epoch: 2 } },
  ],
};

describe('estimate', () => {
  beforeAll(async () => {
    await startBackend();
    await prepare(planSynthetic({ performers: 2, replications: 1 }), {
      out: join(folder(), 'data'),
    });
  });

  it('counts the steps of every run once, and multiplies them by the measured times', async () => {
    const found = await expectNoLeak(() =>
      estimate(plan, { data: join(folder(), 'data'), steps: 1 }),
    );
    // 48 clips in batches of 16; HaLP continues from MoCo after 2 epochs.
    expect(found.runs.map(({ run, epochs, steps }) => [run, epochs, steps])).toEqual([
      ['synthetic-moco', 5, 15],
      ['synthetic-halp', 5, 15],
    ]);
    for (const { steps, secondsPerStep, hours } of found.runs) {
      expect(secondsPerStep).toBeGreaterThan(0);
      expect(hours).toBeCloseTo((steps * secondsPerStep) / 3600, 12);
    }
    const parts = [...found.runs, ...found.evaluations].map(({ hours }) => hours);
    expect(found.hours).toBeCloseTo(2 * parts.reduce((a, b) => a + b), 12);
    expect(estimateText(found)).toMatch(/synthetic-halp +5 +15 /);
  });

  it('uses published sizes if there is no data, and measures each kind of run once', async () => {
    const table = reducedTable(await loadTable(paper('linear')));
    const output = collectedOutput();
    const found = await estimate(table, { steps: 1, onEvent: output.onEvent });
    expect(found.runs.find(({ run }) => run === 'ntu60-xsub-moco-reduced')?.steps).toBe(
      // The epochs before HaLP continues from it, plus the epochs of its own row.
      4 * Math.floor(40_091 / 16),
    );
    expect(output.lines.filter((line) => line.startsWith('timing'))).toHaveLength(2);
    // A probe with random crops extracts the features of every clip in every epoch.
    const fixed = table.rows.map((row) => {
      const recipes = Object.entries((row as { recipe: Record<string, Recipe> }).recipe);
      const withFixed = recipes.map(([name, recipe]) => {
        const { crops: _, ...linear } = recipe.evaluation.linear;
        return [name, { ...recipe, evaluation: { ...recipe.evaluation, linear } }] as const;
      });
      return { ...row, recipe: Object.fromEntries(withFixed) };
    });
    // Only the probe: the measured times of fine-tuning vary with the load of the machine.
    const probes = {
      ...table,
      columns: table.columns.filter(({ protocol }) => protocol === 'linear'),
    };
    const dear = await estimate(probes, { steps: 1 });
    const cheap = await estimate({ ...probes, rows: fixed }, { steps: 1 });
    expect(cheap.evaluations[0]?.hours).toBeLessThan((dear.evaluations[0]?.hours as number) / 2);
  });

  it('includes the cost of fine-tuning', async () => {
    const table = reducedTable(await loadTable(paper('semi-supervised')));
    const { evaluations } = await estimate(table, { steps: 1 });
    expect(evaluations[0]?.hours).toBeGreaterThan(0);
  });

  it('asks for the data if their size is unknown', async () => {
    await expect(estimate(plan, {})).rejects.toThrow(
      'estimate: expected a prepared data set synthetic with the benchmark xsub, got none; give its folder as option data',
    );
  });
});
