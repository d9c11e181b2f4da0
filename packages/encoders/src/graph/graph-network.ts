import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  disposeParams,
  expectMode,
  mergeParams,
  type Mode,
  type Params,
  prefixed,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { expectClips } from '../check.ts';
import type { Encoder } from '../encoder.ts';
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

/** The place of a block in a network. */
export interface BlockPlan {
  /** Its channels, in widths. */
  readonly factor: number;
  /** Frames from one output to the next. */
  readonly stride: number;
}

/** The blocks as published. */
const TEN_BLOCKS: readonly BlockPlan[] = [1, 1, 1, 1, 2, 2, 2, 4, 4, 4].map((factor, i) => ({
  factor,
  stride: i === 4 || i === 7 ? 2 : 1,
}));

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
  /** The blocks, in order; {@link TEN_BLOCKS} unless given. */
  readonly plan?: readonly BlockPlan[];
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
  { caller, joints, persons, channels, width, plan = TEN_BLOCKS, block }: GraphNetworkOptions,
  rng: Random,
): Encoder {
  const norm = batchNorm({ features: persons * joints * channels });
  const widths = plan.map(({ factor }) => factor * width);
  const features = widths.at(-1) ?? 0;
  const blocks = plan.map(({ stride }, i) => {
    const [inputs, outputs] = [widths[i - 1] ?? channels, widths[i] as number];
    return block({ inputs, outputs, stride, residual: i > 0 }, rng.fork(`l${i + 1}`));
  });
  const named = [['data_bn', norm] as const, ...blocks.map((b, i) => [`l${i + 1}`, b] as const)];
  const params = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.params)));
  const buffers = mergeParams(...named.map(([name, layer]) => prefixed(name, layer.buffers)));
  return {
    params,
    buffers,
    featureSize: features,
    apply(x, mode) {
      expectMode(caller, mode);
      expectClips(caller, x, { channels, joints, persons });
      return tf.tidy(() => {
        let y = personRows(norm, x, mode);
        for (const layer of blocks) y = layer.apply(y, mode);
        const ofPersons = tf.reshape(tf.mean(y, [1, 2]), [x.shape[0], persons, features]);
        return tf.mean<tf.Tensor2D>(ofPersons, 1);
      });
    },
    dispose: () => {
      disposeParams(params);
      disposeParams(buffers);
    },
  };
}
