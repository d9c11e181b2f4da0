/**
 * Writes the encoder of the page "An encoder at work", its classifier and their provenance to docs/live/encoder/.
 * Trains them with the quickstart's recipe if its runs do not exist.
 * Usage: npm run docs:encoder [-- FOLDER]
 */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processOutput } from '@halp/cli';
import { announceBackend, listening } from '@halp/cli';
import { prepare } from '@halp/data/node';
import { writeFileAtomic } from '@halp/files/node';
import { exportRun, reproduce } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { table } from '../../examples/quickstart/table.ts';

const runs = process.argv[2] ?? 'runs/quickstart';
const place = 'docs/live/encoder';
const output = listening(processOutput(false));

await announceBackend(undefined, output);
const data = join(runs, 'data');
const isPrepared = await access(data).then(
  () => true,
  () => false,
);
if (!isPrepared) await prepare('synthetic', { out: data });
await reproduce(table, { data, out: runs, onEvent: output.onEvent });

const folder = join(runs, 'synthetic-halp-seed0');
const encoder = 'encoder.safetensors';
await exportRun({
  run: folder,
  format: 'safetensors',
  out: join(place, encoder),
  onEvent: output.onEvent,
});
const classifier = 'classifier.safetensors';
const learned = join(folder, 'classifiers', `${await linearEvaluation(folder)}.safetensors`);
await writeFileAtomic(join(place, classifier), await readFile(learned));

const run = await openRun(folder);
const facts = {
  command: 'npm run docs:encoder',
  files: Object.fromEntries(await Promise.all([encoder, classifier].map(fileFacts))),
  evaluations: Object.values(await run.evaluations()).map(evaluationFacts),
  manifest: run.manifest,
};
const json = `${JSON.stringify(facts, null, 2)}\n`;
await writeFileAtomic(join(place, 'encoder.json'), new TextEncoder().encode(json));

/** The name of the only linear evaluation of a run, which its classifier has too. */
async function linearEvaluation(path: string): Promise<string> {
  const names = Object.keys(await (await openRun(path)).evaluations());
  const [only, ...more] = names.filter((name) => name.includes('-linear'));
  if (only !== undefined && more.length === 0) return only;
  throw new Error(`${path}: expected one linear evaluation, got ${names.join(', ')}`);
}

function evaluationFacts(evaluation: unknown): object {
  const { protocol, data, settings, selection, accuracy, interval, counts } = evaluation as Record<
    string,
    unknown
  >;
  return { protocol, data, settings, selection, accuracy, interval, counts };
}

async function fileFacts(name: string): Promise<[string, object]> {
  const bytes = await readFile(join(place, name));
  return [name, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }];
}
