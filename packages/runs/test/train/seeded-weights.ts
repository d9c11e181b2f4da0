import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { parseSafetensors, toNumbers } from '@halp/files';
import { type Recipe, recipes } from '@halp/recipes';
import { pretrain } from '@halp/runs/node';
import { keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

/**
 * The result of seeded trainings of three steps on TensorFlow.js's own `cpu` backend: the sum and the sum of squares of
 * each network in the checkpoint, of its queues and of its momentum buffers. `HALP_WRITE_FIXTURES=1` rewrites the file
 * after an intended change of numbers.
 */
const FIXTURE = fileURLToPath(new URL('../fixtures/seeded-weights.json', import.meta.url));

type Sums = Readonly<Record<string, readonly [sum: number, squares: number]>>;

const small: Readonly<Record<string, number>> = {
  queueSize: 32,
  topK: 8,
  newest: 32,
  prototypes: 4,
  count: 5,
};

/** The smallest recipe on the synthetic set; a HaLP term starts with its second epoch. */
function tiny(recipe: Recipe): Recipe {
  const { encoder, head, batchSize, evaluation } = tinyMoco;
  const objective = Object.fromEntries(
    Object.entries(recipe.objective).map(([name, value]) => [
      name,
      name === 'fromEpoch' ? 1 : (small[name] ?? (value as unknown)),
    ]),
  );
  return short({ ...recipe, encoder, head, batchSize, evaluation, objective: objective as never });
}

/** With short views, because the backend is slow. Graph encoders take minutes on it. */
function short(recipe: Recipe): Recipe {
  const views = Object.entries(recipe.views).map(([name, view]) => [name, frames(view)]);
  return { ...recipe, views: Object.fromEntries(views) as Recipe['views'] };
}

function frames(view: Recipe['views']['query']): Recipe['views']['query'] {
  return view.map((step) => ('size' in step ? { ...step, size: 8 } : step));
}

const all: readonly (readonly [string, Recipe])[] = [
  ...recipes
    .filter(({ name }) => name.startsWith('synthetic-'))
    .map((recipe) => [recipe.name, tiny(recipe)] as const),
  ...(['bone', 'motion'] as const).map(
    (stream) =>
      [
        stream,
        { ...tiny(recipes.find(({ name }) => name === 'synthetic-halp')!), stream },
      ] as const,
  ),
];

async function sumsOf(folder: string, name: string, recipe: Recipe): Promise<Sums> {
  const run = await pretrain({
    ...{ recipe, data: join(folder, 'data'), out: join(folder, name), seed: 5 },
    ...{ epochs: 2, probeEvery: 0 },
  });
  const file = run.checkpointPath();
  const { tensors } = parseSafetensors(await readFile(file), file);
  const sums: Record<string, [number, number]> = {};
  for (const [key, array] of Object.entries(tensors)) {
    const group = key.split('.').slice(0, 2).join('.');
    const total = (sums[group] ??= [0, 0]);
    for (const x of toNumbers(array)) {
      total[0] += x;
      total[1] += x * x;
    }
  }
  return sums;
}

/** The names of the trainings in the short lane; the others are in the long one. */
export const SHORT: readonly string[] = ['synthetic-halp'];

/** Tests of the trainings with a chosen name. */
export function seededWeightsTests(isChosen: (name: string) => boolean): void {
  const folder = keptFolder();
  beforeAll(async () => {
    await startBackend({ prefer: 'cpu' });
    const out = join(folder(), 'data');
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out });
  });

  describe('seeded trainings on the cpu backend', () => {
    const isWritten = process.env['HALP_WRITE_FIXTURES'] === '1';
    const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Record<string, Sums>;
    const families = all.filter(([name]) => isChosen(name));
    it.each(families)('of %s end with the weights of the fixture', async (name, recipe) => {
      const sums = await sumsOf(folder(), name, recipe);
      if (isWritten) {
        fixture[name] = sums;
        writeFileSync(FIXTURE, `${JSON.stringify(fixture, null, 1)}\n`);
      }
      expect(Object.keys(sums)).toEqual(Object.keys(fixture[name] ?? {}));
      for (const [key, [sum, squares]] of Object.entries(sums)) {
        const [expectedSum, expectedSquares] = fixture[name]?.[key] ?? [NaN, NaN];
        // Sums of float32 numbers in float64: other versions of Node round the last bit of exp and tanh differently.
        const scale = Math.max(1, Math.sqrt(expectedSquares));
        expect(Math.abs(sum - expectedSum) / scale, `${key}, sum`).toBeLessThan(1e-5);
        expect(Math.abs(squares - expectedSquares) / scale ** 2, `${key}, squares`).toBeLessThan(
          1e-5,
        );
      }
    });
  });
}
