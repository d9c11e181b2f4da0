import * as tf from '@tensorflow/tfjs-core';
import type { AnchoredObjective, Embeddings } from '@halp/contrastive';
import { type Loss, mergeParams, type Objective } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { expectObjective } from './check.ts';
import { halpOptionNames, type HalpOptions, scheduledTerm } from './scheduled-term.ts';

/**
 * The HaLP objective: the loss of `base` plus μ times {@link halpLoss} on the embeddings of the same forward pass.
 *
 * Source: HaLP, section 3; pretrain_moco_single_modality.py:355-373.
 * - The term is active from epoch `fromEpoch`, after at least 2 K + 1 clips (the queue then holds only real
 *   keys). Before that, the loss is that of `base`.
 * - Prototypes are {@link sphericalKMeans} of the newest keys: computed before the first step with the term,
 *   after that step's enqueue, and after the enqueue of every iteration that is a multiple of `every`
 *   (iterations count from 0 in each epoch). They are used from the next step.
 * - Parts: those of `base` and `halp` (weighted). In addition the diagnostics `kept`, `angle`
 *   and `hardness` of {@link halpTerm}, which are not part of the sum. While the term is inactive, only the
 *   parts of `base`.
 *
 * State, in addition to that of `base`: `prototypes` `[P, D]`, and `prototypes_ready` `[1]`, int32, 1 once they
 * are computed.
 *
 * @param base - any objective with anchors and a queue of earlier anchors; the caller keeps it.
 * @param options - weight, schedule and positives. Default of `seeding`: `'k-means++'`.
 * @param rng - forked for every clustering by the step's number; itself not drawn from. The positives
 * are drawn from the stream of the step.
 * @throws RangeError if an option is outside its range, or the queue is too short for it.
 * @throws Error at `loss` if the term is active but `beforeStep` was not called.
 * @remarks The authors' count of clips restarts at 0 after a resume, so their term starts some epochs later;
 * here the count covers the whole run. If their warm-up ends between two epochs, their first step uses
 * prototypes that are all zero; here they are computed before it.
 */
export function halp<Input, E extends Embeddings = Embeddings>(
  base: AnchoredObjective<Input, E>,
  options: HalpOptions,
  rng: Random,
): Objective<Input> {
  expectObjective('halp', base, 'queue');
  const { seeding = 'k-means++' } = expectOptions('halp', options, halpOptionNames);
  expectRandom('halp', rng);
  const term = scheduledTerm('halp', base.queue, { ...options, seeding }, rng);
  return {
    params: base.params,
    state: mergeParams(base.state, term.state),
    async beforeStep(context) {
      await base.beforeStep?.(context);
      await term.beforeStep(context);
    },
    loss(input, context, stepRng): Loss {
      if (!term.isActive(context)) return base.loss(input, context, stepRng);
      return tf.tidy(() => {
        const embeddings = base.embed(input, stepRng);
        const { total, parts } = base.contrast(embeddings, context, stepRng);
        const { loss, ...diagnostics } = term.weighted(embeddings, stepRng.fork('positives'));
        return {
          total: tf.add<tf.Scalar>(total, loss),
          parts: { ...parts, halp: loss, ...diagnostics },
        };
      });
    },
    async afterStep(context) {
      await base.afterStep(context);
      await term.afterStep(context);
    },
    dispose: () => term.dispose(),
  };
}
