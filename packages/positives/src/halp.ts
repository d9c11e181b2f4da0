import * as tf from '@tensorflow/tfjs-core';
import type { AnchoredObjective, Embeddings } from '@halp/contrastive';
import { type Loss, mergeParams, type Objective } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { expectObjective } from './check.ts';
import { type HalpOptions, scheduledTerm } from './scheduled-term.ts';

/**
 * HaLP: the loss of `base` plus μ times {@link halpLoss} on the embeddings of the same forward pass.
 *
 * Source: HaLP, section 3; pretrain_moco_single_modality.py:355-373.
 * - The term acts once `fromEpoch` is reached and at least 2 K + 1 clips were seen (the queue then
 *   holds only real keys); until then this is `base`.
 * - Prototypes are {@link sphericalKMeans} of the newest keys: before the first step with the term,
 *   after that step's enqueue, and after the enqueue of every iteration that is a multiple of `every`
 *   (iterations count from 0 in each epoch). They act from the next step on.
 * - Parts: those of `base` and `halp` (weighted). Beside them what became of the positives, `kept`,
 *   `angle` and `hardness` of {@link halpTerm}: diagnostics, and no part of the sum. While the term
 *   does not act, the parts of `base` alone.
 *
 * State, beside that of `base`: `prototypes` `[P, D]`, and `prototypes_ready` `[1]`, int32, 1 once they
 * are computed.
 *
 * @param base - any objective with anchors and a queue of earlier ones; stays the caller's.
 * @param options - `seeding` is `'k-means++'` unless given.
 * @param rng - forked for every clustering by the step's number; itself not drawn from. The positives
 * are drawn from the step's own stream.
 * @throws RangeError if an option lies outside its range, or the queue is too short for it.
 * @throws Error at `loss` if the term should act but `beforeStep` was not called.
 * @remarks The authors count clips anew after a resume, so that their term begins some epochs late;
 * here the count is that of the run. Where their warm-up ends between two epochs, their first step
 * uses prototypes that are all zero; here they are computed before it.
 */
export function halp<Input, E extends Embeddings = Embeddings>(
  base: AnchoredObjective<Input, E>,
  options: HalpOptions,
  rng: Random,
): Objective<Input> {
  expectObjective('halp', base, 'queue');
  const { seeding = 'k-means++' } = expectOptions('halp', options);
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
      if (!term.acts(context)) return base.loss(input, context, stepRng);
      return tf.tidy(() => {
        const embeddings = base.embed(input);
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
