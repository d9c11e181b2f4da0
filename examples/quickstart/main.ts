/**
 * The demo: MoCo and HaLP on synthetic skeletons, compared with an untrained encoder, as a table and a report.
 * Usage: npm run demo [-- FOLDER]
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { processOutput } from '@halp/cli';
import { announceBackend, ensureNative, listening } from '@halp/cli';
import { prepare } from '@halp/data/node';
import { reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { table } from './table.ts';

const out = process.argv[2] ?? 'runs/quickstart';
const data = join(out, 'data');
const output = listening(processOutput(false));

await ensureNative(output);
await announceBackend(undefined, output);
if (!(await exists(data))) await prepare('synthetic', { out: data });
if (await exists(join(out, 'report.html')))
  output.line(`${out} is from an earlier call; remove it to train again`);
const measured = await reproduce(table, { data, out, onEvent: output.onEvent });
output.line(`\n${tableText(table, measured)}\n`);
output.line(await writeTableReport(table, measured, out));
output.line(
  `next: see a clip and its view: npm run -s halp -- inspect ${data} --draw clip.html --augment halp`,
);
output.line('      train on your own clips: docs/guides/add-a-data-set.md');

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
