import { stat } from 'node:fs/promises';
import { FormatError } from '@halp/files';
import { createRandom } from '@halp/random';
import {
  buildEncoders,
  buildTraining,
  type EncodersOnly,
  importEncoder,
  leastParameters,
  type Recipe,
  type Training,
} from '@halp/recipes';
import { START, type TrainingPosition } from '@halp/train';
import type { RunFolder } from '@halp/train/node';
import { recipeOfRun } from './recipe-of-run.ts';

/** All networks of a run, and what trains them, as they were at some moment of its training. */
export interface LoadedTraining {
  /** The networks; whoever calls disposes them. */
  readonly training: Training;
  /** How far training had come. */
  readonly position: TrainingPosition;
}

/** The encoders of a run as they were at some moment of its training. */
export interface LoadedEncoders extends EncodersOnly {
  /** How far training had come. */
  readonly position: TrainingPosition;
}

/**
 * The encoders of a run with the weights of its last checkpoint, or of the one after `epoch` epochs; nothing else of its
 * training is built.
 *
 * The beginning of a run that began from nothing needs no checkpoint: recipe and seed give its initial weights, bit for bit.
 *
 * @param modules - Those that may be imported, as `modulesOfRun` gives them.
 * @throws FormatError if there is no such checkpoint (it lists the epochs that there are) or it does not fit the recipe.
 */
export async function loadEncoders(
  run: RunFolder,
  modules: readonly string[],
  epoch?: number,
): Promise<LoadedEncoders> {
  const recipe = recipeOfRun(run);
  await expectHeld(run, recipe);
  const make = await importEncoder(recipe, { modules });
  const built = buildEncoders(recipe, createRandom(run.manifest.seed), make);
  try {
    if (await isBeginning(run, epoch)) return { ...built, position: START };
    return { ...built, position: (await run.loadPartInto(built.variables, epoch)).position };
  } catch (error) {
    built.dispose();
    throw error;
  }
}

/**
 * All networks of a run, heads, key networks and queues among them; otherwise as {@link loadEncoders}.
 *
 * @throws FormatError as {@link loadEncoders}.
 */
export async function loadTraining(
  run: RunFolder,
  modules: readonly string[],
  epoch?: number,
): Promise<LoadedTraining> {
  const recipe = recipeOfRun(run);
  await expectHeld(run, recipe);
  const make = await importEncoder(recipe, { modules });
  const training = buildTraining(recipe, createRandom(run.manifest.seed), make);
  try {
    if (await isBeginning(run, epoch)) return { training, position: START };
    return { training, position: (await run.loadInto(training, epoch)).position };
  } catch (error) {
    training.dispose();
    throw error;
  }
}

async function isBeginning(run: RunFolder, epoch: number | undefined): Promise<boolean> {
  return epoch === 0 && beganFromNothing(run) && !(await run.hasCheckpoint(0));
}

/**
 * Before anything is made: a manifest that claims networks larger than the run's checkpoint holds would take all memory.
 *
 * @throws FormatError if it does.
 */
async function expectHeld(run: RunFolder, recipe: Recipe): Promise<void> {
  const path = run.checkpointPath();
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return;
  const { objective, head } = recipe;
  const keys = 'queueSize' in objective ? objective.queueSize * head.outputs : 0;
  const least = leastParameters(recipe) + head.hidden * head.outputs + keys;
  if (4 * least <= size) return;
  throw new FormatError(
    path,
    `expected the networks that the manifest claims, at least ${4 * least} bytes, got a checkpoint of ${size}`,
  );
}

function beganFromNothing({ manifest }: RunFolder): boolean {
  return manifest.branchedFrom === undefined && manifest.importedFrom === undefined;
}
