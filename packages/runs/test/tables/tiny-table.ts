import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSynthetic, prepare } from '@halp/data/node';
import type { TablePlan } from '@halp/recipes';
import { pairedDifference } from '@halp/report';
import { reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { onEachBackend } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { collectedOutput, withFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

/** A table of two recipes, one initialized from the other, and of their fusion. */
export const tinyTable: TablePlan = {
  name: 'tiny',
  title: 'Tiny',
  seeds: [0, 1],
  knnEvery: 3,
  columns: [
    { label: 'kNN', protocol: 'knn' },
    { label: 'linear', protocol: 'linear' },
  ],
  rows: [
    { label: 'untrained', recipe: tinyMoco, epoch: 0 },
    {
      label: 'MoCo',
      recipe: tinyMoco,
      epoch: 3,
      reported: { kNN: { value: 0.5, source: 'a test' } },
    },
    {
      label: 'HaLP',
      recipe: tinyHalp,
      epoch: 3,
      branch: { recipe: tinyMoco, epoch: 2 },
      comparedWith: 'MoCo',
    },
    { label: 'both', fuse: ['MoCo', 'HaLP'], weights: [0.4, 0.6] },
  ],
};

/** Tests that a table is filled with runs of these seeds, that a second call trains nothing, and that a missing last run is trained again. */
export function reproduceTests(seeds: readonly number[]): void {
  const plan: TablePlan = { ...tinyTable, seeds };
  const last = seeds.length - 1;
  describe('reproduce', () => {
    onEachBackend(() => {
      it('fills a table, resumes it, and gives the same numbers again', async () => {
        await withFolder(async (folder) => {
          const data = join(folder, 'data');
          await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
          const out = join(folder, 'out');
          const output = collectedOutput();
          const measured = await reproduce(plan, { data, out, onEvent: output.onEvent });
          expect(measured.rows.map(({ label }) => label)).toEqual([
            'untrained',
            'MoCo',
            'HaLP',
            'both',
          ]);
          for (const { cells } of measured.rows) {
            for (const { values, intervals } of Object.values(cells)) {
              expect([values.length, intervals?.length]).toEqual([seeds.length, seeds.length]);
              for (const value of values) expect(value).toBeGreaterThan(0);
            }
          }
          const branched = await openRun(join(out, 'synthetic-halp-seed0'));
          expect(branched.manifest.branchedFrom).toEqual({
            run: '../synthetic-moco-seed0',
            epoch: 2,
          });
          expect(branched.log.map(({ epoch }) => epoch)).toEqual([2]);
          expect(branched.log[0]?.losses).toHaveProperty('halp');
          const [, moco, halp] = measured.rows;
          expect(moco).not.toHaveProperty('differences');
          expect(Object.keys(halp?.differences ?? {})).toEqual(['kNN', 'linear']);
          expect(halp?.differences?.['kNN']).toEqual(
            pairedDifference(halp?.cells['kNN']?.values ?? [], moco?.cells['kNN']?.values ?? []),
          );
          // The accuracy in the log equals that of the evaluation after the same epoch.
          expect(branched.log[0]?.metrics['knn']).toBe(measured.rows[2]?.cells['kNN']?.values[0]);

          const again = collectedOutput();
          expect(await reproduce(plan, { data, out, onEvent: again.onEvent })).toEqual(measured);
          expect(again.lines).toEqual([]);

          expect(tableText(plan, measured)).toContain('50.0');
          expect(tableText(plan, measured)).toContain('HaLP − MoCo');
          expect(tableText(plan, measured)).toContain(
            'both: MoCo + HaLP, trained separately, scores fused with weights 0.4, 0.6.',
          );
          const line = await writeTableReport(plan, measured, out);
          expect(line).toContain(join(out, 'report.html'));
          expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<h1>Tiny</h1>');
          expect(JSON.parse(await readFile(join(out, 'tiny.json'), 'utf8'))).toEqual(
            JSON.parse(JSON.stringify(measured)),
          );

          // A new run gives the same numbers, because every random number comes from the seed.
          await rm(out, { recursive: true });
          const anew = await reproduce(plan, { data, out, seeds: seeds.slice(last) });
          const valuesOf = (table: typeof anew, from: number): unknown =>
            table.rows.map(({ cells }) =>
              Object.values(cells).map(({ values }) => values.slice(from)),
            );
          expect(valuesOf(anew, 0)).toEqual(valuesOf(measured, last));
        });
      });
    });
  });
}
