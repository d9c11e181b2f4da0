import * as tf from '@tensorflow/tfjs-core';
import { disposeParams, mergeParams, ownedVariable, prefixed } from '@halp/nn';
import { expectDropProbability } from '@halp/nn/check';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import { adjacency, type Layout, type LayoutName, type PartitionStrategy } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import type { Encoder } from '../encoder.ts';
import { graphNetwork, tenBlocks } from './graph-network.ts';
import { stGcnBlock } from './st-gcn-block.ts';

/** Sizes and graph of an {@link stGcn} encoder. */
export interface StGcnOptions {
  /** The joints and bones of the clips. */
  readonly layout: Layout | LayoutName;
  /** M: persons of a clip. Default: 2. */
  readonly persons?: number;
  /** C: coordinates of a joint. Default: 3. */
  readonly channels?: number;
  /** Channels of the first blocks; 16 in AimCLR, CrosSCLR and ActCLR. Default: 64, as published. */
  readonly width?: number;
  /** D: channels of the last block; 256 in AimCLR, CrosSCLR and ActCLR. Default: 4·width. */
  readonly features?: number;
  /** How neighbours are divided into subsets. Default: `spatial-released`, as in all published checkpoints. */
  readonly partition?: PartitionStrategy;
  /** Frames of a temporal convolution, odd. Default: 9. */
  readonly kernel?: number;
  /**
   * Probability of a zero in the temporal branch of each block but the first, before the residual sum, in train mode;
   * 0.5 in AimCLR, CrosSCLR and ActCLR. Default: 0.
   */
  readonly dropout?: number | undefined;
}

const optionNames: OptionNames<StGcnOptions> = {
  layout: true,
  persons: true,
  channels: true,
  width: true,
  features: true,
  partition: true,
  kernel: true,
  dropout: true,
};

/**
 * ST-GCN (Yan et al., AAAI 2018) as an encoder, in the form of CrosSCLR, AimCLR and ActCLR: batch normalisation of each
 * coordinate of each joint over clips, persons and frames; ten blocks of graph and temporal convolution; the mean over
 * frames and joints, then over persons.
 *
 * Channels of the blocks: width four times, 2·width three times, 4·width twice, then `features`; the fifth and the
 * eighth halve the frames; the first has no residual connection. Each block multiplies the adjacency elementwise
 * by a learned `edge_importance`, initially 1. The order of persons does not matter. A person of zeros counts as a person.
 *
 * Names, those of the authors' checkpoints without `encoder_q.`: `data_bn.*` (index v·C + c),
 * `st_gcn_networks.<block>.*` (`gcn.conv`, `tcn.0`, `tcn.2`, `tcn.3`, `residual.0`, `residual.1`),
 * `edge_importance.<block>` `[K, V, V]`; the buffer `A` `[K, V, V]`. With 25 joints: 821,380 parameters at width
 * 16 with 256 features, 3,083,412 at width 64. Initial weights are those of PyTorch's layers.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer or the kernel is even, or the dropout is outside [0, 1); `apply` throws if the clips have another
 * shape.
 *
 * @example
 * ```ts
 * const encoder = stGcn({ layout: kinectV2, width: 16, features: 256 }, createRandom(0));
 * const features = encoder.apply(clips, { mode: 'eval' }); // [N, 3, T, 25, 2] -> [N, 256]
 * ```
 */
export function stGcn(options: StGcnOptions, rng: Random): Encoder {
  const {
    layout: skeleton,
    persons = 2,
    channels = 3,
    width = 64,
    features = 4 * width,
    partition = 'spatial-released',
    kernel = 9,
    dropout = 0,
  } = expectOptions('stGcn', options, optionNames);
  expectRandom('stGcn', rng);
  const layout = expectLayout('stGcn', skeleton);
  expectPositiveIntegers('stGcn', { persons, channels, width, features, kernel });
  if (kernel % 2 === 0) throw new RangeError(`stGcn: expected an odd kernel, got ${kernel}`);
  expectDropProbability('stGcn', 'dropout', dropout);
  const joints = layout.joints.length;
  const { subsets, weights } = adjacency(layout, partition);
  const graph = ownedVariable(tf.tensor3d(weights, [subsets, joints, joints]), false);
  const plan = tenBlocks(width, features);
  const importance = plan.map(() => ownedVariable(tf.ones([subsets, joints, joints])));
  const network = graphNetwork(
    {
      caller: 'stGcn',
      joints,
      persons,
      channels,
      statisticsShared: 'persons',
      plan,
      nameOf: (i) => `st_gcn_networks.${i}`,
      block: (sizes, fork, i) => {
        const block = stGcnBlock(
          { ...sizes, subsets, kernel, dropout: i === 0 ? 0 : dropout },
          fork,
        );
        return {
          ...block,
          apply: (x, pass) =>
            tf.tidy(() => {
              const weighted = tf.mul<tf.Tensor3D>(graph, importance[i] as tf.Variable);
              return block.apply(x, weighted, pass);
            }),
        };
      },
    },
    rng,
  );
  const ownParams = prefixed('edge_importance', Object.fromEntries(importance.entries()));
  return {
    ...network,
    params: mergeParams(network.params, ownParams),
    buffers: mergeParams({ A: graph }, network.buffers),
    dispose: () => {
      network.dispose();
      disposeParams(ownParams);
      graph.dispose();
    },
  };
}
