import * as tf from '@tensorflow/tfjs-core';
import { type Loss, type Objective, prefixed } from '@halp/nn';
import { expectLayer } from '@halp/nn/check';
import { expectRows, expectViews } from '../check.ts';
import type { Embedder, ViewPair } from './momentum-pair.ts';

/** Scalars that add up to a loss, by name. */
export type LossTerms<Name extends string> = Readonly<Record<Name, tf.Scalar>>;

/** The network of an objective that has one only. */
export interface OneNetworkOptions {
  /** The network that is trained, which sees both views; stays the caller's. */
  readonly network: Embedder;
}

/**
 * An objective that sends both views through one network, each in a batch of its own (for BatchNorm), and adds
 * up terms of the two embeddings.
 *
 * @param caller - the objective that errors name.
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
    loss(input): Loss {
      expectViews(caller, input);
      return tf.tidy(() => {
        const [a, b] = [network.apply(input.query, 'train'), network.apply(input.key, 'train')];
        expectRows(caller, a, b, 2);
        const parts = terms(a, b, input);
        return { total: tf.addN(Object.values(parts)), parts };
      });
    },
    afterStep: () => undefined,
    dispose: () => undefined,
  };
}
