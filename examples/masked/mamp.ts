import * as tf from '@tensorflow/tfjs-core';
import { gumbelTopK, mergeParams, placeTokens, prefixed, takeTokens } from '@halp/nn';
import { expectInteger, expectPositiveIntegers } from '@halp/random/check';
import type { OwnObjective } from '@halp/recipes';
import { tokenDecoder } from './decoder.ts';
import { motionIntensity, motionTokens, standardTokens } from './motion.ts';
import { expectPositive, expectShare, numbersFrom } from './options.ts';
import { tokensOf } from './tokens-of.ts';

const CALLER = 'mamp';

/** The options of {@link objective} and their defaults, those of the authors' settings for NTU RGB+D unless noted. */
const DEFAULTS = {
  /** The share of the tokens that is masked, in (0, 1). */
  maskRatio: 0.9,
  /** τ: temperature of the masking; the lower, the more often moving joints are masked. */
  temperature: 0.8,
  /** Frames between the two positions of a motion. */
  stride: 1,
  /** Blocks of the decoder; 5 (3 on NTU-60) as published. */
  decoderDepth: 1,
  /** Features of a token of the decoder; 256 as published. */
  decoderWidth: 64,
  /** Heads of the decoder's attention; 8 as published. */
  decoderHeads: 4,
};

/**
 * MAMP, masked motion prediction: from a few visible tokens of a clip, predict how the joints of the masked ones move.
 *
 * Source: Mao et al., "Masked Motion Predictors are Strong 3D Action Representation Learners", ICCV 2023 (arXiv 2308.07092),
 * the paper's description of the method. With tokens of one joint in one segment of frames, of each person separately:
 * 1. Motion-aware masking: K = maskRatio·L tokens are drawn without replacement in proportion to softmax(intensity / τ), by
 *    Gumbel-top-k; the other tokens are visible.
 * 2. Encoder: the recipe's transformer on the visible tokens only.
 * 3. Decoder: mask tokens at the masked places, embeddings of joint and segment, blocks. It is not evaluated.
 * 4. Target: the motion of the masked tokens, standardised within each token. Loss: the mean squared error over them.
 *
 * Needs `encoder: { kind: 'transformer', … }`, of which it trains every parameter; the projection head is unused. It uses the
 * query view only. Parts: `mamp`, at most 1 for predictions of 0. Names: `encoder_q.*`, `decoder.*`.
 *
 * @remarks Departures from the paper: the intensity is a fraction of the row's largest (`motionIntensity`), and sizes are those
 * of the recipe.
 */
export const objective: OwnObjective = (given, { query, layout }, rng) => {
  const options = numbersFrom(CALLER, given, DEFAULTS);
  const { maskRatio, temperature, stride, decoderDepth, decoderWidth, decoderHeads } = options;
  expectShare(CALLER, 'maskRatio', maskRatio);
  expectPositive(CALLER, 'temperature', temperature);
  expectInteger(CALLER, 'stride', stride, 1);
  expectPositiveIntegers(CALLER, { decoderDepth, decoderWidth, decoderHeads });
  const { encoder } = query;
  const tokens = tokensOf(CALLER, encoder);
  const joints = layout.joints.length;
  const decoder = tokenDecoder(
    {
      inputs: encoder.featureSize,
      width: decoderWidth,
      depth: decoderDepth,
      heads: decoderHeads,
      segments: tokens.frames / tokens.segment,
      joints,
      outputs: 3 * tokens.segment,
    },
    rng.fork('decoder'),
  );
  return {
    params: mergeParams(prefixed('encoder_q', encoder.params), prefixed('decoder', decoder.params)),
    state: prefixed('encoder_q', encoder.buffers),
    loss({ query: clips }, _context, stepRng) {
      return tf.tidy(() => {
        const pass = (name: string) => ({ mode: 'train', rng: stepRng.fork(name) }) as const;
        const motion = motionTokens(clips, tokens.segment, stride);
        const [rows, length] = motion.shape;
        const masks = countOf(maskRatio, length);
        const logits = tf.div<tf.Tensor2D>(motionIntensity(motion), temperature);
        const order = gumbelTopK(logits, length, stepRng.fork('mask'));
        const masked = tf.slice2d(order, [0, 0], [rows, masks]);
        const visible = tf.slice2d(order, [0, masks], [rows, length - masks]);
        const seen = takeTokens(tokens.embed(clips), visible);
        const encoded = tokens.encode(seen, pass('encoder_q'));
        const predicted = decoder.apply(encoded, visible, length, pass('decoder'));
        const total = maskedError(predicted, standardTokens(motion), masked);
        return { total, parts: { mamp: tf.clone(total) } };
      });
    },
    afterStep: () => undefined,
    dispose: () => decoder.dispose(),
  };
};

/** The number of masked tokens: the share, rounded, but at least one masked and one visible. */
function countOf(share: number, length: number): number {
  return Math.min(Math.max(Math.round(share * length), 1), length - 1);
}

/** Mean over the masked tokens, `[R, K]`, of the mean squared difference of both, `[R, L, F]`. */
function maskedError(predicted: tf.Tensor3D, target: tf.Tensor3D, masked: tf.Tensor2D): tf.Scalar {
  const errors = tf.mean(tf.squaredDifference(predicted, target), 2);
  const weights = placeTokens(tf.ones([...masked.shape, 1]), masked, target.shape[1]);
  return tf.div(tf.sum(tf.mul(errors, tf.squeeze(weights, [2]))), masked.size);
}
