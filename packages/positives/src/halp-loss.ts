import * as tf from '@tensorflow/tfjs-core';
import { withoutGradient } from '@halp/nn';
import { expectTensor } from '@halp/nn/check';
import type { Random } from '@halp/random';
import { expectOneOf, expectOptions, gotText, type OptionNames } from '@halp/random/check';
import { checkGeometry, drawsFor } from './check.ts';
import { contrastiveForm } from './contrastive-form.ts';
import type { PositiveDraws } from './draw-positives.ts';
import { type Boundary, combinations, diagnosticsOf } from './geodesic.ts';
import type { HallucinateOptions } from './hallucinate.ts';

/** The anchors of the positives: the keys, the queries, or both. */
export type Anchors = 'key' | 'query' | 'both';

/**
 * How a query is compared with its positives: by their cosine alone, or in InfoNCE's form, against the negatives too.
 */
export type HalpForm = 'aligned' | 'contrastive';

/** Positives and temperature of {@link halpLoss}. */
export interface HalpLossOptions extends HallucinateOptions {
  /** The anchors. Default: `'key'`, as in the authors' code. */
  readonly anchors?: Anchors;
  /** Temperature T > 0. Default: 0.07. */
  readonly temperature?: number;
  /** Default: `'aligned'`, the paper's. */
  readonly form?: HalpForm | undefined;
}

/**
 * The HaLP term and statistics of its positives; owned by the caller. The means are over the kept positives, and 0 if
 * none is kept.
 */
export interface HalpTerm {
  /** The result of {@link halpLoss}. */
  readonly loss: tf.Scalar;
  /** The share of kept positives, in [0, 1]. */
  readonly kept: tf.Scalar;
  /** The mean angle between a positive and its anchor, in radians. */
  readonly angle: tf.Scalar;
  /** The mean of t / t*, the position between anchor and boundary; in [0, 1]. */
  readonly hardness: tf.Scalar;
}

/**
 * The HaLP loss: -(1 / T) times the mean of q.z over all kept positives z of the batch; zero if none is
 * kept. With the form `'contrastive'` the mean of -log( exp(q.z/T) / (exp(q.z/T) + sum_j exp(q.n_j/T)) ) instead, n_j
 * the negatives.
 *
 * Source: HaLP, section 3.3, equation 5; builder_single_modality_halp.py:196-221. The positives are
 * those of {@link hallucinate}, but they are not materialised: each is a linear combination of the anchor and a
 * prototype, so their sum over G is a linear combination too, computed from k.P and P.P only.
 *
 * Only `query` receives a gradient, and only through q in q.z: every positive is a constant, including those
 * whose anchor is a query.
 *
 * @param query - unit rows `[N, D]`.
 * @param key - unit rows `[N, D]`, the keys of the queries in the same rows.
 * @param prototypes - unit rows `[P, D]`.
 * @param draws - a stream, used as in {@link drawPositives}, or earlier draws: N rows, or 2 N rows for `'both'`, the
 * keys' first.
 * @param negatives - unit rows `[K, D]`, such as the keys of a queue; for the form `'contrastive'` only.
 * @throws RangeError if shapes or draws do not match, or an option is outside its range.
 * @remarks The form `'contrastive'` is ours. The paper's loss has no denominator: its gradient with respect to q keeps
 * its length however close q is to its positives, and an encoder that maps all clips to one point reaches its minimum.
 * In InfoNCE's form the gradient vanishes as q.z grows above the similarities with the negatives.
 *
 * The authors' anchors are the keys (builder_single_modality_halp.py:196-221); `'query'` and `'both'`
 * are our additions. A positive of a query does not depend on the key: it pulls the query along the sphere towards
 * prototypes only, up to the query's boundary, and not towards the other view. `'both'` is the mean over all kept
 * positives of keys and queries.
 *
 * @example
 * ```ts
 * const loss = halpLoss(query, key, prototypes, { count: 100, lambda: 0.8 }, createRandom(0));
 * ```
 */
export function halpLoss(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HalpLossOptions,
  draws: Random | PositiveDraws,
  negatives?: tf.Tensor2D,
): tf.Scalar {
  const inputs = { query, key, prototypes, negatives };
  const { loss, ...diagnostics } = termFor('halpLoss', inputs, options, draws);
  tf.dispose(diagnostics);
  return loss;
}

/**
 * {@link halpLoss} with statistics of its positives, computed in the same pass.
 *
 * @param query - unit rows `[N, D]`.
 * @param key - unit rows `[N, D]`.
 * @param prototypes - unit rows `[P, D]`.
 * @param draws - a stream, used as in {@link drawPositives}, or earlier draws.
 * @param negatives - unit rows `[K, D]`; for the form `'contrastive'` only.
 * @throws RangeError if shapes or draws do not match, or an option is outside its range.
 */
export function halpTerm(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  options: HalpLossOptions,
  draws: Random | PositiveDraws,
  negatives?: tf.Tensor2D,
): HalpTerm {
  return termFor('halpTerm', { query, key, prototypes, negatives }, options, draws);
}

