import * as tf from '@tensorflow/tfjs-core';
import { type Loss, type Objective, prefixed } from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import { expectRows, expectViews } from '../check.ts';
import type { Embedder, ViewPair } from './momentum-pair.ts';

/** The terms of a loss, by name. */
export type LossTerms<Name extends string> = Readonly<Record<Name, tf.Scalar>>;

/** The network of an objective with one network. */
export interface OneNetworkOptions {
  /** The trained network, which embeds both views; the caller keeps it. */
  readonly network: Embedder;
}

/**
 * An objective that embeds both views with one network, in separate batches (for BatchNorm), and sums terms of the two
 * embeddings.
 *
 * @param caller - the name of the objective in error messages.
 */
export function oneNetwork<Input extends ViewPair>(
  caller: string,
  { network }: OneNetworkOptions,
  terms: (a: tf.Tensor2D, b: tf.Tensor2D, input: Input) => LossTerms<string>,
): Objective<Input> {
  expectLayer(caller, 'a network', network);
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
