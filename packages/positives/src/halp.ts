import type { AnchoredObjective } from '@halp/contrastive';
import { mergeParams, type Loss, type Objective, type StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import * as tf from '@tensorflow/tfjs-core';

import { halpTerm, type HalpLossOptions } from './halp-loss.ts';
import { createPrototypes } from './prototypes.ts';

/** What {@link halp} adds to its base, and when. */
export interface HalpOptions extends HalpLossOptions {
  /** μ, the weight of the term; 2 for NTU, 1 for PKU-MMD in HaLP. */
  readonly weight: number;
  /** The first epoch, from 0, with the term; 0 unless given. */
  readonly fromEpoch?: number;
  /** P, the number of prototypes; 20 unless given. */
  readonly prototypes?: number;
  /** How many of the newest keys they summarise; 256 unless given. */
  readonly newest?: number;
  /** They are renewed after every iteration of an epoch that is a multiple of this; 10 unless given. */
  readonly every?: number;
}

/**
 * HaLP: the loss of `base` plus μ times {@link halpLoss} on the embeddings of the same forward pass.
 *
 * Source: HaLP, section 3; pretrain_moco_single_modality.py:355-373.
 * - The term acts once `fromEpoch` is reached and at least 2 K + 1 clips were seen (the queue then
 *   holds only real keys); until then this is `base`.
 * - Prototypes are {@link sphericalKMeans} of the newest keys: before the first step with the term,
 *   after that step's enqueue, and after the enqueue of every iteration that is a multiple of `every`
 *   (iterations count from 0 in each epoch). They act from the next step on.
 * - Parts: those of `base`, `halp` (weighted), and `kept`, the share of positives kept, which is a
 *   diagnostic and no part of the sum. While the term does not act, those of `base` alone.
 *
 * State, beside that of `base`: `prototypes` `[P, D]`, and `prototypes_ready` `[1]`, int32, 1 once they
 * are computed.
 *
 * @param base - stays the caller's.
 * @param rng - forked for every clustering by the step's number; itself not drawn from. The positives
 * are drawn from the step's own stream.
 * @throws RangeError if an option lies outside its range, or the queue is too short for it.
 * @throws Error at `loss` if the term should act but `beforeStep` was not called.
 * @remarks The authors count clips anew after a resume, so that their term begins some epochs late;
 * here the count is that of the run. Where their warm-up ends between two epochs, their first step
 * uses prototypes that are all zero; here they are computed before it.
 */
export function halp<Input>(
  base: AnchoredObjective<Input>,
  options: HalpOptions,
  rng: Random,
): Objective<Input> {
  const { weight, fromEpoch = 0, every = 10, prototypes: count = 20, newest = 256 } = options;
  checkSchedule(weight, fromEpoch, every);
  const prototypes = createPrototypes(base.queue, { count, newest });
  const acts = ({ epoch, samples }: StepContext): boolean =>
    epoch >= fromEpoch && samples >= 2 * base.queue.size + 1;
  let firstStep: number | undefined;

  return {
    params: base.params,
    state: mergeParams(base.state, prototypes.state),
    async beforeStep(context) {
      await base.beforeStep?.(context);
      if (!acts(context) || prototypes.ready()) return;
      firstStep = context.step;
      await prototypes.renew(rng.fork('prototypes', context.step, 'before'));
    },
    loss(input, context, stepRng): Loss {
      if (!acts(context)) return base.loss(input, context, stepRng);
      if (!prototypes.ready()) {
        throw new Error('halp: expected beforeStep before the first loss with the term, got none');
      }
      return tf.tidy(() => {
        const embeddings = base.embed(input);
        const contrast = base.contrast(embeddings, context, stepRng);
        const { query, key } = embeddings;
        const draws = stepRng.fork('positives');
        const term = halpTerm(query, key, prototypes.values, options, draws);
        const weighted = tf.mul<tf.Scalar>(term.loss, weight);
        return {
          total: tf.add<tf.Scalar>(contrast.total, weighted),
          parts: { ...contrast.parts, halp: weighted, kept: term.kept },
        };
      });
    },
    async afterStep(context) {
      await base.afterStep(context);
      if (!acts(context)) return;
      if (context.iteration % every !== 0 && context.step !== firstStep) return;
      await prototypes.renew(rng.fork('prototypes', context.step, 'after'));
    },
    dispose: () => prototypes.dispose(),
  };
}

function checkSchedule(weight: number, fromEpoch: number, every: number): void {
  if (!Number.isFinite(weight)) {
    throw new RangeError(`halp: expected a finite weight, got ${weight}`);
  }
  if (!Number.isSafeInteger(fromEpoch) || fromEpoch < 0) {
    throw new RangeError(
      `halp: expected fromEpoch to be an integer of at least 0, got ${fromEpoch}`,
    );
  }
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new RangeError(`halp: expected every to be an integer of at least 1, got ${every}`);
  }
}
