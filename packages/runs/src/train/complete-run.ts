import { access } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Recipe } from '@halp/recipes';
import { openRun, type RunFolder } from '@halp/train/node';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore, note } from '../run/events.ts';
import {
  aFlag,
  aListOfIntegers,
  anInteger,
  aPath,
  checkedLater,
  eventsAndSignal,
  optional,
} from '../run/option-checks.ts';
import { recipeFrom } from '../run/resolve-modules.ts';
import type { TrainingEvent } from './events.ts';
import { pretrain } from './pretrain.ts';
import { aBranchPoint, type BranchPoint } from './pretrain-options.ts';
import { expectSameModules, expectSameRun } from './same-run.ts';

/** A run to train to its last epoch. */
export interface RunToComplete {
  /** The recipe to train. */
  readonly recipe: Recipe;
  /** The file that the recipe was read from: its modules are found and recorded relative to its folder. Default: none. */
  readonly recipeFile?: string | undefined;
  /** The random seed. */
  readonly seed: number;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
  /** The number of epochs of the complete run. */
  readonly epochs: number;
  /** Epochs whose checkpoints are kept. */
  readonly keep: readonly number[];
  /** The checkpoint of another run to start from. Default: none. */
  readonly branch?: BranchPoint | undefined;
  /** Epochs between two kNN accuracies in the log. Default: never. */
  readonly knnEvery?: number | undefined;
  /** Epochs between two measurements of gradients in the log. Default: never. */
  readonly gradientEvery?: number | undefined;
  /** Whether a run is resumed although its modules have changed since it started. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Called with every step, epoch and note. Default: none. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Stops after the current step. */
  readonly signal?: AbortSignal | undefined;
}

const checks: OptionChecks<RunToComplete> = {
  ...eventsAndSignal,
  recipe: checkedLater,
  recipeFile: optional(aPath),
  seed: anInteger(0),
  data: aPath,
  out: aPath,
  epochs: anInteger(0),
  keep: aListOfIntegers(0),
  branch: optional(aBranchPoint),
  knnEvery: optional(anInteger(1)),
  gradientEvery: optional(anInteger(1)),
  allowModules: optional(aFlag),
};

/**
 * Trains a run to its last epoch: starts it if its folder is absent or empty, resumes it, or does nothing if it is complete.
 *
 * @throws Error if the folder has a run of another recipe, seed, data set or start, or of modules that have changed since and
 * are not allowed; nothing is changed.
 * @throws FormatError if the run in the folder is damaged; nothing is changed.
 */
export async function completeRun(options: RunToComplete): Promise<RunFolder> {
  checkCall('completeRun', options, checks);
  const recipe = recipeFrom(options.recipe, options.recipeFile);
  const run = { ...options, recipe };
  const { seed, out, epochs, onEvent = ignore } = run;
  const existing = await openIfThere(out);
  if (existing !== undefined) {
    await expectSameRun(existing, run);
    expectSameBranch(existing, run);
    await expectSameModules(run, onEvent);
    if (await existing.hasCheckpoint(epochs)) return existing;
  }
  const what = existing === undefined ? 'training' : 'resuming';
  note(onEvent, `${recipe.name}, seed ${seed}: ${what} to epoch ${epochs}`);
  const branch = existing === undefined ? run.branch : undefined;
  return pretrain({ ...run, branch, resume: existing !== undefined });
}

/** @throws Error unless a run started from the checkpoint that `branch` names, or from none. */
function expectSameBranch({ path, manifest }: RunFolder, { out, branch }: RunToComplete): void {
  const { branchedFrom } = manifest;
  const wanted = branch && { run: relative(out, branch.run), epoch: branch.epoch };
  if (wanted?.run === branchedFrom?.run && wanted?.epoch === branchedFrom?.epoch) return;
  const text = (from: typeof wanted): string =>
    from === undefined ? 'from its initial weights' : `from ${from.run} after ${from.epoch} epochs`;
  throw new Error(
    `completeRun: expected the run in ${path} to have started ${text(wanted)}, got one that started ${text(branchedFrom)}; ` +
      'choose another folder as option out, or give the recipe another name',
  );
}

/** The run in a folder; undefined if there is none. @throws FormatError if it is damaged. */
export async function openIfThere(path: string): Promise<RunFolder | undefined> {
  const isBegun = await access(join(path, 'manifest.json')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  return isBegun ? openRun(path) : undefined;
}
