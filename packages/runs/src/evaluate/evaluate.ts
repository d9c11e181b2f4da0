import { currentPrecision } from '@halp/backend';
import { expectWritableInside } from '@halp/files/node';
import type { ProbeEpoch } from '@halp/protocols';
import { createRandom } from '@halp/random';
import type { Classifier, ProtocolRequest } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { foundRequest } from '../protocols/found-request.ts';
import type { FoundRequest } from '../protocols/protocol.ts';
import { protocolOf } from '../protocols/protocols.ts';
import { checkCall, type OptionChecks } from '../run/check-call.ts';
import { ignore } from '../run/events.ts';
import { expectRunning } from '../run/expect-running.ts';
import {
  aFlag,
  aList,
  anInteger,
  anObject,
  aPath,
  aString,
  eventsAndSignal,
  moduleTrust,
  optional,
} from '../run/option-checks.ts';
import { anyChanges, sayChanges } from '../run/say-changes.ts';
import { expectRequests } from './check-request.ts';
import { writeClassifier } from './classifiers.ts';
import { type CoordinatesResult, coordinatesResult } from './coordinates.ts';
import { evaluationIdentity, evaluationName, freeName } from './evaluation-identity.ts';
import type { EvaluationProgress } from './events.ts';
import { type OpenedRun, openForEvaluation, type RunToEvaluate } from './open-for-evaluation.ts';
import { protocolCheckpoints } from './protocol-checkpoints.ts';
import type { RunEvaluation } from './run-evaluation.ts';
import { testClipsSeen, warnOfSeen } from './test-clips-seen.ts';

