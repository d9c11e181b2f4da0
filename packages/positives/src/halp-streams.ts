import * as tf from '@tensorflow/tfjs-core';
import { type StreamsObjective, streamVariable } from '@halp/contrastive';
import { type Loss, mergeParams, type Objective, type Params } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectOptions, expectRandom } from '@halp/random/check';
import { expectObjective } from './check.ts';
import { type HalpOptions, type ScheduledTerm, scheduledTerm } from './scheduled-term.ts';

/**
 * HaLP in several streams, HaLP+CMD where `base` is `cmd` of `@halp/contrastive`: the loss of `base`
 * plus μ times {@link halpLoss} in each stream, on the embeddings of the same forward pass.
 *
 * Source: HaLP+CMD of the HaLP paper; builder_mm_halp.py of the authors' code.
 * - Each stream has prototypes of its own, {@link sphericalKMeans} of its own queue, and positives of its
 *   own. When the terms act, and when prototypes are renewed, is as in {@link halp}.
 * - Parts: those of `base`, and of each stream `halp_<stream>` (weighted) with its diagnostics
 *   `kept_<stream>`, `angle_<stream>` and `hardness_<stream>`, which are no part of the sum.
 *
 * State, beside that of `base`: `prototypes` and `prototypes_ready` of {@link halp} for the stream `joint`;
 * for every other one with its name behind, `prototypes_motion`, `prototypes_ready_motion`.
 *
 * @param base - stays the caller's.
 * @param options - the same for all streams; `seeding` is `'random'` unless given.
 * @param rng - forked by the stream's name, then as in {@link halp}; the positives of a stream are drawn
 * from the step's own stream, forked by that name.
 * @throws RangeError if an option lies outside its range, or a queue is too short for it.
 * @throws Error at `loss` if the terms should act but `beforeStep` was not called.
 * @remarks The authors published the model and no training script for it: when its terms act is that of
 * their single-stream script. Their prototypes are called `prototypes_j`, `_m` and `_b`.
 */
export function halpStreams<Input, Name extends string>(
  base: StreamsObjective<Input, Name>,
  options: HalpOptions,
  rng: Random,
): Objective<Input> {
  expectObjective('halpStreams', base, 'queues');
  const { seeding = 'random' } = expectOptions('halpStreams', options);
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
      const acting = [...terms].filter(([, term]) => term.acts(context));
      if (acting.length === 0) return base.loss(input, context, stepRng);
      return tf.tidy(() => {
        const embeddings = base.embed(input);
        const { total, parts } = base.contrast(embeddings, context, stepRng);
        const [totals, all] = [[total], { ...parts }];
        for (const [name, term] of acting) {
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

/** The term of each stream, in the order of the streams; none is left behind where one cannot be made. */
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
