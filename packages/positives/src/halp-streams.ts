import * as tf from '@tensorflow/tfjs-core';
import type { StreamsObjective } from '@halp/contrastive';
import { type Loss, mergeParams, type Objective, type Params, streamVariable } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { expectObjective } from './check.ts';
import {
  halpOptionNames,
  type HalpOptions,
  type ScheduledTerm,
  scheduledTerm,
} from './scheduled-term.ts';

/**
 * The HaLP objective in several streams, or HaLP+CMD with `cmd` of `@halp/contrastive` as `base`: the loss of `base`
 * plus μ times {@link halpLoss} in each stream, on the embeddings of the same forward pass.
 *
 * Source: HaLP+CMD of the HaLP paper; builder_mm_halp.py of the authors' code.
 * - Each stream has its own prototypes, {@link sphericalKMeans} of its queue, and its own positives. Terms start and
 *   prototypes are renewed as in {@link halp}.
 * - Parts: those of `base`, and of each stream `halp_<stream>` (weighted) with its diagnostics
 *   `kept_<stream>`, `angle_<stream>` and `hardness_<stream>`, which are not part of the sum.
 *
 * State, in addition to that of `base`: `prototypes` and `prototypes_ready` of {@link halp} for the stream `joint`;
 * for every other stream with its name appended, `prototypes_motion`, `prototypes_ready_motion`.
 *
 * @param base - the objective to extend; the caller keeps it.
 * @param options - the same for all streams. Default of `seeding`: `'random'`.
 * @param rng - forked by the stream's name, then as in {@link halp}; the positives of a stream are drawn
 * from the step's own stream, forked by that name.
 * @throws RangeError if an option is outside its range, or a queue is too short for it.
 * @throws Error at `loss` if the terms are active but `beforeStep` was not called.
 * @remarks The authors published the model but no training script for it: its terms start at the same epochs as in
 * their single-stream script. Their prototypes are named `prototypes_j`, `_m` and `_b`.
 */
export function halpStreams<Input, Name extends string>(
  base: StreamsObjective<Input, Name>,
  options: HalpOptions,
  rng: Random,
): Objective<Input> {
  expectObjective('halpStreams', base, 'queues');
  const { seeding = 'random' } = expectOptions('halpStreams', options, halpOptionNames);
  expectRandom('halpStreams', rng);
  const terms = termsOf(base, (name) =>
    scheduledTerm('halpStreams', base.queues[name], { ...options, seeding }, rng.fork(name)),
  );
  return {
    params: base.params,
    state: mergeParams(base.state, ...[...terms].map(([name, { state }]) => ofStream(name, state))),
    async beforeStep(context) {
      await base.beforeStep?.(context);
      for (const term of terms.values()) await term.beforeStep(context);
    },
    loss(input, context, stepRng): Loss {
      const active = [...terms].filter(([, term]) => term.isActive(context));
      if (active.length === 0) return base.loss(input, context, stepRng);
      return tf.tidy(() => {
        const embeddings = base.embed(input, stepRng);
        const { total, parts } = base.contrast(embeddings, context, stepRng);
        const [totals, all] = [[total], { ...parts }];
        for (const [name, term] of active) {
          const draws = stepRng.fork('positives', name);
          const { loss, ...diagnostics } = term.weighted(embeddings[name], draws);
          totals.push(loss);
          for (const [part, value] of Object.entries({ halp: loss, ...diagnostics })) {
            all[`${part}_${name}`] = value;
          }
        }
        return { total: tf.addN(totals), parts: all };
      });
    },
    async afterStep(context) {
      await base.afterStep(context);
      for (const term of terms.values()) await term.afterStep(context);
    },
    dispose() {
      for (const term of terms.values()) term.dispose();
    },
  };
}

/** The term of each stream, in the order of the streams; if one cannot be created, the others are disposed. */
function termsOf<Input, Name extends string>(
  { streams }: StreamsObjective<Input, Name>,
  make: (name: Name) => ScheduledTerm,
): ReadonlyMap<Name, ScheduledTerm> {
  const terms = new Map<Name, ScheduledTerm>();
  try {
    for (const name of streams) terms.set(name, make(name));
  } catch (error) {
    for (const term of terms.values()) term.dispose();
    throw error;
  }
  return terms;
}

function ofStream(stream: string, state: Params): Params {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [streamVariable(name, stream), value]),
  );
}
