import * as tf from '@tensorflow/tfjs-core';
import type { Embeddings, KeyQueue } from '@halp/contrastive';
import type { Params, StepContext } from '@halp/nn';
import type { Random } from '@halp/random';
import {
  expectInteger,
  expectOneOf,
  expectPositiveIntegers,
  gotText,
  type OptionNames,
} from '@halp/random/check';
import { uniformRange } from './draw-positives.ts';
import { type HalpLossOptions, type HalpTerm, halpTerm } from './halp-loss.ts';
import { createPrototypes } from './prototypes.ts';
import type { Seeding } from './spherical-k-means.ts';

/** Weight, schedule and prototypes of the HaLP term. */
export interface HalpOptions extends HalpLossOptions {
  /** μ, the weight of the term; 2 for NTU, 1 for PKU-MMD in HaLP. */
  readonly weight: number;
  /** The first epoch, from 0, with the term. Default: 0. */
  readonly fromEpoch?: number;
  /** P, the number of prototypes. Default: 20. */
  readonly prototypes?: number;
  /** The number of newest keys that are clustered into prototypes. Default: 256. */
  readonly newest?: number;
  /** Prototypes are renewed after every iteration of an epoch that is a multiple of this. Default: 10. */
  readonly every?: number;
  /** The seeding of the clustering. Default: as in the authors' code. */
  readonly seeding?: Seeding;
}

/** The names of {@link HalpOptions}. */
export const halpOptionNames: OptionNames<HalpOptions> = {
  weight: true,
  fromEpoch: true,
  prototypes: true,
  newest: true,
  every: true,
  seeding: true,
  anchors: true,
  temperature: true,
  form: true,
  count: true,
  lambda: true,
  boundary: true,
};

/** The HaLP term of one queue: its prototypes and its schedule. */
export interface ScheduledTerm {
  /** `prototypes` and `prototypes_ready`. */
  readonly state: Params;
  /** Whether the term is part of the loss of a step. */
  isActive(context: StepContext): boolean;
  /** Computes prototypes before the first step with the term. */
  beforeStep(context: StepContext): Promise<void>;
  /**
   * The term, times its weight; owned by the caller.
   *
   * @param draws - the stream for {@link halpTerm}.
   * @throws Error if `beforeStep` has not computed prototypes.
   */
  weighted(embeddings: Embeddings, draws: Random): HalpTerm;
  /** Renews the prototypes if they are due, after the keys were enqueued. */
  afterStep(context: StepContext): Promise<void>;
  dispose(): void;
}

/**
 * The term for the keys of a queue; its prototypes are not computed yet.
 *
 * @param caller - the name of the objective in error messages.
 * @param rng - forked for every clustering by the step's number; itself not drawn from.
 * @throws RangeError if an option is outside its range, or the queue is too short for it.
 */
export function scheduledTerm(
  caller: string,
  queue: KeyQueue,
  options: HalpOptions & { readonly seeding: Seeding },
  rng: Random,
): ScheduledTerm {
  const {
    weight,
    fromEpoch = 0,
    every = 10,
    prototypes: count = 20,
    newest = 256,
    seeding,
    ...term
  } = options;
  checkSchedule(caller, weight, fromEpoch, every);
  checkTerm(caller, term);
  expectOneOf(caller, 'form', term.form ?? 'aligned', ['aligned', 'contrastive']);
  const prototypes = createPrototypes(caller, queue, { count, newest, seeding });
  const isActive = ({ epoch, samples }: StepContext): boolean =>
    epoch >= fromEpoch && samples >= 2 * queue.size + 1;
  let firstStep: number | undefined;
  return {
    state: prototypes.state,
    isActive,
    async beforeStep(context) {
      if (!isActive(context) || prototypes.ready()) return;
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
        const negatives = term.form === 'contrastive' ? queue.keys : undefined;
        const drawn = halpTerm(query, key, prototypes.values, term, draws, negatives);
        return { ...drawn, loss: tf.mul<tf.Scalar>(drawn.loss, weight) };
      });
    },
    async afterStep(context) {
      if (!isActive(context)) return;
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

/** Checks the options of the term before the first step. */
function checkTerm(
  caller: string,
  { temperature = 0.07, count = 100, lambda = 0.8 }: HalpLossOptions,
): void {
  if (!(Number.isFinite(temperature) && temperature > 0)) {
    throw new RangeError(`${caller}: expected a positive temperature, got ${gotText(temperature)}`);
  }
  expectPositiveIntegers(caller, { count });
  uniformRange(caller, lambda);
}
