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
import { ctrBlock, REDUCTION } from './ctr-gcn-block.ts';
import { graphNetwork, tenBlocks } from './graph-network.ts';

/** Sizes and graph of a {@link ctrGcn} encoder. */
export interface CtrGcnOptions {
  /** The joints and bones of the clips. */
  readonly layout: Layout | LayoutName;
  /** M: persons of a clip. Default: 2. */
  readonly persons?: number;
  /** C: coordinates of a joint. Default: 3. */
  readonly channels?: number;
  /** Channels of the first blocks, a multiple of 8; D is four times the width. Default: 64, as published. */
  readonly width?: number;
  /** How neighbours are divided into subsets. Default: `directed`, as in the authors' code. */
  readonly partition?: PartitionStrategy;
  /** Frames of the temporal convolutions, odd. Default: 5, as published. */
  readonly kernel?: number;
  /** Probability of a zero in the feature, in train mode; the authors' `drop_out`. Default: 0, as published. */
  readonly dropout?: number | undefined;
}

const optionNames: OptionNames<CtrGcnOptions> = {
  layout: true,
  persons: true,
  channels: true,
  width: true,
  partition: true,
  kernel: true,
  dropout: true,
};

/**
 * CTR-GCN (Chen et al., "Channel-wise Topology Refinement Graph Convolution for Skeleton-Based Action Recognition", ICCV
 * 2021; `Model` in the authors' model/ctrgcn.py) as an encoder: batch normalisation of every number of a frame; ten
 * blocks of channel-wise topology refinement and multi-scale temporal convolution; the mean over frames and joints, then
 * over persons.
 *
 * Channels of the blocks: width four times, 2·width three times, 4·width three times (D); the fifth and the eighth halve
 * the frames; the first has no residual connection.
 *
 * Names, those of the authors' code: `data_bn.*` (index (m·V + v)·C + c), `l<block>.gcn1.*` (`PA`, `alpha`,
 * `convs.<k>.conv1` to `conv4`, `bn`, `down.0`, `down.1`), `l<block>.tcn1.branches.*`, `l<block>.residual.*`. Initial
 * weights are those of the authors' code. Only the first normalisation depends on the order of persons.
 *
 * With 25 joints, two persons and the defaults: 1,431,252 parameters, by the structure of the authors' code; with its
 * classifier of 120 classes 1,462,092, the 1.46 M that are commonly reported.
 *
 * @remarks The first block's correlations have 8 channels for every C; in the authors' code they have C/8 if C is neither
 * 3 nor 9.
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, the width is not a multiple of 8 the kernel is even, or the dropout is outside [0, 1); `apply`
 * throws if the clips have another shape.
 *
 * @example
 * ```ts
 * const encoder = ctrGcn({ layout: kinectV2 }, createRandom(0));
 * const features = encoder.apply(clips, { mode: 'eval' }); // [N, 3, T, 25, 2] -> [N, 256]
 * ```
 */
export function ctrGcn(options: CtrGcnOptions, rng: Random): Encoder {
  const {
    layout: skeleton,
    persons = 2,
    channels = 3,
    width = 64,
    partition = 'directed',
    kernel = 5,
    dropout = 0,
  } = expectOptions('ctrGcn', options, optionNames);
  expectRandom('ctrGcn', rng);
  const layout = expectLayout('ctrGcn', skeleton);
  expectPositiveIntegers('ctrGcn', { persons, channels, width, kernel });
  if (width % REDUCTION !== 0) {
    throw new RangeError(
      `ctrGcn: expected a width that is a multiple of ${REDUCTION}, got ${width}`,
    );
  }
  if (kernel % 2 === 0) throw new RangeError(`ctrGcn: expected an odd kernel, got ${kernel}`);
  expectDropProbability('ctrGcn', 'dropout', dropout);
  const graph = adjacency(layout, partition);
  return graphNetwork(
    {
      caller: 'ctrGcn',
      joints: graph.joints,
      persons,
      channels,
      statisticsShared: 'nothing',
      dropout,
      plan: tenBlocks(width),
      nameOf: (i) => `l${i + 1}`,
      block: (sizes, fork) => ctrBlock({ ...sizes, graph, kernel }, fork),
    },
    rng,
  );
}
