import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reducedTable } from '@halp/recipes';
import { loadTable, reproduce } from '@halp/runs/node';
import { by, examples, fakeDataSets, paperTableTests, small } from './paper-tables.ts';

describe('the tables of the paper', () => {
  const folders = fakeDataSets(['ntu60']);

  paperTableTests(folders, [
    ['knn', (label) => label === 'NTU-60 xsub' || label === 'NTU-120 xsub', 1],
  ]);

  it('does not reuse a run of another recipe with the same name', async () => {
    const table = await small('knn', (label) => label === 'NTU-60 xsub');
    const changed = { ...table, rows: table.rows.slice(0, 1) };
    const out = folders.out('changed');
    await reproduce(changed, { data: folders.data(), out });
    const other = reducedTable(await loadTable(join(examples, 'knn.ts')), { ...by, width: 3 });
    const again = { ...other, columns: changed.columns, rows: other.rows.slice(0, 1) };
    await expect(reproduce(again, { data: folders.data(), out })).rejects.toThrow(
      /expected a run of this recipe in .*ntu60-xsub-moco-reduced-seed0, got another one .*encoder\.hidden: 4 !== 3.*choose another folder as option out/,
    );
  });
});
