import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare, writeFakeData } from '@halp/data/node';
import { reducedTable, type Reduction, type TablePlan } from '@halp/recipes';
import { loadTable, reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { keptFolder } from '../helpers.ts';

/** The size of the reduced runs. */
export const by: Reduction = {
  epochs: 2,
  width: 4,
  queueSize: 32,
  batchSize: 16,
  classifierEpochs: 2,
};
/** The folder of the tables. */
export const examples: string = fileURLToPath(
  new URL('../../../../examples/paper', import.meta.url),
);

/** A data set whose raw files can be generated. */
type FakeName = 'ntu60' | 'pkummd2';

/** The folders of data sets and runs for the tests of a file. */
export interface TableFolders {
  /** The folder that contains all data sets. */
  data(): string;
  /** The folder for some runs. */
  out(name: string): string;
}

/** Generated raw files of the named data sets, prepared before the tests. */
export function fakeDataSets(names: readonly FakeName[]): TableFolders {
  const folder = keptFolder();
  const data = (): string => join(folder(), 'data');
  beforeAll(async () => {
    await startBackend();
    for (const name of names) await prepareFakeData(name, folder());
  });
  return { data, out: (name) => join(folder(), name) };
}

async function prepareFakeData(name: FakeName, folder: string): Promise<void> {
  const raw = join(folder, 'raw', name);
  await writeFakeData(name, { out: raw });
  await prepare(name, { raw, out: join(folder, 'data', name), workers: 1 });
}

/** A reduced table of the paper with the selected columns only, to save time. */
export async function small(name: string, keep: (label: string) => boolean): Promise<TablePlan> {
  const table = reducedTable(await loadTable(join(examples, `${name}.ts`)), by);
  return { ...table, columns: table.columns.filter(({ label }) => keep(label)) };
}

/** A table, the columns to keep, and the number of those with data. */
export type TableCase = readonly [
  name: string,
  keep: (label: string) => boolean,
  measuredColumns: number,
];

/** Declares a test for each table. */
export function paperTableTests(folders: TableFolders, cases: readonly TableCase[]): void {
  it.each(cases)(
    '%s: prepares, trains, evaluates and prints from raw files in the original formats',
    async (name, keep, measuredColumns) => {
      const table = await small(name, keep);
      const out = folders.out('runs');
      const measured = await reproduce(table, { data: folders.data(), out });
      for (const { cells } of measured.rows) {
        const values = Object.values(cells).filter((cell) => cell.values.length > 0);
        expect(values).toHaveLength(measuredColumns);
        for (const cell of values) {
          expect(cell.reduced).toMatch(/^2 of (451|1001) epochs, width 4 of 1024/);
          for (const value of cell.values) expect(value >= 0 && value <= 1).toBe(true);
        }
        const missing = Object.values(cells).filter(({ reason }) => reason !== undefined);
        for (const { reason } of missing) expect(reason).toBe('the data set ntu120 is missing');
        expect(values.length + missing.length).toBe(table.columns.length);
      }
      const text = tableText(table, measured);
      expect(text).toContain('reduced: 2 of 451 epochs');
      expect(text.includes('the data set ntu120 is missing')).toBe(
        measuredColumns < table.columns.length,
      );
      expect(await writeTableReport(table, measured, out)).toContain('report.html');
    },
  );
}
