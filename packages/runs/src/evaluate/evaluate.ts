import { currentPrecision } from '@halp/backend';
import type { ProbeEpoch } from '@halp/protocols';
import { createRandom } from '@halp/random';
import type { Classifier } from '@halp/recipes';
import { checkCall } from '../run/check-call.ts';
import { ignore } from '../run/events.ts';
import { anyChanges, sayChanges } from '../run/say-changes.ts';
import { expectRequests } from './check-request.ts';
import { writeClassifier } from './classifiers.ts';
import { type CoordinatesResult, coordinatesResult } from './coordinates.ts';
import { evaluationIdentity, evaluationName, freeName } from './evaluation-identity.ts';
import type { EvaluationProgress } from './events.ts';
import { type OpenedRun, openForEvaluation, type RunToEvaluate } from './open-for-evaluation.ts';
import type { ProtocolRequest } from './protocol.ts';
import { protocolCheckpoints } from './protocol-checkpoints.ts';
import type { RunEvaluation } from './run-evaluation.ts';
import { runProtocol } from './run-protocol.ts';
import { saySeen, testClipsSeen } from './test-clips-seen.ts';

/** What to evaluate, on what. */
export interface EvaluateOptions extends RunToEvaluate {
  /** The protocols. */
  readonly protocols: readonly ProtocolRequest[];
  /** Whether 1-NN on coordinates is computed even where it takes more than a minute. Default: false. */
  readonly coordinates?: boolean | undefined;
  /** Receives what is assumed, every epoch of a classifier, and every result as it is made. Default: none. */
  readonly onEvent?: ((event: EvaluationProgress) => void) | undefined;
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates the encoders of a run by each protocol, writes the results into the run folder as
 * `evaluations/epoch-0300-knn.json`, and returns them in the order of `protocols`.
 *
 * Features are taken from the recipe's evaluation view, once for all protocols. What a linear probe has learned is kept as
 * `classifiers/epoch-0300-linear.safetensors`. The name of a file says what differs from the run's recipe and data set; a
 * result replaces none but an equal one. On another data set than the run's, joints are mapped to the run's layout. What
 * trains the encoder keeps its state in the run folder after every epoch: interrupted, the same call goes on from there,
 * with the same result.
 *
 * @throws FormatError if run or data set cannot be read.
 * @throws RangeError if data set and recipe do not fit, or a setting is of no protocol that is asked for.
 */
export async function evaluate(options: EvaluateOptions): Promise<RunEvaluation[]> {
  checkCall('evaluate', options, {
    ...{ texts: ['run', 'data'], lists: ['protocols'], integers: { epoch: 0 } },
  });
  expectRequests('evaluate', options.protocols, options.change);
  return evaluateRequests(options);
}

/** What {@link evaluate} does once its settings were checked. */
export async function evaluateRequests(options: EvaluateOptions): Promise<RunEvaluation[]> {
  const { signal, onEvent = ignore } = options;
  const opened = await openForEvaluation(options, onEvent);
  const { recipe, data } = opened;
  try {
    const changes = await data.changes();
    sayChanges([{ name: `${data.name} ${data.benchmark}`, changes }], onEvent);
    const seen = await testClipsSeen(opened.folder.manifest, options.data, data);
    saySeen(seen, opened.folder.manifest, data, onEvent);
    const asked = options.coordinates ?? false;
    const source = {
      run: options.run,
      recipe,
      folder: options.data,
      data,
      modules: opened.context.modules,
      asked,
    };
    signal?.throwIfAborted();
    const coordinates = await coordinatesResult(source, onEvent);
    const evaluations: RunEvaluation[] = [];
    for (const request of options.protocols) {
      const evaluation = await evaluateBy(request, { ...opened, coordinates, seen }, options);
      evaluations.push(evaluation);
    }
    if (coordinates !== undefined) onEvent({ kind: 'coordinates', result: coordinates });
    return evaluations;
  } finally {
    opened.dispose();
  }
}

/** One protocol: computed, and saved. */
async function evaluateBy(
  request: ProtocolRequest,
  opened: OpenedRun & {
    readonly coordinates: CoordinatesResult | undefined;
    readonly seen: number;
  },
  { signal, onEvent = ignore }: EvaluateOptions,
): Promise<RunEvaluation> {
  const { folder, recipe, seed, position, data, clips, own, coordinates, seen } = opened;
  const { evaluation: how } = recipe;
  const { protocol } = request;
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
  let learned: Omit<Classifier, 'origin'> | undefined;
  const context = {
    ...opened.context,
    onEpoch(report: ProbeEpoch): void {
      // A probe on features takes milliseconds an epoch; a fine-tuned encoder does not.
      if (protocol !== 'linear') onEvent({ kind: 'classifier-epoch', protocol, report });
    },
    onClassifier: (classifier: typeof learned): void => void (learned = classifier),
    checkpoint: checkpoints.at,
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
    ...(await runProtocol(request, context, createRandom(seed))),
  };
  // Before it is saved: what was computed is not lost with a disk that is full.
  onEvent({ kind: 'evaluation', evaluation });
  if (learned !== undefined) {
    const origin = `${name}, seed ${seed}`;
    await writeClassifier(folder, name, { ...learned, origin, of: { identity } });
  }
  await folder.saveEvaluation(name, evaluation);
  await checkpoints.remove();
  return evaluation;
}
