import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  childPass,
  disposeParams,
  dropout,
  expectPass,
  mergeParams,
  type Params,
  type Pass,
  prefixed,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { expectClips } from '../check.ts';
import type { Encoder } from '../encoder.ts';
import { jointRows } from './joint-rows.ts';
import { personRows } from './person-rows.ts';

/** A layer of `[N, T, V, C]`. */
export interface JointLayer {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, pass: Pass): tf.Tensor4D;
}

/** Output channels and stride of one block. */
export interface BlockPlan {
  readonly outputs: number;
  /** Frames between consecutive outputs: 1, or 2 to halve the frames. */
  readonly stride: number;
}

/** Sizes of one block. */
export interface BlockSizes extends BlockPlan {
  readonly inputs: number;
  /** Whether the input is added to the output. */
  readonly residual: boolean;
}

/**
 * The ten blocks as published: `width` channels four times, 2·width three times, 4·width twice, then `last`; the fifth
 * and the eighth halve the frames.
 *
 * @param last - D, channels of the last block. Default: 4·width.
 */
export function tenBlocks(width: number, last: number = 4 * width): readonly BlockPlan[] {
  const widths = [1, 1, 1, 1, 2, 2, 2, 4, 4].map((factor) => factor * width);
  return [...widths, last].map((outputs, i) => ({ outputs, stride: i === 4 || i === 7 ? 2 : 1 }));
}

/** Sizes and blocks of a {@link graphNetwork}. */
export interface GraphNetworkOptions {
  /** The name of the encoder in error messages. */
  readonly caller: string;
  /** V. */
  readonly joints: number;
  /** M. */
  readonly persons: number;
  /** C. */
  readonly channels: number;
  /**
   * Which statistics the first normalisation shares: `persons` for one mean and variance of all persons, as in ST-GCN;
   * `nothing` for separate ones of each person index, as in 2s-AGCN and CTR-GCN.
   */
  readonly statisticsShared: 'persons' | 'nothing';
  /** The blocks, in order; at least one. */
  readonly plan: readonly BlockPlan[];
  /** The name of the i-th block, from 0: the prefix of its parameters and the key of its random stream. */
  readonly nameOf: (index: number) => string;
  /** Probability of a zero in a feature, in train mode. Default: 0. */
  readonly dropout?: number | undefined;
  /** Creates a block, `[N, T, V, inputs]` to `[N, ⌈T/stride⌉, V, outputs]`. */
  readonly block: (sizes: BlockSizes, rng: Random, index: number) => JointLayer;
}

/**
 * An encoder with the common structure of ST-GCN, 2s-AGCN and CTR-GCN: batch normalisation of the clips, the planned blocks, the
 * mean over frames and joints, then over persons. The first block has no residual connection; D is the output size of
 * the last.
 *
 * Names: `data_bn.*`, index v·C + c if persons share statistics and (m·V + v)·C + c otherwise, then `nameOf(i)` of
 * each block.
 *
 * @param rng - forked by block; itself not drawn from.
 */
export function graphNetwork(options: GraphNetworkOptions, rng: Random): Encoder {
  const {
    caller,
    joints,
    persons,
    channels,
    statisticsShared,
    plan,
    nameOf,
    block,
    dropout: probability = 0,
  } = options;
  const isShared = statisticsShared === 'persons';
  const norm = batchNorm({ features: (isShared ? 1 : persons) * joints * channels });
  const rowsOf = isShared ? jointRows : personRows;
  const blocks = plan.map(({ outputs, stride }, i) => {
    const inputs = plan[i - 1]?.outputs ?? channels;
    return block({ inputs, outputs, stride, residual: i > 0 }, rng.fork(nameOf(i)), i);
  });
  const drop = dropout({ probability });
  const features = plan.at(-1)?.outputs ?? channels;
  const named = [['data_bn', norm] as const, ...blocks.map((b, i) => [nameOf(i), b] as const)];
  const params = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.params)));
  const buffers = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.buffers)));
  return {
    params,
    buffers,
    featureSize: features,
    apply(x, pass) {
      expectPass(caller, pass);
      expectClips(caller, x, { channels, joints, persons });
      return tf.tidy(() => {
        let y = rowsOf(norm, x, pass);
        for (const [i, layer] of blocks.entries()) y = layer.apply(y, childPass(pass, nameOf(i)));
        const ofPersons = tf.reshape(tf.mean(y, [1, 2]), [x.shape[0], persons, features]);
        return drop.apply(tf.mean<tf.Tensor2D>(ofPersons, 1), childPass(pass, 'drop_out'));
      });
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}
