import { join } from 'node:path';
import { startBackend } from '@halp/backend';
import { loadTable, reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { prepare, writeFakeData } from '@halp/data/node';
import { reducedTable, type Reduction, type TablePlan } from '@halp/recipes';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { keptFolder } from '../helpers.ts';

const by: Reduction = { epochs: 2, width: 4, queueSize: 32, batchSize: 16, classifierEpochs: 2 };
const examples = fileURLToPath(new URL('../../../../examples/paper', import.meta.url));
const folder = keptFolder();
const data = (): string => join(folder(), 'data');

/** The raw files of two of the three data sets, prepared. */
async function prepareFakeData(): Promise<void> {
  for (const name of ['ntu60', 'pkummd2'] as const) {
    const raw = join(folder(), 'raw', name);
    await writeFakeData(name, { out: raw });
    await prepare(name, { raw, out: join(data(), name), workers: 1 });
  }
}

/** A table of the paper without one of its columns, to save time. */
async function small(name: string, keep: (label: string) => boolean): Promise<TablePlan> {
  const table = reducedTable(await loadTable(join(examples, `${name}.ts`)), by);
  return { ...table, columns: table.columns.filter(({ label }) => keep(label)) };
}

describe('the tables of the paper', () => {
  beforeAll(async () => {
    await startBackend();
    await prepareFakeData();
  });

  it.each([
    ['linear', (label: string) => !label.includes('xview'), 2],
    ['knn', (label: string) => !label.includes('xview'), 2],
    ['transfer', () => true, 1],
    ['three-stream', (label: string) => label === 'NTU-60 xsub', 1],
    ['semi-supervised', (label: string) => label === 'NTU-60 xsub, 10 %', 1],
  ] as const)(
    '%s: prepares, trains, evaluates and prints from raw files in the right formats',
    async (name, keep, measuredColumns) => {
      const table = await small(name, keep);
      const out = join(folder(), 'runs');
      const measured = await reproduce(table, { data: data(), out });
      for (const { cells } of measured.rows) {
        const values = Object.values(cells).filter((cell) => cell.values.length > 0);
        expect(values).toHaveLength(measuredColumns);
        for (const cell of values) {
          expect(cell.reduced).toMatch(/^2 of (451|1001) epochs, width 4 of 1024/);
          for (const value of cell.values) expect(value >= 0 && value <= 1).toBe(true);
        }
        const missing = Object.values(cells).filter(({ reason }) => reason !== undefined);
        for (const { reason } of missing) expect(reason).toBe('the data set ntu120 is not there');
        expect(values.length + missing.length).toBe(table.columns.length);
      }
      const text = tableText(table, measured);
      expect(text).toContain('reduced: 2 of 451 epochs');
      expect(text.includes('the data set ntu120 is not there')).toBe(
        measuredColumns < table.columns.length,
      );
      expect(await writeTableReport(table, measured, out)).toContain('report.html');
    },
  );

  it('does not take a run of another recipe with the same name', async () => {
    const table = await small('knn', (label) => label === 'NTU-60 xsub');
    const changed = { ...table, rows: table.rows.slice(0, 1) };
    const out = join(folder(), 'changed');
    await reproduce(changed, { data: data(), out });
    const other = reducedTable(await loadTable(join(examples, 'knn.ts')), { ...by, width: 3 });
    const again = { ...other, columns: changed.columns, rows: other.rows.slice(0, 1) };
    await expect(reproduce(again, { data: data(), out })).rejects.toThrow(
      /ntu60-xsub-moco-reduced-seed0 is a run of another recipe .*encoder\.hidden: 4 !== 3.*choose another --out/,
    );
  });
});
