import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recipe } from '@halp/recipes';
import { openRun, type RunFolder } from '@halp/train/node';
import { checkCall } from '../run/check-call.ts';
import { ignore, note } from '../run/events.ts';
import type { TrainingEvent } from './events.ts';
import { pretrain } from './pretrain.ts';
import type { BranchPoint } from './pretrain-options.ts';
import { expectSameRun } from './same-run.ts';

/** A run that is wanted to its last epoch. */
export interface RunToComplete {
  /** What is trained. */
  readonly recipe: Recipe;
  /** Names every random number. */
  readonly seed: number;
  /** The folder of the prepared data set. */
  readonly data: string;
  /** The folder of the run. */
  readonly out: string;
  /** Epochs after which it is complete. */
  readonly epochs: number;
  /** Epochs after which a checkpoint is kept. */
  readonly keep: readonly number[];
  /** Where it begins, if not at its own beginning. */
  readonly branch?: BranchPoint | undefined;
  /** Epochs between two kNN accuracies for the log; never unless given. */
  readonly knnEvery?: number | undefined;
  /** Whether a run goes on whose modules are not what they were when it began. Default: false. */
  readonly allowModules?: boolean | undefined;
  /** Receives every step, every epoch and what is assumed. Default: none. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings a run to its end from wherever it stands: begins it where its folder is absent or empty, resumes it, or leaves it as
 * it is. Doing it again changes nothing.
 *
 * @throws Error if the run that is there is of another recipe, seed or data set; nothing is changed.
 * @throws FormatError if the run that is there is damaged; nothing is changed.
 */
export async function completeRun(run: RunToComplete): Promise<RunFolder> {
  checkCall('completeRun', run, {
    ...{ texts: ['data', 'out'], lists: ['keep'] },
    integers: { seed: 0, epochs: 1, knnEvery: 1 },
  });
  const { recipe, seed, out, epochs, onEvent = ignore } = run;
  const existing = await openIfThere(out);
  if (existing !== undefined) {
    await expectSameRun(existing, run);
    if (await existing.hasCheckpoint(epochs)) return existing;
  }
  const what = existing === undefined ? 'training' : 'resuming';
  note(onEvent, `${recipe.name}, seed ${seed}: ${what} to epoch ${epochs}`);
  return pretrain({ ...run, resume: existing !== undefined });
}

/** The run in a folder; undefined where none has been begun. A damaged one is an error. */
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
