/** Follows docs/add-a-protocol.md literally: its files are extracted, compiled and run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { prepare } from '@halp/data/node';
import { syntheticMoco } from '@halp/recipes';
import { evaluate, loadTable, pretrain, reproduce, writeTableReport } from '@halp/runs/node';
import { withFolder } from '../../runs/test/helpers.ts';
import { halp } from './helpers.ts';
import { pageFiles } from './page-files.ts';

const { folder, names, problems } = pageFiles('docs/add-a-protocol.md');

describe('the guide on adding a protocol', () => {
  it('has three files that compile with the strictest settings', () => {
    expect(names).toEqual(['nearest-mean.ts', 'subject-leak.ts', 'my-table.ts']);
    expect(problems()).toEqual([]);
  });

  it('evaluates by its protocols, in the command, in code, in a table and in reports', async () => {
    await startBackend();
    await withFolder(async (own) => {
      const at = (...path: string[]): string => join(own, ...path);
      const data = at('data');
      await prepare('synthetic', { out: data, performers: 4, replications: 1, workers: 1 });
      await pretrain({ recipe: syntheticMoco, data, out: at('run'), epochs: 1 });
      const module = join(folder, 'nearest-mean.ts');
      const done = await halp(
        ...['evaluate', module, '--options', '{ "center": true }', '--run', at('run')],
        ...['--data', data, '--json'],
      );
      expect(done.stderr).toContain('nearest-mean top-1');
      const saved = readdirSync(at('run', 'evaluations'));
      expect(saved).toEqual(['epoch-0001-own-nearest-mean.json']);
      const options = { center: true };
      const protocols = [{ protocol: { kind: 'module', module, options } }] as const;
      const [again] = await evaluate({ run: at('run'), data, protocols });
      const first: unknown = JSON.parse(
        readFileSync(at('run', 'evaluations', 'epoch-0001-own-nearest-mean.json'), 'utf8'),
      );
      expect(JSON.parse(JSON.stringify(again))).toEqual(first);
      // 16 classes, chance is 6 %.
      expect(again).toMatchObject({ protocol: 'module', name: 'nearest-mean', settings: options });
      expect((again as { accuracy: number }).accuracy).toBeGreaterThan(0.3);

      const table = await loadTable(join(folder, 'my-table.ts'));
      const rows = table.rows.slice(0, 1);
      const plan = { ...table, rows };
      const measured = await reproduce(plan, { data, out: at('table') });
      const cells = measured.rows[0]?.cells ?? {};
      expect(Object.keys(cells)).toEqual(['kNN', 'nearest mean', 'same subject']);
      for (const { values } of Object.values(cells)) expect(values).toHaveLength(1);
      await writeTableReport(plan, measured, at('table'));
      const html = readFileSync(at('table', 'report.html'), 'utf8');
      expect(html).toContain('nearest-mean, center true');
      expect(html).toContain('subject-leak, same subject');
    });
  });
});
