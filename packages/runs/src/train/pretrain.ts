import { access, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@halp/data';
import { dataSetNamed, openDataset } from '@halp/data/node';
import { FormatError } from '@halp/files';
import { expectWritableInside, removeLeftovers, takeLock } from '@halp/files/node';
import { createRandom } from '@halp/random';
import {
  buildTraining,
  importParts,
  type MakeLoader,
  modulesOf,
  type OwnParts,
  type Recipe,
  trainingBatches,
  tryOwnParts,
} from '@halp/recipes';
import { openRun, RUN_LOCK, type RunFolder } from '@halp/train/node';
import { loaderOn } from '../features/make-loader.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import {
  aFlag,
  aListOfIntegers,
  anInteger,
  aPath,
  checkedLater,
  eventsAndSignal,
  optional,
} from '../run/option-checks.ts';
import { expectFolderPath } from '../run/out-path.ts';
import { recipeFrom } from '../run/resolve-modules.ts';
import { beginRun } from './begin-run.ts';
import {
  aBranchPoint,
  anInitPoint,
  type LockedOptions,
  type PretrainOptions,
} from './pretrain-options.ts';
import { expectSameModules } from './same-run.ts';
import { startOf } from './start-of.ts';
import { trainRun } from './train-run.ts';

const checks: OptionChecks<PretrainOptions> = {
  ...eventsAndSignal,
  recipe: checkedLater,
  recipeFile: optional(aPath),
  data: aPath,
  out: aPath,
  epochs: optional(anInteger(0)),
  seed: optional(anInteger(0)),
  resume: optional(aFlag),
  allowModules: optional(aFlag),
  branch: optional(aBranchPoint),
  init: optional(anInitPoint),
  keep: optional(aListOfIntegers(0)),
  saveEvery: optional(anInteger(1)),
  keepRecent: optional(anInteger(0)),
  saveEverySteps: optional(anInteger(1)),
  knnEvery: optional(anInteger(1)),
  probeEvery: optional(anInteger(0)),
  gradientEvery: optional(anInteger(1)),
  workers: optional(anInteger(0)),
};

/**
 * Trains a recipe into a run folder, and returns the run.
 *
 * @throws FormatError if the data set or the run to resume cannot be read.
 * @throws RangeError if data set and recipe do not fit.
 * @throws Error if `out` is not empty and `resume` is not set, if the run in it has another recipe or seed, if a module of
 * the recipe has changed since the run started, or if a loss is not finite (with step, seed and last checkpoint).
 */
export async function pretrain(options: PretrainOptions): Promise<RunFolder> {
  checkCall('pretrain', options, checks);
  expectRunning('pretrain');
  const recipe = recipeFrom(options.recipe, options.recipeFile);
  const { out, seed = 0, epochs = recipe.epochs, onEvent = ignore } = options;
  await expectFolderPath('pretrain', out);
  const start = await startOf({ ...options, recipe });
  const { resume = false } = start;
  if (resume) {
    if (start.branch !== undefined) {
      throw new RangeError(
        'pretrain: expected option branch for a new run only, got it with resume; leave one of them out',
      );
    }
    await openRun(out);
    await expectWritableInside(out, 'checkpoints');
  }
  const isNew = !(await exists(out));
  const lock = await takeLock(join(out, RUN_LOCK), `the run ${out}`, {
    signal: options.signal,
    onWait: ({ pid, host }) =>
      note(
        onEvent,
        `${out}: locked by process ${pid} on ${host}; waiting up to three minutes to see whether it is still alive`,
      ),
  });
  const { lost } = lock;
  const signal = AbortSignal.any([lost, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    for (const folder of ['', 'checkpoints', 'evaluations'])
      await removeLeftovers(join(out, folder));
    return await pretrainLocked({ ...options, ...start, recipe, seed, epochs, signal, lost });
  } finally {
    await lock.release();
    // Removes a new folder that is empty, after a run that could not be created.
    if (isNew) await rmdir(out).catch(() => undefined);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function pretrainLocked(options: LockedOptions): Promise<RunFolder> {
  const { recipe, data, seed, onEvent = ignore } = options;
  await expectPrepared(recipe, data);
  const dataset = await openDataset(data, { benchmark: recipe.data.benchmark, part: 'train' });
  try {
    if (options.resume === true) await expectSameModules(options, onEvent);
    // The caller gave the recipe, and so allows its modules.
    const modules = modulesOf(recipe).map(({ module }) => module);
    const own = await importParts(recipe, { modules });
    const training = buildTraining(recipe, createRandom(seed), own);
    try {
      // Before anything is written: this throws if data set and recipe do not fit.
      const make = loaderOn(options.workers, modules);
      const batches = await trainingBatches(recipe, dataset, createRandom(seed), make);
      try {
        if (dataset.name !== recipe.data.name) {
          note(
            onEvent,
            `${recipe.name}: training on ${dataset.name}; the recipe was written for ${recipe.data.name}`,
          );
        }
        if (options.resume !== true) await tryParts(recipe, dataset, seed, own, make);
        const { run, from } = await beginRun(options, training, onEvent);
        const parts = { ...batches, dataset, own };
        await trainRun(run, training, parts, { ...options, from });
        return run;
      } finally {
        await batches.close();
      }
    } finally {
      training.dispose();
    }
  } finally {
    await dataset.close();
  }
}

/** @throws FormatError with the command that prepares the recipe's data set, if it is not in the folder. */
async function expectPrepared(recipe: Recipe, data: string): Promise<void> {
  if (await exists(join(data, 'dataset.json'))) return;
  const { name } = recipe.data;
  // A data set with another name consists of own clips.
  const known = dataSetNamed(name) === undefined ? 'own' : name;
  const raw = known === 'synthetic' ? '' : ' --raw DIR';
  throw new FormatError(
    data,
    `expected a prepared data set, got no dataset.json there; prepare it first: halp prepare ${known}${raw} --out ${data}`,
  );
}

/** Tries the parts of a user's modules on batches of their own, before anything is written. */
async function tryParts(
  recipe: Recipe,
  dataset: Dataset,
  seed: number,
  own: OwnParts,
  make: MakeLoader,
): Promise<void> {
  const rng = createRandom(seed);
  const batches = await trainingBatches(recipe, dataset, rng.fork('trial'), make);
  try {
    await tryOwnParts(recipe, batches, rng, own);
  } finally {
    await batches.close();
  }
}
