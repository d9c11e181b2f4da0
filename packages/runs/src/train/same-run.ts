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

/** @throws Error if a module of the run has changed since it started, unless `allowModules` is set: then a note is emitted. */
export async function expectSameModules(
  { out, allowModules = false }: Pick<PretrainOptions, 'out' | 'allowModules'>,
  say: Say,
): Promise<void> {
  const changed = await changedModules((await openRun(out)).manifest.modules ?? []);
  if (changed.length === 0) return;
  const changes = changed.map(describeChange).join('; ');
  if (!allowModules) {
    throw new Error(
      `pretrain: expected the modules with which ${out} started, got changed ones: ${changes}; restore them, choose another folder ` +
        'as option out, or continue with the changed ones by option allowModules',
    );
  }
  note(say, `${out}: ${changes}`);
}

/** Differences between the preparation of a data set and that of a run's training data. */
export async function preparedDifferently(
  { manifest }: RunFolder,
  data: string,
): Promise<string[]> {
  const trained = trainedOn(manifest);
  if (trained === undefined) return [];
  const { preparation } = await readManifest(data);
  // An import states nothing about the selection of persons and the treatment of empty frames.
  const own = trained.stated ? coordinatesOf(trained.preparation) : trained.preparation;
  const others = trained.stated ? coordinatesOf(preparation) : preparation;
  return recipeDifferences(own, others).map((line) => line.replace('recipe', 'preparation'));
}

function coordinatesOf({ channels, unit, up, normalisation }: Preparation): Partial<Preparation> {
  return { channels, unit, up, normalisation };
}

/**
 * Checks that a run has the given recipe, seed and data set, and the current precision.
 *
 * @throws Error with the first differences otherwise.
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
      `pretrain: expected a run of this recipe in ${path}, got another one (${differences.slice(0, 3).join('; ')}); ` +
        'resume it with its own recipe and seed, or choose another folder as option out',
    );
  }
  const own = trainingData(manifest);
  // An imported run has not been trained on any data yet.
  if (own.sha256 === undefined) return;
  const { precision = 'float32' } = manifest.software;
  if (precision !== currentPrecision()) {
    throw new Error(
      `pretrain: expected a run in ${currentPrecision()} in ${path}, got one in ${precision}; ` +
        `start the backend with option precision = ${precision}, or choose another folder as option out`,
    );
  }
  const difference = dataDifference(own, await dataIdentity(data, recipe.data.benchmark));
  if (difference !== undefined) {
    throw new Error(
      `pretrain: expected a run on ${data} in ${path}, got one on other data (${difference}); ` +
        'use the data set that it was trained on, or choose another folder as option out',
    );
  }
}

/** The differences of two recipes that affect training; evaluation settings do not. */
export function trainingDifferences(a: Recipe, b: Recipe): string[] {
  const [{ evaluation: _, ...left }, { evaluation: __, ...right }] = [a, b];
  return recipeDifferences(left, right);
}
