import { currentPrecision } from '@halp/backend';
import { openRun, type RunFolder } from '@halp/train/node';
import { evaluationPlace } from '../features/evaluation-data.ts';
import { changedEvaluation } from '../protocols/change.ts';
import { foundRequest } from '../protocols/found-request.ts';
import { checkCall } from '../run/check-call.ts';
import { dataIdentity } from '../run/data-checksums.ts';
import { anInteger } from '../run/option-checks.ts';
import { recipeOfRun } from '../run/recipe-of-run.ts';
import { expectRequests } from './check-request.ts';
import { evaluateChecks, type EvaluateOptions, evaluateRequests } from './evaluate.ts';
import {
  type EvaluationIdentity,
  evaluationIdentity,
  isSameEvaluation,
  savedIdentity,
} from './evaluation-identity.ts';
import type { SavedEvaluation } from './run-evaluation.ts';

/** What to evaluate, at which epoch, on which data. */
export interface EnsureOptions extends EvaluateOptions {
  /** The checkpoint, as the number of epochs trained. */
  readonly epoch: number;
}

/**
 * The evaluations of a run by each protocol, in the order of `protocols`. Saved ones with an equal identity are read; the
 * others are made now.
 *
 * @throws FormatError if run, data set or a saved result cannot be read.
 * @throws RangeError if data set and recipe do not fit, or none of the protocols has a given setting.
 */
export async function ensureEvaluations(
  options: EnsureOptions,
): Promise<readonly SavedEvaluation[]> {
  checkCall('ensureEvaluations', options, { ...evaluateChecks, epoch: anInteger(0) });
  expectRequests('ensureEvaluations', options.protocols, options.change);
  const run = await openRun(options.run);
  const identities = await identitiesOf(run, options);
  const before = await run.evaluations();
  const missing = options.protocols.filter(
    (_, i) => findSaved(before, identities[i]) === undefined,
  );
  if (missing.length > 0) await evaluateRequests({ ...options, protocols: missing });
  const after = missing.length > 0 ? await run.evaluations() : before;
  return identities.map((identity) => findSaved(after, identity) as SavedEvaluation);
}

async function identitiesOf(
  run: RunFolder,
  { data, benchmark, evaluation, change = {}, epoch, protocols }: EnsureOptions,
): Promise<readonly EvaluationIdentity[]> {
  const { manifest } = run;
  const recipe = recipeOfRun(run);
  const place = await evaluationPlace(recipe, data, benchmark);
  const clips = await dataIdentity(data, place.benchmark);
  const requests = [];
  for (const each of protocols) requests.push(await foundRequest('ensureEvaluations', each));
  return requests.map((request) =>
    evaluationIdentity({
      request,
      evaluation: changedEvaluation(evaluation ?? recipe.evaluation, change),
      position: { epoch },
      seed: manifest.seed,
      data: clips,
      precision: currentPrecision(),
    }),
  );
}

function findSaved(
  saved: Readonly<Record<string, unknown>>,
  identity: EvaluationIdentity | undefined,
): SavedEvaluation | undefined {
  const found = Object.entries(saved).find(
    ([, each]) => identity !== undefined && isSameEvaluation(savedIdentity(each), identity),
  );
  if (found === undefined) return undefined;
  const [name, evaluation] = found;
  return { name, evaluation } as SavedEvaluation;
}
