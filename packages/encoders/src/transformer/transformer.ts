import * as tf from '@tensorflow/tfjs-core';
import {
  childPass,
  disposeParams,
  expectPass,
  layerNorm,
  mergeParams,
  type Pass,
  prefixed,
} from '@halp/nn';
import { expectDropProbability, expectShape } from '@halp/nn/check';
import type { Random } from '@halp/random';
import {
  expectOptions,
  expectPositiveIntegers,
  expectRandom,
  type OptionNames,
} from '@halp/random/check';
import type { Layout, LayoutName } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { expectClips } from '../check.ts';
import type { Encoder, TokenEncoder } from '../encoder.ts';
import { transformerBlock } from './block.ts';
import { expectMultiple, tokenEmbedding } from './token-embedding.ts';

/** Sizes of a {@link skeletonTransformer} encoder. */
export interface SkeletonTransformerOptions {
  /** The joints of the clips. */
  readonly layout: Layout | LayoutName;
  /** M: persons of a clip. Default: 2. */
  readonly persons?: number;
  /** C: coordinates of a joint. Default: 3. */
  readonly channels?: number;
  /** Most frames of a clip, a multiple of `segment`; 120 as published. Default: 64. */
  readonly frames?: number;
  /** Frames of a token. Default: 4, as published. */
  readonly segment?: number;
  /** D: features of a token; 256 as published. Default: 64. */
  readonly width?: number;
  /** Blocks; 8 as published. Default: 4. */
  readonly depth?: number;
  /** Heads of each attention, a divisor of the width; 8 as published. Default: 4. */
  readonly heads?: number;
  /** Hidden units of the MLP, as a multiple of the width. Default: 4, as published. */
  readonly expansion?: number;
  /** Probability of a zero in the outputs of attention and MLP, in train mode. Default: 0, as published. */
  readonly dropout?: number | undefined;
  /**
   * Probability that the last block's branches are skipped for a person, in train mode; rises linearly from 0 in the
   * first block. 0.3 in the authors' fine-tuning. Default: 0, as in their pre-training.
   */
  readonly stochasticDepth?: number | undefined;
}

/** The {@link skeletonTransformer} encoder. */
export interface SkeletonTransformer extends Encoder {
  /** Its parts, for objectives that mask tokens. */
  readonly tokens: TokenEncoder;
}

const optionNames: OptionNames<SkeletonTransformerOptions> = {
  layout: true,
  persons: true,
  channels: true,
  frames: true,
  segment: true,
  width: true,
  depth: true,
  heads: true,
  expansion: true,
  dropout: true,
  stochasticDepth: true,
};

/**
 * The spatio-temporal transformer of MAMP (Mao et al., "Masked Motion Predictors are Strong 3D Action Representation
 * Learners", ICCV 2023, arXiv 2308.07092; `Transformer` in the authors' model/transformer.py, without head) as an encoder. A token for each
 * joint and segment of frames is W·(its coordinates) + b plus an embedding of the joint and one of the segment. Pre-norm
 * blocks follow, in which every token of a person attends to every other, then a last normalisation and the mean over
 * tokens, then over persons.
 *
 * Names, those of the authors' code: `joints_embed.proj.*` (`[D, C, segment, 1]`), `temp_embed` `[1, frames/segment, 1, D]`,
 * `pos_embed` `[1, 1, V, D]`, `blocks.<b>.*` (`norm1`, `attn.qkv`, `attn.proj`, `norm2`, `mlp.fc1`, `mlp.fc2`), `norm.*`.
 * Initial embeddings are N(0, 0.02²), `joints_embed` is PyTorch's convolution, other weights are Xavier-uniform, biases 0.
 * No layer depends on the batch: without `dropout` and `stochasticDepth` both modes are the same.
 *
 * With 25 joints it has 203,520 parameters by default and 6,336,000 at the published sizes, by the structure of the
 * authors' code.
 *
 * Clips may be shorter than `frames`; they use the embeddings of the first segments. The order of persons does not matter. A
 * person has L = V·T/segment tokens, and every block keeps heads·L² numbers per person for the gradient.
 *
 * @param rng - forked by parameter name; itself not drawn from.
 * @throws RangeError if a size is not a positive integer, `frames` is not a multiple of `segment`, the width is not a
 * multiple of `heads` or a probability is outside [0, 1); `apply` throws if the clips have another shape, or T is not a multiple of `segment` up to `frames`.
 *
 * @example
 * ```ts
 * const encoder = skeletonTransformer({ layout: kinectV2 }, createRandom(0));
 * const features = encoder.apply(clips, { mode: 'eval' }); // [N, 3, 64, 25, 2] -> [N, 64]
 * ```
 */
