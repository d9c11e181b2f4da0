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
import { agcnBlock } from './agcn-block.ts';
import { graphNetwork, tenBlocks } from './graph-network.ts';

/** Sizes and graph of an {@link agcn} encoder. */
export interface AgcnOptions {
  /** The joints and bones of the clips. */
  readonly layout: Layout | LayoutName;
  /** M: persons of a clip. Default: 2. */
  readonly persons?: number;
  /** C: coordinates of a joint. Default: 3. */
  readonly channels?: number;
  /** Channels of the first blocks, a multiple of 4; D is four times the width. Default: 64, as published. */
  readonly width?: number;
  /** How neighbours are divided into subsets. Default: `directed`, as in the authors' code. */
  readonly partition?: PartitionStrategy;
  /** Frames of a temporal convolution, odd. Default: 9, as published. */
  readonly kernel?: number;
}

const optionNames: OptionNames<AgcnOptions> = {
  layout: true,
  persons: true,
  channels: true,
  width: true,
  partition: true,
  kernel: true,
};

/**
 * One stream of 2s-AGCN (Shi et al., "Two-Stream Adaptive Graph Convolutional Networks for Skeleton-Based Action
 * Recognition", CVPR 2019; `Model` in the authors' model/agcn.py) as an encoder: batch
 * normalisation of every number of a frame; ten blocks of adaptive graph convolution and temporal convolution; the mean
 * over frames and joints, then over persons.
 *
 * Channels of the blocks: width four times, 2·width three times, 4·width three times (D); the fifth and the eighth halve
 * the frames; the first has no residual connection. A graph is A + B + C: the layout's graph, a learned one, and
 * one computed from the clip.
 *
 * Names, those of the authors' code: `data_bn.*` (index (m·V + v)·C + c), `l<block>.gcn1.*` (`PA`, `conv_a.<k>`,
 * `conv_b.<k>`, `conv_d.<k>`, `bn`, `down.0`, `down.1`), `l<block>.tcn1.*` (`conv`, `bn`), `l<block>.residual.*`. Initial
 * weights are those of the authors' code. Only the first normalisation depends on the order of persons.
 *
 * With 25 joints, two persons and the defaults: 3,454,090 parameters, by the structure of the authors' code; with its
 * classifier of 60 classes 3,469,510, half of the 6.94 M that are commonly reported for both streams.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, the width is not a multiple of 4 or the kernel is even; `apply`
 * throws if the clips have another shape.
 *
 * @example
 * ```ts
 * const encoder = agcn({ layout: kinectV2 }, createRandom(0));
 * const features = encoder.apply(clips, { mode: 'eval' }); // [N, 3, T, 25, 2] -> [N, 256]
 * ```
 */
export function agcn(options: AgcnOptions, rng: Random): Encoder {
  const {
    layout: skeleton,
    persons = 2,
    channels = 3,
    width = 64,
    partition = 'directed',
    kernel = 9,
  } = expectOptions('agcn', options, optionNames);
  expectRandom('agcn', rng);
  const layout = expectLayout('agcn', skeleton);
  expectPositiveIntegers('agcn', { persons, channels, width, kernel });
  if (width % 4 !== 0) {
    throw new RangeError(`agcn: expected a width that is a multiple of 4, got ${width}`);
  }
  if (kernel % 2 === 0) throw new RangeError(`agcn: expected an odd kernel, got ${kernel}`);
  const graph = adjacency(layout, partition);
  return graphNetwork(
    {
      caller: 'agcn',
      joints: graph.joints,
      persons,
      channels,
      statisticsShared: 'nothing',
      plan: tenBlocks(width),
      nameOf: (i) => `l${i + 1}`,
      block: (sizes, fork) => agcnBlock({ ...sizes, graph, kernel }, fork),
    },
    rng,
  );
}
