import {
  createEvaluation,
  type Evaluation,
  type Features,
  fuseFeatures,
  fuseScores,
  knn,
  predictionsOf,
  type StreamFeatures,
  streamsProbe,
} from '@halp/protocols';
import { createRandom } from '@halp/random';
import { runKnn } from '../protocols/run-knn.ts';
import { runLinear } from '../protocols/run-linear.ts';
import type { OpenedRun } from './open-for-evaluation.ts';

/** How runs are fused. */
interface FusedBy {
  /** The protocol. */
  readonly protocol: 'knn' | 'linear';
  /** Stops between two steps. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a fusion. */
export interface Fused {
  /** The evaluation of all runs together. */
  readonly evaluation: Evaluation;
  /** The accuracy of each run alone, if scores were fused. */
  readonly accuracies?: readonly number[];
}

/** Evaluates each run, then the weighted sum of their votes (kNN) or probabilities (linear). */
export async function fusedScores(
  opened: readonly OpenedRun[],
  weights: readonly number[],
  { protocol, signal }: FusedBy,
): Promise<Fused> {
  const parts: { readonly scores: Float32Array; readonly evaluation: Evaluation }[] = [];
  for (const { context, seed } of opened) {
    const own = { ...context, signal };
    signal?.throwIfAborted();
    parts.push(
      protocol === 'knn'
        ? await runKnn(own)
        : await runLinear(own, createRandom(seed).fork('linear-probe')),
    );
  }
  const [{ evaluation: first }] = parts as [(typeof parts)[number]];
  const { fused: test } = await (opened[0] as OpenedRun).context.features('test');
  const { classes, selection, counts } = first;
  const scores = fuseScores(
    parts.map(({ scores: own }, i) => ({ scores: own, weight: weights[i] as number })),
    { classes: classes.length, of: protocol === 'knn' ? 'scores' : 'probabilities' },
  );
  // Differs between the classifiers.
  const { selectedEpoch: _, ...settings } = first.settings;
  const fusion = protocol === 'knn' ? 'weighted sum of votes' : 'weighted sum of probabilities';
  const evaluation = createEvaluation({
    ...{ protocol, selection, classes, counts },
    settings: { ...settings, fusion, weights },
    labels: test.labels,
    // The votes of k neighbours rank at most k classes, so there is no top-5.
    ...(protocol === 'knn' ? { predictions: predictionsOf(scores, classes.length) } : { scores }),
  });
  return { evaluation, accuracies: parts.map(({ evaluation: { accuracy } }) => accuracy) };
}

/** kNN on the mean of the features, or linear classifiers that are trained jointly through the mean of their logits. */
export async function fusedFeatures(
  opened: readonly OpenedRun[],
  weights: readonly number[],
  { protocol, signal }: FusedBy,
): Promise<Fused> {
  const [{ recipe, seed, context }] = opened as [OpenedRun];
  const { classes } = await context.features('test');
  if (protocol === 'knn') {
    const [gallery, queries] = [
      await meanOf(opened, weights, 'train'),
      await meanOf(opened, weights, 'test'),
    ];
    const { evaluation } = await knn(gallery, queries, { ...recipe.evaluation.knn, classes });
    const fusion = 'weighted mean of features';
    return { evaluation: { ...evaluation, settings: { ...evaluation.settings, fusion, weights } } };
  }
  const { crops = 'fixed-centre', ...classifier } = recipe.evaluation.linear;
  if (crops !== 'fixed-centre' || classifier.selectBy === 'validation') {
    throw new RangeError(
      'fuse: expected option crops = fixed-centre and option selectBy without validation for classifiers of fused features, ' +
        `got ${crops}, ${classifier.selectBy}; change them, or use option level = scores`,
    );
  }
  const options = {
    ...classifier,
    crops,
    classes,
    onEpoch: context.onEpoch,
    signal,
  };
  const { evaluation } = await streamsProbe(
    await streamsOf(opened, 'train'),
    await streamsOf(opened, 'test'),
    options,
    createRandom(seed).fork('linear-probe'),
  );
  return { evaluation };
}

/** The weighted mean of the runs' features of one part. */
async function meanOf(
  opened: readonly OpenedRun[],
  weights: readonly number[],
  part: 'train' | 'test',
): Promise<Features> {
  const parts = [];
  for (const [i, { context }] of opened.entries()) {
    parts.push({ features: (await context.features(part)).fused, weight: weights[i] as number });
  }
  return fuseFeatures(parts, { how: 'mean' });
}

/** The features of every stream of every run, keyed by the stream's name and the run's number. */
async function streamsOf(
  opened: readonly OpenedRun[],
  part: 'train' | 'test',
): Promise<StreamFeatures> {
  const all: Record<string, Features> = {};
  for (const [i, { context }] of opened.entries()) {
    const { streams } = await context.features(part);
    for (const [name, features] of Object.entries(streams)) all[`${name} ${i + 1}`] = features;
  }
  return all;
}
