import type * as tf from '@tensorflow/tfjs-core';
import type { Objective } from '@halp/nn';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { checkedPairs } from '../losses/nt-xent-loss.ts';
import { supConLoss, type SupConOptions } from '../losses/sup-con-loss.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { oneNetwork, type OneNetworkOptions } from '../parts/one-network.ts';

/** Network and constants of {@link supCon}. */
export interface SupConObjectiveOptions extends OneNetworkOptions, SupConOptions {}

/** Two views of clips and their classes. */
export interface LabelledViews extends ViewPair {
  /** `[N]`, int32. */
  readonly labels: tf.Tensor1D;
}

const optionNames: OptionNames<SupConObjectiveOptions> = {
  network: true,
  temperature: true,
};

/**
 * The SupCon objective: {@link supConLoss} between two views of a labelled batch; the supervised counterpart of `simclr`.
 *
 * Source: Khosla et al., SupCon (arXiv 2004.11362), section 3. Part: `supcon`. Names: `encoder_q.*`.
 *
 * @returns the objective; it owns no variables, the caller keeps the network.
 * @throws RangeError if T is not positive; at `loss`, if views or labels do not match or there are fewer than two
 * clips; TypeError if there are no labels.
 *
 * @example
 * ```ts
 * const objective = supCon({ network, temperature: 0.1 });
 * objective.loss({ query, key, labels: tf.tensor1d([3, 1, 3], 'int32') }, context, rng);
 * ```
 */
export function supCon(all: SupConObjectiveOptions): Objective<LabelledViews> {
  const { network, ...options } = expectOptions('supCon', all, optionNames);
  const constants = checkedPairs('supCon', options);
  return oneNetwork('supCon', { network }, (a, b, views: LabelledViews) => {
    // The types also accept this objective where the input has no labels.
    const { labels } = views as Partial<LabelledViews>;
    if (labels === undefined) {
      throw new TypeError('supCon: expected labels [N] with the views, got none');
    }
    return { supcon: supConLoss(a, b, labels, constants) };
  });
}
