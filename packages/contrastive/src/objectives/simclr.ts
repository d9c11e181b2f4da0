import type { Objective } from '@halp/nn';
import { expectOptions, type OptionNames } from '@halp/random/check';
import { checkedPairs, ntXentLoss, type NtXentOptions } from '../losses/nt-xent-loss.ts';
import type { ViewPair } from '../parts/momentum-pair.ts';
import { oneNetwork, type OneNetworkOptions } from '../parts/one-network.ts';

/** Network and constants of {@link simclr}. */
export interface SimclrOptions extends OneNetworkOptions, NtXentOptions {}

const optionNames: OptionNames<SimclrOptions> = {
  network: true,
  temperature: true,
};

/**
 * The SimCLR objective: {@link ntXentLoss} between two views of a batch, with the other clips of the batch as negatives;
 * without a queue or a second network.
 *
 * Source: Chen et al., SimCLR (arXiv 2002.05709), algorithm 1. Part: `ntxent`. Names: `encoder_q.*`.
 *
 * @returns the objective; it owns no variables, the caller keeps the network.
 * @throws RangeError if T is not positive; at `loss`, if the views differ in shape or there are fewer than two clips.
 * @remarks BatchNorm normalises each view separately; the authors' code concatenates them into one batch of 2 N.
 *
 * @example
 * ```ts
 * const network = withHead(encoder, mlp({ inputs: 256, hidden: [256], outputs: 128 }, createRandom(1)));
 * const objective = simclr({ network, temperature: 0.1 });
 * ```
 */
export function simclr(all: SimclrOptions): Objective<ViewPair> {
  const { network, ...options } = expectOptions('simclr', all, optionNames);
  const constants = checkedPairs('simclr', options);
  return oneNetwork('simclr', { network }, (a, b) => ({ ntxent: ntXentLoss(a, b, constants) }));
}