/** The tensors of {@link halpLoss}. */
interface Inputs {
  readonly query: tf.Tensor2D;
  readonly key: tf.Tensor2D;
  readonly prototypes: tf.Tensor2D;
  readonly negatives: tf.Tensor2D | undefined;
}

const optionNames: OptionNames<HalpLossOptions> = {
  anchors: true,
  temperature: true,
  form: true,
  count: true,
  lambda: true,
  boundary: true,
};

function termFor(
  caller: string,
  { query, key, prototypes, negatives }: Inputs,
  options: HalpLossOptions,
  draws: Random | PositiveDraws,
): HalpTerm {
  const {
    temperature = 0.07,
    boundary = 'pairwise',
    anchors = 'key',
    form = 'aligned',
  } = expectOptions(caller, options, optionNames);
  expectTensor(caller, 'query', query);
  checkGeometry(caller, { anchors: key, prototypes, boundary, query });
  checkOptions(caller, temperature, anchors);
  checkNegatives(caller, form, negatives, key);
  const [n, d] = key.shape;
  const rows = anchors === 'both' ? 2 * n : n;
  const resolved = drawsFor(caller, [rows, prototypes.shape[0]], options, draws);
  return tf.tidy(() => {
    const anchorRows = (): tf.Tensor2D =>
      anchors === 'key' ? key : anchors === 'query' ? query : tf.concat2d([key, query], 0);
    if (form === 'contrastive') {
      const from = withoutGradient(() => tf.clone(anchorRows()));
      const constants = { temperature, boundary };
      const [loss, kept, angle, hardness] = contrastiveForm(
        query,
        from,
        prototypes,
        negatives as tf.Tensor2D,
        resolved,
        constants,
      );
      return { loss, kept, angle, hardness };
    }
    const all = withoutGradient(() =>
      meanAndDiagnostics(anchorRows(), prototypes, resolved, boundary),
    );
    // Keys and queries as anchors: two sums for each query.
    const shape = rows === n ? [n, d] : [2, n, d];
    const mean = tf.reshape(tf.slice1d(all, 0, rows * d), shape);
    const [kept, angle, hardness] = tf.unstack(tf.slice1d(all, rows * d, 3));
    const loss = tf.mul<tf.Scalar>(tf.sum(tf.mul(query, mean)), -1 / temperature);
    return { loss, kept, angle, hardness } as HalpTerm & tf.NamedTensorMap;
  });
}

/**
 * One row: for each anchor the sum of its kept positives divided by the number of kept positives in the batch
 * (`[N, D]` numbers), then the share of kept positives, the mean angle and the mean hardness.
 */
function meanAndDiagnostics(
  anchors: tf.Tensor2D,
  prototypes: tf.Tensor2D,
  draws: PositiveDraws,
  boundary: Boundary,
): tf.Tensor1D {
  const p = prototypes.shape[0];
  if (p === 1) return tf.zeros([anchors.size + 3]);
  const made = combinations(anchors, prototypes, draws, boundary);
  const { toAnchor, toTarget, target, kept } = made;
  const [n] = draws.shape;
  const fromAnchor = tf.reshape(tf.sum(tf.mul(kept, toAnchor), 1), [n, 1]);
  const fromPrototypes: tf.Tensor2D = tf.sum(tf.mul(tf.mul(kept, toTarget), target), 1);
  const sum = tf.add(tf.mul(fromAnchor, anchors), tf.matMul(fromPrototypes, prototypes));
  const atLeastOne = tf.maximum(tf.sum(kept), 1);
  return tf.concat1d([tf.reshape(tf.div(sum, atLeastOne), [anchors.size]), ...diagnosticsOf(made)]);
}

/** The form is one that exists, and there are negatives [K, D] exactly where it needs them. */
function checkNegatives(
  caller: string,
  form: HalpForm,
  negatives: tf.Tensor2D | undefined,
  key: tf.Tensor2D,
): void {
  expectOneOf(caller, 'form', form, ['aligned', 'contrastive']);
  if (form === 'aligned') {
    if (negatives === undefined) return;
    throw new RangeError(
      `${caller}: expected negatives with the form 'contrastive' alone, got them with 'aligned'`,
    );
  }
  if (negatives === undefined) {
    throw new RangeError(
      `${caller}: expected negatives [K, D] for the form 'contrastive', got none`,
    );
  }
  expectTensor(caller, 'negatives', negatives);
  if (negatives.rank === 2 && negatives.size > 0 && negatives.shape[1] === key.shape[1]) return;
  throw new RangeError(
    `${caller}: expected negatives [K, ${key.shape[1]}], got [${negatives.shape.join(', ')}]`,
  );
}

function checkOptions(caller: string, temperature: number, anchors: Anchors): void {
  if (!(Number.isFinite(temperature) && temperature > 0)) {
    throw new RangeError(`${caller}: expected a positive temperature, got ${gotText(temperature)}`);
  }
  switch (anchors) {
    case 'key':
    case 'query':
    case 'both':
      return;
    default:
      throw new RangeError(
        `${caller}: expected the anchors 'key', 'query' or 'both', got ${gotText(anchors satisfies never)}`,
      );
  }
}
