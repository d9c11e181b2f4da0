import * as tf from '@tensorflow/tfjs-core';
import {
  copyParams,
  emaUpdate,
  type Layer,
  mergeParams,
  type Objective,
  type Pass,
  prefixed,
  type StepContext,
  withoutGradient,
} from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import type { Random } from '@halp/random';
import { expectOptions, expectPositiveIntegers, type OptionNames } from '@halp/random/check';
import { expectMomentum, expectViews } from '../check.ts';
import { byolLoss } from '../losses/byol-loss.ts';
import type { NetworkPair, ViewPair } from '../parts/momentum-pair.ts';

/** Networks and constants of {@link byol}. */
export interface ByolOptions extends NetworkPair {
  /** Predicts the key network's embedding from the query network's, `[N, D]` to `[N, D]`; the caller keeps it. */
  readonly predictor: Layer<tf.Tensor2D, tf.Tensor2D>;
  /** Momentum m of the key network's average, in [0, 1], or a function of the step. Default: 0.996. */
  readonly momentum?: number | ((context: StepContext) => number);
}

const optionNames: OptionNames<ByolOptions> = {
  predictor: true,
  momentum: true,
  query: true,
  key: true,
};

/**
 * The BYOL objective: the query network and a predictor predict the embedding that the key network, its moving average,
 * computes of the other view; without negatives.
 *
 * Source: Grill et al., BYOL (arXiv 2006.07733), section 3.1. The query network is the paper's online network, the key
 * network its target network.
 * - `loss`: {@link byolLoss} of the prediction from one view and the key of the other view, summed over both directions; in
 *   [0, 8]. All networks are in train mode, the key network without a gradient. Part: `byol`.
 * - `afterStep`: k <- m k + (1 - m) q for the key network's parameters; its BatchNorm buffers are not
 *   averaged but computed from its own batches.
 *
 * Names: `encoder_q.*`, `predictor.*`, `encoder_k.*`. The key network is initialised as a copy of the query network.
 *
 * @returns the objective; it owns no variables, the caller keeps the networks and the predictor.
 * @throws RangeError if the networks' names or shapes differ, or m is outside [0, 1].
 *
 * @example
 * ```ts
 * const predictor = mlp({ inputs: 128, hidden: [512], outputs: 128 }, createRandom(1));
 * const objective = byol({ query, key, predictor, momentum: cosineMomentum(0.996, 30_000) });
 * ```
 */
export function byol(options: ByolOptions): Objective<ViewPair> {
  const { query, key, predictor, momentum = 0.996 } = expectOptions('byol', options, optionNames);
  for (const [name, network] of Object.entries({ query, key, predictor })) {
    expectLayer('byol', `a network ${name}`, network);
  }
  if (typeof momentum !== 'function') expectMomentum('byol', momentum);
  if (query === key) throw new RangeError('byol: expected two networks, got one network twice');
  copyParams(key.params, query.params);
  copyParams(key.buffers, query.buffers);

  /** The loss of predicting one view's target from the other view. */
  const direction = (from: tf.Tensor5D, to: tf.Tensor5D, rng: Random): tf.Scalar => {
    const passOf = (network: string): Pass => ({ mode: 'train', rng: rng.fork(network) });
    const online = query.apply(from, passOf('encoder_q'));
    const prediction = predictor.apply(online, passOf('predictor'));
    const target = withoutGradient(() => key.apply(to, passOf('encoder_k')));
    return byolLoss(prediction, target);
  };

  return {
    params: mergeParams(
      prefixed('encoder_q', query.params),
      prefixed('predictor', predictor.params),
    ),
    state: mergeParams(
      prefixed('encoder_q', query.buffers),
      prefixed('predictor', predictor.buffers),
      prefixed('encoder_k', key.params),
      prefixed('encoder_k', key.buffers),
    ),
    loss(views, _context, rng) {
      expectViews('byol', views);
      return tf.tidy(() => {
        const total = tf.add<tf.Scalar>(
          direction(views.query, views.key, rng.fork('query')),
          direction(views.key, views.query, rng.fork('key')),
        );
        return { total, parts: { byol: tf.clone(total) } };
      });
    },
    afterStep(context) {
      emaUpdate(
        key.params,
        query.params,
        typeof momentum === 'number' ? momentum : momentum(context),
      );
    },
    dispose: () => undefined,
  };
}

/**
 * A momentum that rises from `base` to 1 over a number of steps: m = 1 - (1 - base) (cos(π step / steps) + 1) / 2, and
 * 1 afterwards.
 *
 * Source: Grill et al., BYOL (arXiv 2006.07733), section 3, "Implementation details".
 *
 * @param base - m of the first step, in [0, 1]; 0.996 in BYOL.
 * @param steps - the number of steps of the whole training.
 * @throws RangeError if `base` is outside [0, 1] or `steps` is not a positive integer.
 */
export function cosineMomentum(base: number, steps: number): (context: StepContext) => number {
  expectMomentum('cosineMomentum', base);
  expectPositiveIntegers('cosineMomentum', { 'number of steps': steps });
  return ({ step }) => {
    const share = Math.min(step / steps, 1);
    return 1 - ((1 - base) * (Math.cos(Math.PI * share) + 1)) / 2;
  };
}
