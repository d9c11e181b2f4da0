import { openDataset } from '@halp/data/node';
import { datasetForTraining, type Recipe } from '@halp/recipes';
import { openRun, type RunFolder } from '@halp/train/node';
import { importCheckpoint } from '../checkpoints/import.ts';
import { ignore, note } from '../run/events.ts';
import { isFolder } from '../run/read-input.ts';
import type { PretrainOptions } from './pretrain-options.ts';

/**
 * The options that start a run from `init`: the checkpoint of a run; or to resume the run that a file was imported into.
 *
 * @throws RangeError with another start, or if a file is to be imported and data set and recipe do not fit; nothing is written.
 * @throws FormatError if there is nothing at that path.
 */
export async function startOf(
  options: PretrainOptions,
): Promise<Pick<PretrainOptions, 'resume' | 'branch'>> {
  const { init, resume = false, branch, recipe, data, out, seed, signal } = options;
  const { onEvent = ignore } = options;
  if (init === undefined) return { resume, branch };
  if (resume || branch !== undefined) {
    throw new RangeError(
      `pretrain: expected option init for a new run only, got it with ${resume ? 'resume' : 'branch'}; leave one of them out`,
    );
  }
  const { from } = init;
  if (await isFolder(from, 'a run or a checkpoint')) {
    const epoch = init.epoch ?? (await lastEpoch(await openRun(from)));
    note(onEvent, `starting from ${from} after ${epoch} epochs`);
    return { branch: { run: from, epoch } };
  }
  await expectTrainable(recipe, data);
  const { recipeFile } = options;
  const source = { file: from, epoch: init.epoch, recipe, recipeFile };
  await importCheckpoint({ ...source, seed, signal, out, onEvent });
  return { resume: true };
}

/** Called before a file becomes a run folder. @throws FormatError, RangeError unless the data set exists and fits the recipe. */
async function expectTrainable(recipe: Recipe, data: string): Promise<void> {
  const dataset = await openDataset(data, { benchmark: recipe.data.benchmark, part: 'train' });
  try {
    datasetForTraining(recipe, dataset);
  } finally {
    await dataset.close();
  }
}

/** The whole epochs that a run has finished, by its log and its last checkpoint. */
async function lastEpoch(run: RunFolder): Promise<number> {
  const logged = (run.log.at(-1)?.epoch ?? -1) + 1;
  return Math.max(logged, (await run.checkpoints()).at(-1)?.epoch ?? 0);
}
