import * as tf from '@tensorflow/tfjs-core';
import { type Loss, type Objective, prefixed } from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import { expectFunction, expectOptions, expectText, type OptionNames } from '@halp/random/check';
import { expectRows, expectViews } from '../check.ts';
import type { Embedder, ViewPair } from './momentum-pair.ts';

/** The terms of a loss, by name. */
export type LossTerms<Name extends string> = Readonly<Record<Name, tf.Scalar>>;

/** The network of an objective with one network. */
export interface OneNetworkOptions {
  /** The trained network, which embeds both views; the caller keeps it. */
  readonly network: Embedder;
}

const optionNames: OptionNames<OneNetworkOptions> = {
  network: true,
};

/**
 * An objective that embeds both views with one network, in separate batches (for BatchNorm), and sums terms of the two
 * embeddings.
 *
 * @param caller - the name of the objective in error messages.
 * @param terms - the terms of the loss, of the embeddings `[N, D]` of both views and the batch; weights included.
 * @throws TypeError if an argument is missing or of another type.
 *
 * @example
 * ```ts
 * const objective = oneNetwork('mine', { network }, (a, b) => ({
 *   distance: tf.mean<tf.Scalar>(tf.squaredDifference(a, b)),
 * }));
 * ```
 */
export function oneNetwork<Input extends ViewPair>(
  caller: string,
  options: OneNetworkOptions,
  terms: (a: tf.Tensor2D, b: tf.Tensor2D, input: Input) => LossTerms<string>,
): Objective<Input> {
  expectText('oneNetwork', 'a name', caller);
  const { network } = expectOptions(caller, options, optionNames);
  expectLayer(caller, 'a network', network);
  expectFunction(caller, 'a function terms', terms);
  return {
    params: prefixed('encoder_q', network.params),
    state: prefixed('encoder_q', network.buffers),
    loss(input, _context, rng): Loss {
      expectViews(caller, input);
      return tf.tidy(() => {
        const embed = (view: 'query' | 'key'): tf.Tensor2D =>
          network.apply(input[view], { mode: 'train', rng: rng.fork(view) });
        const [a, b] = [embed('query'), embed('key')];
        expectRows(caller, a, b, 2);
        const parts = terms(a, b, input);
        return { total: tf.addN(Object.values(parts)), parts };
      });
    },
    afterStep: () => undefined,
    dispose: () => undefined,
  };
}
