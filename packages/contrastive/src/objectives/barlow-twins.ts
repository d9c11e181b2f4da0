import type { Objective } from '@halp/nn';
import { expectOptions, type OptionNames } from '@halp/random/check';
import {
  type BarlowTwinsOptions,
  barlowTwinsTerms,
  checkedBarlowTwins,
} from '../losses/barlow-twins-loss.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { oneNetwork, type OneNetworkOptions } from '../parts/one-network.ts';

/** Network and constants of {@link barlowTwins}. */
export interface BarlowTwinsObjectiveOptions extends OneNetworkOptions, BarlowTwinsOptions {}

const optionNames: OptionNames<BarlowTwinsObjectiveOptions> = {
  network: true,
  lambda: true,
};

/**
 * The Barlow Twins objective: {@link barlowTwinsLoss} between two views of a batch, without negatives or a second network.
 *
 * Source: Zbontar et al., Barlow Twins (arXiv 2103.03230), algorithm 1. Parts: `invariance` and `redundancy` (times
 * λ). Names: `encoder_q.*`.
 *
 * @returns the objective; it owns no variables, the caller keeps the network.
 * @throws RangeError if λ is negative; at `loss`, if the views differ in shape or there are fewer than two clips.
 *
 * @example
 * ```ts
 * const head = mlp({ inputs: 256, hidden: [1024, 1024], outputs: 1024 }, createRandom(1));
 * const objective = barlowTwins({ network: withHead(encoder, head) });
 * ```
 */
export function barlowTwins(all: BarlowTwinsObjectiveOptions): Objective<ViewPair> {
  const { network, ...options } = expectOptions('barlowTwins', all, optionNames);
  const constants = checkedBarlowTwins('barlowTwins', options);
  return oneNetwork('barlowTwins', { network }, (a, b) => barlowTwinsTerms(a, b, constants));
}
