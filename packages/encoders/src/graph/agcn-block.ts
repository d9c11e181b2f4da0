import * as tf from '@tensorflow/tfjs-core';
import { mergeParams, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import type { Adjacency } from '@halp/skeleton';
import { adaptiveGraphConvolution } from './adaptive-graph-convolution.ts';
import { convolutionNorm } from './convolution-norm.ts';
import type { BlockSizes, JointLayer } from './graph-network.ts';
import { shortcutOf } from './shortcut.ts';

/** Sizes and graph of an {@link agcnBlock}. */
export interface AgcnBlockOptions extends BlockSizes {
  /** A. */
  readonly graph: Adjacency;
  /** Frames of the temporal convolution, odd. */
  readonly kernel: number;
}

/**
 * ReLU(s(x) + BN(temporal convolution(adaptive graph convolution(x)))), `[N, T, V, inputs]` to
 * `[N, ⌈T/stride⌉, V, outputs]`, with s the {@link shortcutOf} of the sizes.
 *
 * Names: `gcn1.*`, `tcn1.conv.*`, `tcn1.bn.*`, `residual.*`.
 *
 * @param rng - forked by layer; itself not drawn from.
 */
export function agcnBlock(options: AgcnBlockOptions, rng: Random): JointLayer {
  const { inputs, outputs, stride, graph, kernel } = options;
  const spatial = adaptiveGraphConvolution({ inputs, outputs, graph }, rng.fork('gcn1'));
  const temporal = convolutionNorm({ inputs: outputs, outputs, kernel, stride }, rng.fork('tcn1'));
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
        const y = spatial.apply(x, pass);
        return temporal.apply(y, pass, { relu: true, add });
      }),
  };
}
