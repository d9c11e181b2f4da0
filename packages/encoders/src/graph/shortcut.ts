import type * as tf from '@tensorflow/tfjs-core';
import { type Params, type Pass, prefixed } from '@halp/nn';
import type { Random } from '@halp/random';
import { convolutionNorm } from './convolution-norm.ts';
import type { BlockSizes } from './graph-network.ts';

/** The residual of a block: nothing, its input, or BN(W x + b) of every stride-th frame if sizes differ. */
export interface Shortcut {
  readonly params: Params;
  readonly buffers: Params;
  apply(x: tf.Tensor4D, pass: Pass): tf.Tensor4D | undefined;
}

/** The {@link Shortcut} of a block; its parameters are named `residual.*`. */
export function shortcutOf(
  { inputs, outputs, stride, residual }: BlockSizes,
  rng: Random,
): Shortcut {
  if (!residual) return { params: {}, buffers: {}, apply: () => undefined };
  if (inputs === outputs && stride === 1) return { params: {}, buffers: {}, apply: (x) => x };
  const projection = convolutionNorm({ inputs, outputs, stride }, rng.fork('residual'));
  return {
    params: prefixed('residual', projection.params),
    buffers: prefixed('residual', projection.buffers),
    apply: (x, pass) => projection.apply(x, pass),
  };
}
