import { expectObject, expectText } from '@halp/random/check';
import type { RunFolder } from '@halp/train/node';
import { ensureEvaluations } from '../evaluate/ensure-evaluations.ts';
import type { EvaluationProgress } from '../evaluate/events.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { eventsAndSignal } from '../run/option-checks.ts';
import { completeRun } from '../train/complete-run.ts';
import type { TrainingEvent } from '../train/events.ts';
import type { Sweep } from './plan.ts';

/** Progress and cancellation of {@link completeSweepRun}. */
export interface SweepRunOptions {
  /** Called with every step, epoch, result and note. Default: none. */
  readonly onEvent?: ((event: TrainingEvent | EvaluationProgress) => void) | undefined;
  /** Stops after the step in flight. */
  readonly signal?: AbortSignal | undefined;
}

const checks: OptionChecks<SweepRunOptions> = eventsAndSignal;

/**
 * Trains one run of a sweep to its last epoch, or resumes it, then makes the missing evaluations. Calling it again
 * changes nothing.
 *
 * @param name - The name of the run in the sweep.
 * @returns The complete run.
 * @throws RangeError if the sweep has no such run; the message lists the names.
 * @throws Error as {@link completeRun} and {@link ensureEvaluations}.
 */
export async function completeSweepRun(
  sweep: Sweep,
  name: string,
  options: SweepRunOptions = {},
): Promise<RunFolder> {
  expectObject('completeSweepRun', sweep, 'a sweep');
  expectText('completeSweepRun', 'the name of a run', name);
  checkCall('completeSweepRun', options, checks);
  const { onEvent, signal } = options;
  const { runs, evaluate, knnEvery } = sweep;
  const run = runs.find((candidate) => candidate.name === name);
  if (run === undefined) {
    const names = runs.map((each) => each.name).join(', ');
    throw new RangeError(`completeSweepRun: expected a run among ${names}, got '${name}'`);
  }
  const { recipe, data, out, seed } = run;
  const { epochs, evaluation } = recipe;
  const folder = await completeRun({
    ...{ recipe, data, out, seed, epochs, keep: [epochs] },
    knnEvery,
    signal,
    onEvent,
  });
  const protocols = evaluate.map((protocol) => ({ protocol }));
  await ensureEvaluations({
    ...{ run: out, data, protocols, epoch: epochs, evaluation, ownRecipe: recipe },
    signal,
    onEvent,
  });
  return folder;
}
