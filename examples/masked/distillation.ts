import * as tf from '@tensorflow/tfjs-core';
import {
  copyParams,
  emaUpdate,
  linear,
  mergeParams,
  ownedVariable,
  prefixed,
  withoutGradient,
} from '@halp/nn';
import type { Random } from '@halp/random';
import { expectInteger } from '@halp/random/check';
import type { OwnObjective } from '@halp/recipes';
import { expectPositive, expectShare, numbersFrom } from './options.ts';
import { distillationTargets, smoothL1 } from './targets.ts';
import { tokensOf } from './tokens-of.ts';
import { tubeMask } from './tubes.ts';

const CALLER = 'distillation';

/** The options of {@link objective} and their defaults. */
const DEFAULTS = {
  /** The least share of the tokens that is masked, in (0, 1); data2vec's for images. */
  maskRatio: 0.6,
  /** K: last blocks of the teacher that are averaged; data2vec has half of its blocks for images. */
  averagedBlocks: 2,
  /** β of the smooth L1 loss; data2vec's for images. */
  beta: 2,
  /** τ of the first step: the fraction of the teacher that each step keeps. */
  momentum: 0.99,
  /** τ after `momentumSteps` steps. */
  finalMomentum: 0.999,
  /** Steps over which τ rises linearly. */
  momentumSteps: 1000,
};

/**
 * Masked self-distillation without a decoder: the encoder sees a clip with masked tokens and predicts, at their places, what
 * a moving average of it computes from the whole clip.
 *
 * Source: data2vec (Baevski et al., ICML 2022, arXiv 2202.03555), the paper's description of the method, on the tokens of a skeleton:
 * 1. Student: the tokens of `tubeMask` become a learned mask token plus their position embedding; all tokens pass
 *    the encoder; a linear layer predicts the target at the masked places.
 * 2. Teacher: θ' ← τ θ' + (1 − τ) θ after every step, τ rising linearly; it sees all tokens, without dropout.
 * 3. Target: the outputs of the teacher's last K blocks, each standardised, averaged: `distillationTargets`.
 * 4. Loss: smooth L1, mean over masked tokens and features.
 *
 * Skeleton2vec (Xu et al., arXiv 2401.00921) and SLiM (Do et al., arXiv 2603.10648) are of the same family: the first adds a
 * decoder; the second has none, as here, but predicts assignments to prototypes and adds a contrastive loss between
 * global and local views. From SLiM is only the idea of masking connected parts of the body over time.
 *
 * Needs `encoder: { kind: 'transformer', … }`, of which it trains every parameter; the student is evaluated, the projection
 * head is unused. It uses the query view only, the same for both networks as in data2vec. Names: `encoder_q.*`,
 * `mask_token`, `predictor.*`; the teacher is `encoder_k.*`. Parts: `distillation`; a prediction of 0 has about 1/(2β) for
 * β of 2 and more.
 *
 * @remarks Departures from data2vec: targets are standardised over the batch (see `distillationTargets`); the teacher has an
 * embedding layer of its own, which the paper shares with the student. The predictor, one linear layer, is ours.
 */
export const objective: OwnObjective = (given, { query, key, layout }, rng) => {
  const options = numbersFrom(CALLER, given, DEFAULTS);
  const { maskRatio, averagedBlocks, beta, momentum, finalMomentum, momentumSteps } = options;
  const [student, teacher] = [query.encoder, key.encoder];
  const tokens = tokensOf(CALLER, student);
  const teacherTokens = tokensOf(CALLER, teacher);
  expectShare(CALLER, 'maskRatio', maskRatio);
  expectShare(CALLER, 'momentum', momentum);
  expectShare(CALLER, 'finalMomentum', finalMomentum);
  expectInteger(CALLER, 'averagedBlocks', averagedBlocks, 1, tokens.blocks);
  expectInteger(CALLER, 'momentumSteps', momentumSteps, 1);
  expectPositive(CALLER, 'beta', beta);
  copyParams(teacher.params, student.params);
  copyParams(teacher.buffers, student.buffers);
  const width = student.featureSize;
  const joints = layout.joints.length;
  const predictor = linear({ inputs: width, outputs: width }, rng.fork('predictor'));
  const maskToken = ownedVariable(embedding(width, rng.fork('mask_token')));

  return {
    params: mergeParams(
      prefixed('encoder_q', student.params),
      { mask_token: maskToken },
      prefixed('predictor', predictor.params),
    ),
    state: mergeParams(
      prefixed('encoder_q', student.buffers),
      prefixed('encoder_k', teacher.params),
      prefixed('encoder_k', teacher.buffers),
    ),
    loss({ query: clips }, _context, stepRng) {
      return tf.tidy(() => {
        const pass = { mode: 'train', rng: stepRng.fork('encoder_q') } as const;
        const whole = tokens.embed(clips);
        const [rows, length] = whole.shape;
        const segments = length / joints;
        const mask = maskOf(rows, { layout, segments, ratio: maskRatio }, stepRng.fork('mask'));
        const replaced = tf.add(maskToken, tokens.positions(segments * tokens.segment));
        const seen = tf.add(tf.mul(whole, tf.sub(1, mask)), tf.mul(replaced, mask));
        const encoded = tokens.encode(seen as tf.Tensor3D, pass);
        const flat = tf.reshape<tf.Rank.R2>(encoded, [rows * length, width]);
        const predicted = tf.reshape(predictor.apply(flat, pass), whole.shape);
        const target = withoutGradient(() =>
          distillationTargets(teacherTokens, clips, averagedBlocks),
        );
        const errors = tf.mean(smoothL1(predicted, target, beta), 2, true);
        const total = tf.div<tf.Scalar>(tf.sum(tf.mul(errors, mask)), tf.sum(mask));
        return { total, parts: { distillation: tf.clone(total) } };
      });
    },
    afterStep({ step }) {
      const share = Math.min(step / momentumSteps, 1);
      emaUpdate(teacher.params, student.params, momentum + share * (finalMomentum - momentum));
    },
    dispose() {
      predictor.dispose();
      maskToken.dispose();
    },
  };
};

/** The masks of a batch, `[R, L, 1]` with 1 for masked; row r draws from the fork `r`. */
function maskOf(rows: number, tubes: Parameters<typeof tubeMask>[0], rng: Random): tf.Tensor3D {
  const masks = Array.from({ length: rows }, (_, r) => tubeMask(tubes, rng.fork(r)));
  const all = new Float32Array(masks.flatMap((mask) => [...mask]));
  return tf.tensor3d(all, [rows, all.length / rows, 1]);
}

/** `[1, 1, D]`, N(0, 0.02²), as the embeddings of the encoder. */
function embedding(width: number, rng: Random): tf.Tensor {
  return tf.tensor3d(
    Float32Array.from({ length: width }, () => 0.02 * rng.normal()),
    [1, 1, width],
  );
}
