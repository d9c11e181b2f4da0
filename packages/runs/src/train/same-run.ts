import { currentPrecision } from '@halp/backend';
import type { Preparation } from '@halp/data';
import { readManifest } from '@halp/data/node';
import { type Recipe, trainedOn } from '@halp/recipes';
import { recipeDifferences } from '@halp/train';
import { openRun, type RunFolder } from '@halp/train/node';
import { dataDifference, dataIdentity, trainingData } from '../run/data-checksums.ts';
import { note, type Say } from '../run/events.ts';
import { changedModules } from '../run/module-records.ts';
import { describeChange } from '../run/modules.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import type { PretrainOptions } from './pretrain-options.ts';

/** @throws Error if a module of the run is not what it was when the run began, unless that is allowed: it is said then. */
export async function expectSameModules(
  { out, allowModules = false }: PretrainOptions,
  say: Say,
): Promise<void> {
  const changed = await changedModules((await openRun(out)).manifest.modules ?? []);
  if (changed.length === 0) return;
  const changes = changed.map(describeChange).join('; ');
  if (!allowModules) {
    throw new Error(
      `pretrain: expected the modules with which ${out} began, got others: ${changes}; restore them, choose another ` +
        '--out, or go on with what is there by --allow-modules',
    );
  }
  note(say, `${out}: ${changes}`);
}

/** Where a data set is prepared in another way than the one that a run was trained on. */
export async function preparedDifferently(
  { manifest }: RunFolder,
  data: string,
): Promise<string[]> {
  const trained = trainedOn(manifest);
  if (trained === undefined) return [];
  const { preparation } = await readManifest(data);
  // How persons were chosen and frames of nobody treated is of the set, and is not asked at an import.
  const own = trained.stated ? coordinatesOf(trained.preparation) : trained.preparation;
  const others = trained.stated ? coordinatesOf(preparation) : preparation;
  return recipeDifferences(own, others).map((line) => line.replace('recipe', 'preparation'));
}

function coordinatesOf({ channels, unit, up, normalisation }: Preparation): Partial<Preparation> {
  return { channels, unit, up, normalisation };
}

/**
 * Refuses a run that is of something else than what is asked for.
 *
 * @throws Error if recipe, seed, preparation, data or precision differ, with the first differences.
 */
export async function expectSameRun(
  run: RunFolder,
  { recipe, seed, data }: { readonly recipe: Recipe; readonly seed: number; readonly data: string },
): Promise<void> {
  const { path, manifest } = run;
  const differences = trainingDifferences(recipeOfRun(run), recipe);
  differences.push(...(await preparedDifferently(run, data)));
  if (manifest.seed !== seed) differences.push(`seed: ${manifest.seed} !== ${seed}`);
  if (differences.length > 0) {
    throw new Error(
      `${path} is a run of another recipe (${differences.slice(0, 3).join('; ')}); ` +
        'resume it with its own recipe and seed, or choose another --out',
    );
  }
  const own = trainingData(manifest);
  // What was imported has seen no data here yet.
  if (own.sha256 === undefined) return;
  const { precision = 'float32' } = manifest.software;
  if (precision !== currentPrecision()) {
    throw new Error(
      `${path} was trained with ${precision}, and this process multiplies with ${currentPrecision()}; ` +
        `give --precision ${precision}, or choose another --out`,
    );
  }
  const difference = dataDifference(own, await dataIdentity(data, recipe.data.benchmark));
  if (difference !== undefined) {
    throw new Error(
      `${path} is a run of other data than ${data} (${difference}); ` +
        'give it the data set that it was trained on, or choose another --out',
    );
  }
}

/** Where two recipes train differently; how they are evaluated does not change a run. */
export function trainingDifferences(a: Recipe, b: Recipe): string[] {
  const [{ evaluation: _, ...left }, { evaluation: __, ...right }] = [a, b];
  return recipeDifferences(left, right);
}