/** What to evaluate, and on which data. */
export interface EvaluateOptions extends RunToEvaluate {
  /** The protocols. */
  readonly protocols: readonly ProtocolRequest[];
  /** Whether 1-NN on coordinates is computed even if it takes more than a minute. Default: false. */
  readonly coordinates?: boolean | undefined;
  /** Called with notes, every epoch of a classifier, and every result. Default: none. */
  readonly onEvent?: ((event: EvaluationProgress) => void) | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** The checks of the options of an evaluation. */
export const evaluateChecks: OptionChecks<EvaluateOptions> = {
  ...moduleTrust,
  ...eventsAndSignal,
  run: aPath,
  data: aPath,
  protocols: aList,
  benchmark: optional(aString),
  epoch: optional(anInteger(0)),
  evaluation: optional(anObject),
  change: optional(anObject),
  coordinates: optional(aFlag),
};

/**
 * Evaluates the encoders of a run by each protocol, writes the results into the run folder as
 * `evaluations/epoch-0300-knn.json`, and returns them in the order of `protocols`.
 *
 * Features are computed with the recipe's evaluation view, once for all protocols. A linear probe is saved as
 * `classifiers/epoch-0300-linear.safetensors`. The name of a file states what differs from the run's recipe and data set; a
 * result only replaces one with the same settings. On another data set than the run's, joints are mapped to the run's
 * layout. Protocols that train the encoder save their state in the run folder after every epoch: the same call resumes an
 * interrupted one, with the same result. A module of a request is the caller's own code and runs.
 *
 * @throws FormatError if run or data set cannot be read, or the run cannot be written; folders in it that are symbolic
 * links are rejected.
 * @throws RangeError if data set and recipe do not fit, none of the protocols has a given setting, or a module of a request
 * cannot be imported, throws or returns no result.
 */
export async function evaluate(options: EvaluateOptions): Promise<RunEvaluation[]> {
  checkCall('evaluate', options, evaluateChecks);
  expectRequests('evaluate', options.protocols, options.change);
  return evaluateRequests(options);
}

/** {@link evaluate} without the check of its options. */
export async function evaluateRequests(options: EvaluateOptions): Promise<RunEvaluation[]> {
  const { signal, onEvent = ignore } = options;
  expectRunning('evaluate');
  const requests = await foundRequests(options.protocols);
  await expectSavable(options.run, requests);
  const opened = await openForEvaluation(options, onEvent);
  const { recipe, data } = opened;
  try {
    const changes = await data.changes();
    sayChanges([{ name: `${data.name} ${data.benchmark}`, changes }], onEvent);
    const seen = await testClipsSeen(opened.folder.manifest, options.data, data);
    warnOfSeen(seen, opened.folder.manifest, data, onEvent);
    const requested = options.coordinates ?? false;
    const source = {
      run: options.run,
      recipe,
      folder: options.data,
      data,
      modules: opened.context.modules,
      requested,
    };
    signal?.throwIfAborted();
    const coordinates = await coordinatesResult(source, onEvent);
    const evaluations: RunEvaluation[] = [];
    for (const request of requests) {
      const evaluation = await evaluateBy(request, { ...opened, coordinates, seen }, options);
      evaluations.push(evaluation);
    }
    if (coordinates !== undefined) onEvent({ kind: 'coordinates', result: coordinates });
    return evaluations;
  } finally {
    opened.dispose();
  }
}

/** The requests with their modules, which are imported here: one that fails does so before anything is computed. */
async function foundRequests(protocols: readonly ProtocolRequest[]): Promise<FoundRequest[]> {
  const requests: FoundRequest[] = [];
  for (const request of protocols) {
    const found = await foundRequest('evaluate', request);
    await protocolOf(found.protocol).load?.('evaluate', found);
    requests.push(found);
  }
  return requests;
}

/** Checks, before anything is computed, that the results can be saved in the run. */
async function expectSavable(run: string, requests: readonly FoundRequest[]): Promise<void> {
  await openRun(run);
  const trains = requests.some(({ protocol }) => protocolOf(protocol).savesClassifier);
  const folders = ['evaluations', 'coordinates', ...(trains ? ['classifiers'] : [])];
  for (const folder of folders) await expectWritableInside(run, folder);
}

/** Computes and saves the result of one protocol. */
async function evaluateBy(
  request: FoundRequest,
  opened: OpenedRun & {
    readonly coordinates: CoordinatesResult | undefined;
    readonly seen: number;
  },
  { signal, onEvent = ignore }: EvaluateOptions,
): Promise<RunEvaluation> {
  const { folder, recipe, seed, position, data, clips, own, coordinates, seen } = opened;
  const { evaluation: how } = recipe;
  const { protocol } = request;
  const record = protocolOf(protocol);
  const identity = evaluationIdentity({
    request,
    evaluation: how,
    position,
    seed,
    data: clips,
    precision: currentPrecision(),
  });
  const usual = evaluationName(identity, own.evaluation, data.isTransfer ? clips : undefined);
  const name = freeName(usual, identity, await folder.evaluations());
  const of = JSON.stringify([name, identity, folder.manifest.startedAt]);
  const checkpoints = protocolCheckpoints(folder, name, of);
  let trained: Omit<Classifier, 'origin'> | undefined;
  const context = {
    ...opened.context,
    onEpoch(report: ProbeEpoch): void {
      if (record.reportsEpochs) onEvent({ kind: 'classifier-epoch', protocol, report });
    },
    onClassifier: (classifier: typeof trained): void => void (trained = classifier),
    checkpoint: checkpoints.at,
    say: onEvent,
    signal,
  };
  const evaluation: RunEvaluation = {
    ...{ recipe: recipe.name, seed, epoch: position.epoch },
    data: `${data.name} ${data.benchmark}`,
    identity,
    changes: anyChanges(await data.changes()),
    reduced: recipe.reduced,
    coordinates,
    testClipsSeen: seen === 0 ? undefined : seen,
    ...(await record.run(request, context, createRandom(seed))),
  };
  // Before it is saved, so that a full disk does not lose the result.
  onEvent({ kind: 'evaluation', evaluation });
  if (trained !== undefined) {
    const origin = `${name}, seed ${seed}`;
    await writeClassifier(folder, name, { ...trained, origin, of: { identity } });
  }
  await folder.saveEvaluation(name, evaluation);
  await checkpoints.remove();
  return evaluation;
}
