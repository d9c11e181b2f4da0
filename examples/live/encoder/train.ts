/**
 * Trains the encoder of the page "Teach it your actions" on random motions, and writes it with its provenance to
 * docs/live/teach/encoder/.
 * Usage: npm run docs:teach-encoder [-- FOLDER]
 */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announceBackend, listening, processOutput } from '@halp/cli';
import { writeDataset } from '@halp/data/node';
import { writeFileAtomic } from '@halp/files/node';
import { formatEncoderFile, parseEncoderFile } from '@halp/recipes';
import { exportRun, pretrain } from '@halp/runs/node';
import type { RunManifest } from '@halp/train';
import { motions } from './motions.ts';
import { recipe } from './recipe.ts';

/** Motions of both parts; none of the test is among those of the training. */
const SIZES = { train: 3000, test: 64 };

const runs = process.argv[2] ?? 'runs/teach-encoder';
const place = 'docs/live/teach/encoder';
const [data, run] = [join(runs, 'data'), join(runs, recipe.name)];
const output = listening(processOutput(false));
const { onEvent } = output;
await announceBackend(undefined, output);
if (!(await exists(join(data, 'dataset.json')))) {
  const parts = {
    train: motions('train', SIZES.train, 0),
    test: motions('test', SIZES.test, 0),
  };
  await writeDataset(parts, { out: data, name: 'random-motions' });
}
const recipeFile = fileURLToPath(new URL('./recipe.ts', import.meta.url));
const resume = await exists(run);
await pretrain({ recipe, recipeFile, data, out: run, resume, workers: 0, saveEvery: 2, onEvent });

const name = 'encoder.safetensors';
const exported = join(runs, name);
await exportRun({ run, format: 'safetensors', out: exported, onEvent });
const file = parseEncoderFile(await readFile(exported), exported);
const manifest = withPackageNames(file.manifest);
const bytes = await formatEncoderFile({ ...file, manifest });
file.encoder.dispose();
await writeFileAtomic(join(place, name), bytes);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const facts = {
  command: 'npm run docs:teach-encoder',
  files: { [name]: { bytes: bytes.length, sha256 } },
  manifest,
};
const json = `${JSON.stringify(facts, null, 2)}\n`;
await writeFileAtomic(join(place, 'encoder.json'), new TextEncoder().encode(json));

/** The manifest with modules named by their package, in place of paths of this machine. */
function withPackageNames(own: RunManifest): RunManifest {
  const here = new URL('.', import.meta.url);
  const named = '@halp/example-live/encoder/';
  const text = JSON.stringify(own).replaceAll(here.href, named);
  return JSON.parse(text.replaceAll(fileURLToPath(here), named)) as RunManifest;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
