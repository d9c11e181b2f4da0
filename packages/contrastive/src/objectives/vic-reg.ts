import type { Objective } from '@halp/nn';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { checkedVicReg, type VicRegOptions, vicRegTerms } from '../losses/vic-reg-loss.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { oneNetwork, type OneNetworkOptions } from '../parts/one-network.ts';

/** Network and weights of {@link vicReg}. */
export interface VicRegObjectiveOptions extends OneNetworkOptions, VicRegOptions {}

const optionNames: OptionNames<VicRegObjectiveOptions> = {
  network: true,
  invariance: true,
  variance: true,
  covariance: true,
};

/**
 * The VICReg objective: {@link vicRegLoss} between two views of a batch, without negatives or a second network.
 *
 * Source: Bardes et al., VICReg (arXiv 2105.04906), algorithm 1. Parts, each times its weight: `invariance`, `variance`,
 * `covariance`. Names: `encoder_q.*`.
 *
 * @returns the objective; it owns no variables, the caller keeps the network.
 * @throws RangeError if a weight is negative; at `loss`, if the views differ in shape or there are fewer than two
 * clips.
 *
 * @example
 * ```ts
 * const expander = mlp({ inputs: 256, hidden: [1024, 1024], outputs: 1024 }, createRandom(1));
 * const objective = vicReg({ network: withHead(encoder, expander) });
 * ```
 */
export function vicReg(all: VicRegObjectiveOptions): Objective<ViewPair> {
  const { network, ...options } = expectOptions('vicReg', all, optionNames);
  const weights = checkedVicReg('vicReg', options);
  return oneNetwork('vicReg', { network }, (a, b) => vicRegTerms(a, b, weights));
}
