import { batchNorm, disposeParams, mergeParams, prefixed, type Mode, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import { expectClips } from './check.ts';
import { convolutionNorm } from './convolution-norm.ts';
import type { Encoder } from './encoder.ts';
import { personRows } from './person-rows.ts';

/** A layer of `[N, T, V, C]`. */
export interface JointLayer {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, mode: Mode): tf.Tensor4D;
}

/** Sizes of one block. */
export interface BlockSizes {
  readonly inputs: number;
  readonly outputs: number;
  /** Frames from one output to the next: 1, or 2 where the frames are halved. */
  readonly stride: number;
  /** Whether the input is added to the output. */
  readonly residual: boolean;
}

/** What a {@link graphNetwork} is made of. */
export interface GraphNetworkOptions {
  /** The name under which errors are reported. */
  readonly caller: string;
  /** V. */
  readonly joints: number;
  /** M. */
  readonly persons: number;
  /** C. */
  readonly channels: number;
  /** Channels of the first blocks. */
  readonly width: number;
  /** Makes a block, `[N, T, V, inputs]` to `[N, ⌈T/stride⌉, V, outputs]`. */
  readonly block: (sizes: BlockSizes, rng: Random) => JointLayer;
}

/**
 * The frame that 2s-AGCN and CTR-GCN share: normalisation of every number of a frame, ten blocks `l1` to `l10` with
 * width channels four times, 2·width three times and 4·width three times, of which the fifth and the eighth halve the
 * frames and the first has no residual connection; the mean over frames and joints, then over persons. D = 4·width.
 *
 * Names: `data_bn.*`, index (m·V + v)·C + c, then `l<number>.*`.
 *
 * @param rng - forked by block; itself not drawn from.
 */
export function graphNetwork(
  { caller, joints, persons, channels, width, block }: GraphNetworkOptions,
  rng: Random,
): Encoder {
  const norm = batchNorm({ features: persons * joints * channels });
  const widths = [1, 1, 1, 1, 2, 2, 2, 4, 4, 4].map((factor) => factor * width);
  const blocks = widths.map((outputs, i) => {
    const inputs = widths[i - 1] ?? channels;
    const stride = i === 4 || i === 7 ? 2 : 1;
    return block({ inputs, outputs, stride, residual: i > 0 }, rng.fork(`l${i + 1}`));
  });
  const named = [['data_bn', norm] as const, ...blocks.map((b, i) => [`l${i + 1}`, b] as const)];
  const params = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.params)));
  const buffers = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.buffers)));
  return {
    params,
    buffers,
    featureSize: 4 * width,
    apply(x, mode) {
      expectClips(caller, x, { channels, joints, persons });
      return tf.tidy(() => {
        let y = personRows(norm, x, mode);
        for (const layer of blocks) y = layer.apply(y, mode);
        const ofPersons = tf.reshape(tf.mean(y, [1, 2]), [x.shape[0], persons, 4 * width]);
        return tf.mean<tf.Tensor2D>(ofPersons, 1);
      });
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}

/** What is added to a block's output: nothing, its input, or BN(W x + b) of every stride-th frame where sizes differ. */
export interface Shortcut {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, mode: Mode): tf.Tensor4D | undefined;
}

/** The {@link Shortcut} of a block, under `residual.*` where it has parameters. */
export function shortcutOf(
  { inputs, outputs, stride, residual }: BlockSizes,
  rng: Random,
): Shortcut {
  if (!residual) return { params: {}, buffers: {}, apply: () => undefined };
  if (inputs === outputs && stride === 1) return { params: {}, buffers: {}, apply: (x) => x };
  const { params, buffers, apply } = convolutionNorm(
    { inputs, outputs, stride },
    rng.fork('residual'),
  );
  return {
    params: prefixed('residual', params),
    buffers: prefixed('residual', buffers),
    apply: (x, mode) => apply(x, mode),
  };
}
