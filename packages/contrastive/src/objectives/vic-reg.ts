import type { Objective } from '@halp/nn';
import { expectOptions } from '@halp/random/check';
import { checkedVicReg, type VicRegOptions, vicRegTerms } from '../losses/vic-reg-loss.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { oneNetwork, type OneNetworkOptions } from '../parts/one-network.ts';

/** Network and weights of {@link vicReg}. */
export interface VicRegObjectiveOptions extends OneNetworkOptions, VicRegOptions {}

/**
 * VICReg: {@link vicRegLoss} between two views of a batch; no negatives, no second network.
 *
 * Source: Bardes et al., VICReg (arXiv 2105.04906), algorithm 1. Parts, each times its weight: `invariance`, `variance`,
 * `covariance`. Names: `encoder_q.*`.
 *
 * @returns The objective; it owns nothing, the network stays the caller's.
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
  const { network, ...options } = expectOptions('vicReg', all);
  const weights = checkedVicReg('vicReg', options);
  return oneNetwork('vicReg', { network }, (a, b) => vicRegTerms(a, b, weights));
}
