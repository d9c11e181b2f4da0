import * as tf from '@tensorflow/tfjs-core';
import type { Embeddings, KeyQueue } from '@halp/contrastive';
import type { Params, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import { expectInteger, expectOneOf, expectPositiveIntegers, gotText } from '@halp/random/check';
import { sharesLeftOut } from './draw-positives.ts';
import { type HalpLossOptions, type HalpTerm, halpTerm } from './halp-loss.ts';
import { createPrototypes } from './prototypes.ts';
import type { Seeding } from './spherical-k-means.ts';

/** What HaLP adds to an objective, and when. */
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
  /** Where the clustering of the keys begins; as the authors do it unless given. */
  readonly seeding?: Seeding;
}

/** The HaLP term of one queue: its prototypes, and the steps in which it acts. */
export interface ScheduledTerm {
  /** `prototypes` and `prototypes_ready`. */
  readonly state: Params;
  /** Whether the term is part of the loss of a step. */
  acts(context: StepContext): boolean;
  /** Computes prototypes where none are; before the first step with the term. */
  beforeStep(context: StepContext): Promise<void>;
  /**
   * The term, times its weight; owned by the caller.
   *
   * @param draws - what {@link halpTerm} draws from.
   * @throws Error if `beforeStep` has computed no prototypes.
   */
  weighted(embeddings: Embeddings, draws: Random): HalpTerm;
  /** Renews the prototypes where it is time; after the keys were enqueued. */
  afterStep(context: StepContext): Promise<void>;
  dispose(): void;
}

/**
 * The term for the keys of a queue, with no prototypes yet.
 *
 * @param caller - the objective that errors name.
 * @param rng - forked for every clustering by the step's number; itself not drawn from.
 * @throws RangeError if an option lies outside its range, or the queue is too short for it.
 */
export function scheduledTerm(
  caller: string,
  queue: KeyQueue,
  options: HalpOptions & { readonly seeding: Seeding },
  rng: Random,
): ScheduledTerm {
  const { weight, fromEpoch = 0, every = 10, prototypes: count = 20, newest = 256 } = options;
  checkSchedule(caller, weight, fromEpoch, every);
  checkTerm(caller, options);
  expectOneOf(caller, 'form', options.form ?? 'aligned', ['aligned', 'contrastive']);
  const { seeding } = options;
  const prototypes = createPrototypes(caller, queue, { count, newest, seeding });
  const acts = ({ epoch, samples }: StepContext): boolean =>
    epoch >= fromEpoch && samples >= 2 * queue.size + 1;
  let firstStep: number | undefined;
  return {
    state: prototypes.state,
    acts,
    async beforeStep(context) {
      if (!acts(context) || prototypes.ready()) return;
      firstStep = context.step;
      await prototypes.renew(rng.fork('prototypes', context.step, 'before'));
    },
    weighted({ query, key }, draws) {
      if (!prototypes.ready()) {
        throw new Error(
          `${caller}: expected beforeStep before the first loss with the term, got none`,
        );
      }
      return tf.tidy(() => {
        const negatives = options.form === 'contrastive' ? queue.keys : undefined;
        const term = halpTerm(query, key, prototypes.values, options, draws, negatives);
        return { ...term, loss: tf.mul<tf.Scalar>(term.loss, weight) };
      });
    },
    async afterStep(context) {
      if (!acts(context)) return;
      if (context.iteration % every !== 0 && context.step !== firstStep) return;
      await prototypes.renew(rng.fork('prototypes', context.step, 'after'));
    },
    dispose: () => prototypes.dispose(),
  };
}

function checkSchedule(caller: string, weight: number, fromEpoch: number, every: number): void {
  if (!Number.isFinite(weight)) {
    throw new RangeError(`${caller}: expected a finite weight, got ${gotText(weight)}`);
  }
  expectInteger(caller, 'fromEpoch', fromEpoch, 0);
  expectInteger(caller, 'every', every, 1);
}

/** Checks what each step of the term will need, before the first. */
function checkTerm(
  caller: string,
  { temperature = 0.07, count = 100, lambda = 0.8 }: HalpOptions,
): void {
  if (!(Number.isFinite(temperature) && temperature > 0)) {
    throw new RangeError(`${caller}: expected a positive temperature, got ${gotText(temperature)}`);
  }
  expectPositiveIntegers(caller, { count });
  sharesLeftOut(caller, lambda);
}
