import { stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import {
  buildEncoders,
  buildTraining,
  type EncodersOnly,
  importEncoder,
  importParts,
  minParameters,
  type Recipe,
  type Training,
} from '@halp/recipes';
import { START, type TrainingPosition } from '@halp/train';
import type { RunFolder } from '@halp/train/node';
import { recipeOfRun } from './recipe-of-run.ts';

/** All networks of a run with their objective and optimizer, at one checkpoint. */
export interface LoadedTraining {
  /** The networks; the caller disposes them. */
  readonly training: Training;
  /** The position of training at the checkpoint. */
  readonly position: TrainingPosition;
}

/** The encoders of a run at one checkpoint. */
export interface LoadedEncoders extends EncodersOnly {
  /** The position of training at the checkpoint. */
  readonly position: TrainingPosition;
}

/**
 * The encoders of a run with the weights of its last checkpoint, or of the one after `epoch` epochs. Heads, key networks
 * and queues are not built.
 *
 * Epoch 0 of a run that was trained from scratch needs no checkpoint: recipe and seed give the initial weights, bit for
 * bit.
 *
 * @param modules - The modules that may be imported, from `modulesOfRun`.
 * @throws FormatError if there is no such checkpoint (the message lists the epochs there are) or it does not fit the
 * recipe.
 */
export async function loadEncoders(
  run: RunFolder,
  modules: readonly string[],
  epoch?: number,
): Promise<LoadedEncoders> {
  const recipe = recipeOfRun(run);
  await expectPlausibleSize(run, recipe);
  const make = await importEncoder(recipe, { modules });
  const built = buildEncoders(recipe, createRandom(run.manifest.seed), make);
  try {
    if (await isUntrained(run, epoch)) return { ...built, position: START };
    return { ...built, position: (await run.loadPartInto(built.variables, epoch)).position };
  } catch (error) {
    built.dispose();
    throw error;
  }
}

/**
 * All networks of a run, including heads, key networks and queues; otherwise as {@link loadEncoders}.
 *
 * @throws FormatError as {@link loadEncoders}.
 */
export async function loadTraining(
  run: RunFolder,
  modules: readonly string[],
  epoch?: number,
): Promise<LoadedTraining> {
  const recipe = recipeOfRun(run);
  await expectPlausibleSize(run, recipe);
  const own = await importParts(recipe, { modules });
  const training = buildTraining(recipe, createRandom(run.manifest.seed), own);
  try {
    if (await isUntrained(run, epoch)) return { training, position: START };
    return { training, position: (await run.loadInto(training, epoch)).position };
  } catch (error) {
    training.dispose();
    throw error;
  }
}

async function isUntrained(run: RunFolder, epoch: number | undefined): Promise<boolean> {
  return epoch === 0 && isFromScratch(run) && !(await run.hasCheckpoint(0));
}

/**
 * Called before networks are built: a manifest that describes networks larger than the run's checkpoint could exhaust the
 * memory.
 *
 * @throws FormatError if the checkpoint is too small for the networks of the recipe.
 */
async function expectPlausibleSize(run: RunFolder, recipe: Recipe): Promise<void> {
  const path = run.checkpointPath();
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return;
  const { objective, head } = recipe;
  const keys = 'queueSize' in objective ? objective.queueSize * head.outputs : 0;
  const least = minParameters(recipe) + head.hidden * head.outputs + keys;
  if (4 * least <= size) return;
  throw new FormatError(
    path,
    `expected at least ${4 * least} bytes for the networks of the manifest, got a checkpoint of ${size}`,
  );
}

function isFromScratch({ manifest }: RunFolder): boolean {
  return manifest.branchedFrom === undefined && manifest.importedFrom === undefined;
}
