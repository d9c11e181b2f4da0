import * as tf from '@tensorflow/tfjs-core';
import { mergeParams, prefixed, relu } from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import { ctrGraphConvolution } from './ctr-graph-convolution.ts';
import type { BlockSizes, JointLayer } from './graph-network.ts';
import { multiScaleConvolution } from './multi-scale-convolution.ts';
import { shortcutOf } from './shortcut.ts';

/** Channels of the correlations between joints in the first block, whose input is the clip. */
const FIRST_RELATIONS = 8;
/** Input channels per channel of the correlations in the other blocks. */
export const REDUCTION = 8;

/** Sizes and graph of a {@link ctrBlock}. */
export interface CtrBlockOptions extends BlockSizes {
  /** The initial value of the learned topology. */
  readonly graph: Adjacency;
  /** Frames of the temporal convolutions, odd. */
  readonly kernel: number;
}

/**
 * ReLU(s(x) + multi-scale temporal convolution(topology refinement(x))), `[N, T, V, inputs]` to
 * `[N, ⌈T/stride⌉, V, outputs]`, with s the {@link shortcutOf} of the sizes.
 *
 * Names: `gcn1.*`, `tcn1.branches.*`, `residual.*`.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function ctrBlock(options: CtrBlockOptions, rng: Random): JointLayer {
  const { inputs, outputs, stride, residual, graph, kernel } = options;
  const relations = residual ? inputs / REDUCTION : FIRST_RELATIONS;
  const spatial = ctrGraphConvolution({ inputs, outputs, relations, graph }, rng.fork('gcn1'));
  const temporal = multiScaleConvolution(
    { inputs: outputs, outputs, kernel, stride },
    rng.fork('tcn1'),
  );
  const shortcut = shortcutOf(options, rng);
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
    apply: (x, pass) =>
      tf.tidy(() => {
        const add = shortcut.apply(x, pass);
        const y = temporal.apply(spatial.apply(x, pass), pass);
        return relu(add === undefined ? y : tf.add<tf.Tensor4D>(y, add));
      }),
  };
}
