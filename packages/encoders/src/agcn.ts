import { mergeParams, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import { adjacency, type Adjacency, type Layout, type PartitionStrategy } from '@halp/skeleton';
import * as tf from '@tensorflow/tfjs-core';

import { adaptiveGraphConvolution } from './adaptive-graph-convolution.ts';
import { expectSizes } from './check.ts';
import { convolutionNorm } from './convolution-norm.ts';
import type { Encoder } from './encoder.ts';
import { graphNetwork, shortcutOf, type BlockSizes, type JointLayer } from './graph-network.ts';

/** Sizes and graph of an {@link agcn} encoder. */
export interface AgcnOptions {
  /** The joints and bones of the clips. */
  readonly layout: Layout;
  /** M: persons of a clip; 2 unless given. */
  readonly persons?: number;
  /** C: coordinates of a joint; 3 unless given. */
  readonly channels?: number;
  /** Channels of the first blocks, a multiple of 4; 64, as published, unless given. D is four times as much. */
  readonly width?: number;
  /** How neighbours are divided into subsets; `directed`, as in the authors' code, unless given. */
  readonly partition?: PartitionStrategy;
  /** Frames of a temporal convolution, odd; 9, as published, unless given. */
  readonly kernel?: number;
}

/**
 * One stream of 2s-AGCN (Shi et al., "Two-Stream Adaptive Graph Convolutional Networks for Skeleton-Based Action
 * Recognition", CVPR 2019, section 4) as an encoder: normalisation of every number of a frame, ten blocks of adaptive
 * graph convolution and temporal convolution, the mean over frames and joints, then over persons.
 *
 * Channels of the blocks: width four times, 2·width three times, 4·width three times (D); the fifth and the eighth halve
 * the frames; the first has no residual connection. A graph is A + B + C: the layout's, a learned one, and one that
 * follows from the clip (section 4.1).
 *
 * Names, those of the authors' code: `data_bn.*` (index (m·V + v)·C + c), `l<block>.gcn1.*` (`PA`, `conv_a.<k>`,
 * `conv_b.<k>`, `conv_d.<k>`, `bn`, `down.0`, `down.1`), `l<block>.tcn1.*` (`conv`, `bn`), `l<block>.residual.*`. Weights
 * start as there. The order of persons matters to the first normalisation alone.
 *
 * With 25 joints, two persons and the defaults: PARAMS_AGCN
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, the width not a multiple of 4 or the kernel even; `apply` throws
 * if the clips' shape is another.
 *
 * @example
 * ```ts
 * const encoder = agcn({ layout: kinectV2 }, createRandom(0));
 * const features = encoder.apply(clips, 'eval'); // [N, 3, T, 25, 2] -> [N, 256]
 * ```
 */
export function agcn(
  {
    layout,
    persons = 2,
    channels = 3,
    width = 64,
    partition = 'directed',
    kernel = 9,
  }: AgcnOptions,
  rng: Random,
): Encoder {
  expectSizes('agcn', { persons, channels, width, kernel });
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
      width,
      block: (sizes, fork) => agcnBlock(sizes, graph, kernel, fork),
    },
    rng,
  );
}

/** ReLU(s(x) + BN(temporal convolution(adaptive graph convolution(x)))). */
function agcnBlock(sizes: BlockSizes, graph: Adjacency, kernel: number, rng: Random): JointLayer {
  const { inputs, outputs, stride } = sizes;
  const spatial = adaptiveGraphConvolution({ inputs, outputs, graph }, rng.fork('gcn1'));
  const temporal = convolutionNorm({ inputs: outputs, outputs, kernel, stride }, rng.fork('tcn1'));
  const shortcut = shortcutOf(sizes, rng);
  return {
    params: mergeParams(
      prefixed('gcn1', spatial.params),
      prefixed('tcn1', temporal.params),
      shortcut.params,
    ),
    buffers: mergeParams(
      prefixed('gcn1', spatial.buffers),
      prefixed('tcn1', temporal.buffers),
      shortcut.buffers,
    ),
    apply: (x, mode) =>
      tf.tidy(() => {
        const add = shortcut.apply(x, mode);
        const y = spatial.apply(x, mode);
        return temporal.apply(y, mode, { relu: true, ...(add && { add }) });
      }),
  };
}