export function skeletonTransformer(
  options: SkeletonTransformerOptions,
  rng: Random,
): SkeletonTransformer {
  const {
    layout: skeleton,
    persons = 2,
    channels = 3,
    frames = 64,
    segment = 4,
    width = 64,
    depth = 4,
    heads = 4,
    expansion = 4,
    dropout = 0,
    stochasticDepth = 0,
  } = expectOptions('skeletonTransformer', options, optionNames);
  expectRandom('skeletonTransformer', rng);
  const layout = expectLayout('skeletonTransformer', skeleton);
  const caller = 'skeletonTransformer';
  expectPositiveIntegers(caller, {
    persons,
    channels,
    frames,
    segment,
    width,
    depth,
    heads,
    expansion,
  });
  expectDropProbability(caller, 'dropout', dropout);
  expectDropProbability(caller, 'stochasticDepth', stochasticDepth);
  expectMultiple(caller, 'frames', frames, segment);
  expectMultiple(caller, 'width', width, heads);
  const sizes = { joints: layout.joints.length, persons, channels, frames, segment, width };
  const embedding = tokenEmbedding(caller, sizes, rng);
  const blocks = Array.from({ length: depth }, (_, i) =>
    transformerBlock(
      {
        ...{ features: width, heads, hidden: expansion * width, dropout },
        stochasticDepth: depth === 1 ? stochasticDepth : (stochasticDepth * i) / (depth - 1),
      },
      rng.fork(`blocks.${i}`),
    ),
  );
  const norm = layerNorm({ features: width });
  const params = mergeParams(
    embedding.params,
    ...blocks.map((block, i) => prefixed(`blocks.${i}`, block.params)),
    prefixed('norm', norm.params),
  );
  const blockOutputs = (tokens: tf.Tensor3D, pass: Pass): readonly tf.Tensor3D[] => {
    const outputs: tf.Tensor3D[] = [];
    for (const [i, block] of blocks.entries())
      outputs.push(block.apply(outputs.at(-1) ?? tokens, childPass(pass, `blocks.${i}`)));
    return outputs;
  };
  const encode = (tokens: tf.Tensor3D, pass: Pass): tf.Tensor3D =>
    norm.apply(blockOutputs(tokens, pass).at(-1) as tf.Tensor3D, pass);
  const withTokens = <Result extends tf.TensorContainer>(
    tokens: tf.Tensor3D,
    pass: Pass,
    result: () => Result,
  ): Result => {
    expectPass(caller, pass);
    expectShape(caller, tokens, [null, null, width], 'tokens [R, K, D]');
    return tf.tidy(result);
  };
  return {
    params,
    buffers: {},
    featureSize: width,
    tokens: {
      segment,
      frames,
      blocks: depth,
      embed: (x) => embedding.embed(x),
      positions: (length) => embedding.positions(length),
      blockOutputs: (tokens, pass) =>
        withTokens(tokens, pass, () => [...blockOutputs(tokens, pass)]),
      encode: (tokens, pass) => withTokens(tokens, pass, () => encode(tokens, pass)),
    },
    apply(x, pass) {
      expectPass(caller, pass);
      expectClips(caller, x, sizes);
      const [clips] = x.shape;
      return tf.tidy(() => {
        const ofPersons = tf.mean(encode(embedding.embed(x), pass), 1);
        return tf.mean<tf.Tensor2D>(tf.reshape(ofPersons, [clips, persons, width]), 1);
      });
    },
    dispose: () => disposeParams(params),
  };
}
