import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseNpy } from '@halp/files';
import { parseClassifier, recipeNamed } from '@halp/recipes';
import { exportRun, importCheckpoint } from '@halp/runs/node';
import { nameOf, numbersOf, READY } from './encoder-numbers.ts';
import { drop, type OpenPage } from './page.ts';

const checkpoints = shared('checkpoints/actclr');
const recordings = shared('datasets/ntu-samples');
const checkpoint = 'actclr_joint_ntu60xview_lineareval_acc87.14.pt';
const FEATURES = 256;
const CLASSES = 60;
/** Some of the nine: a handshake and a hug. */
const TRIED = [5, 7];

/** The largest difference from an independent program on the same files, relative to the largest value. */
const TOLERANCE = 1e-3;

/** Tests of the page with a published encoder. */
export function publishedEncoderTests(open: OpenPage): void {
  const isThere = existsSync(checkpoints) && existsSync(recordings);
  if (!isThere) console.warn(`docs: no ${checkpoints} or ${recordings}; nothing of it is tested`);

  it('classifies recordings of NTU RGB+D with a published ST-GCN', async (context) => {
    if (!isThere) {
      context.skip(`there is no ${existsSync(checkpoints) ? recordings : checkpoints}`);
    }
    const { files } = JSON.parse(await text('fixture.json')) as { files: string[] };
    const features = await numbersIn('feature.npy');
    const logits = await numbersIn('logits.npy');
    const { classes: names, dropped } = await published();
    const { page, problems } = await open('encoder.html');
    await page.waitForSelector(READY);
    await drop(page, dropped);
    await expect
      .poll(async () => Object.keys((await numbersOf(page)).classes))
      .toHaveLength(CLASSES);
    for (const i of TRIED) {
      const file = files[i] as string;
      await drop(page, { [file]: await readFile(join(recordings, file)) });
      await expect
        .poll(async () => nameOf(await numbersOf(page)))
        .toBe(file.replace('.skeleton', ''));
      const { feature, classes } = await numbersOf(page);
      expectNear(feature, features.slice(i * FEATURES, (i + 1) * FEATURES));
      expectNear(
        names.map((name) => classes[name] as number),
        softmax(logits.slice(i * CLASSES, (i + 1) * CLASSES)),
      );
    }
    expect(problems).toEqual([]);
    await page.close();
  });
}

function shared(path: string): string {
  return fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
}

const text = (name: string): Promise<string> => readFile(join(checkpoints, name), 'utf8');

async function numbersIn(name: string): Promise<number[]> {
  return Array.from(parseNpy(await readFile(join(checkpoints, name)), name).data as Float32Array);
}

/** The published checkpoint as two files for the page, as `halp import` and `halp export` write them. */
async function published(): Promise<{
  readonly classes: readonly string[];
  readonly dropped: Readonly<Record<string, Uint8Array>>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'halp-published-'));
  try {
    const run = join(folder, 'run');
    const recipe = recipeNamed('ntu60-xview-skeletonclr');
    await importCheckpoint({
      file: join(checkpoints, checkpoint),
      recipe,
      out: run,
    });
    const encoder = join(folder, 'encoder.safetensors');
    await exportRun({ run, format: 'safetensors', out: encoder });
    const classifier = await readFile(join(run, 'classifiers', 'imported.safetensors'));
    return {
      classes: parseClassifier(classifier, 'classifier.safetensors', FEATURES).classes,
      dropped: {
        'encoder.safetensors': await readFile(encoder),
        'classifier.safetensors': classifier,
      },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function softmax(logits: readonly number[]): number[] {
  const exponentials = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const far = actual.map((value, i) => Math.abs(value - (expected[i] as number)));
  expect(Math.max(...far) / largest).toBeLessThan(TOLERANCE);
}
