import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { recipeDifferences } from '@halp/train';
import { openRun, type RunFolder } from '@halp/train/node';
import { epochName, evaluate } from './evaluate.ts';
import type { Output } from './output.ts';
import { pretrain } from './pretrain.ts';
import type { Sweep, SweepRun } from './sweep-plan.ts';

/**
 * Brings one run of a sweep to its end from wherever it stands: begins it, resumes it, or leaves it
 * as it is; then makes the evaluations that are missing. Doing it again changes nothing.
 *
 * @param name Of the run, in the sweep.
 * @returns The run, complete.
 * @throws RangeError if the sweep has no such run; the names are listed.
 * @throws Error as {@link pretrain} and {@link evaluate} report it.
 */
export async function completeRun(
  sweep: Sweep,
  name: string,
  output: Output,
  signal?: AbortSignal,
): Promise<RunFolder> {
  const { runs, evaluate: protocols, knnEvery } = sweep;
  const run = runs.find((candidate) => candidate.name === name);
  if (run === undefined) {
    const names = runs.map((each) => each.name).join(', ');
    throw new RangeError(`sweep: expected one of ${names}, got '${name}'`);
  }
  const { recipe, data, out, seed } = run;
  const { epochs } = recipe;
  if (!(await isTrained(run))) {
    const options = { recipe, data, out, seed, epochs, keep: [epochs], resume: await isBegun(run) };
    await pretrain(
      {
        ...options,
        ...(knnEvery === undefined ? {} : { knnEvery }),
        ...(signal === undefined ? {} : { signal }),
      },
      output,
    );
  }
  const folder = await openRun(out);
  const saved = await folder.evaluations();
  const missing = protocols.filter((each) => !(`${epochName(epochs)}-${each}` in saved));
  if (missing.length > 0) {
    const requests = missing.map((protocol) => ({ protocol }));
    await evaluate(
      { run: out, data, protocols: requests, epoch: epochs, ownRecipe: recipe },
      output,
    );
  }
  return folder;
}

function isBegun({ out }: SweepRun): Promise<boolean> {
  return access(join(out, 'manifest.json')).then(
    () => true,
    () => false,
  );
}

/** Whether the last epoch is saved; a run of another recipe or seed is left to {@link pretrain} to refuse. */
async function isTrained(run: SweepRun): Promise<boolean> {
  if (!(await isBegun(run))) return false;
  const folder = await openRun(run.out);
  return (
    folder.manifest.seed === run.seed &&
    recipeDifferences(folder.manifest.recipe, run.recipe).length === 0 &&
    (await folder.hasCheckpoint(run.recipe.epochs))
  );
}
