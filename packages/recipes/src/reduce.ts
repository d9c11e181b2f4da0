import type { Schedule } from '@halp/nn';
import { expectObject, expectOptions, type OptionNames } from '@halp/random/check';
import { checkRecipe } from './check/check-recipe.ts';
import type { EncoderRecipe } from './recipe/encoder-recipe.ts';
import type { ObjectiveRecipe } from './recipe/objective-recipe.ts';
import type { Recipe } from './recipe/recipe.ts';

/** Upper limits for a reduced recipe; smaller values stay as they are. */
export interface Reduction {
  /** Epochs of training; the epoch at which a term begins moves in proportion. */
  readonly epochs: number;
  /** Units or channels of the encoder. */
  readonly width: number;
  /** Keys in the queue. */
  readonly queueSize: number;
  /** Clips in a batch. */
  readonly batchSize: number;
  /** Epochs of classifiers. */
  readonly classifierEpochs: number;
}

const reductionNames: OptionNames<Reduction> = {
  epochs: true,
  width: true,
  queueSize: true,
  batchSize: true,
  classifierEpochs: true,
};

/** A reduction that trains in minutes on a laptop, to check that everything works. */
export const smoke: Reduction = {
  epochs: 4,
  width: 16,
  queueSize: 64,
  batchSize: 16,
  classifierEpochs: 8,
};

/**
 * A smaller recipe, named `<name>-reduced` and labelled with its reduction, for trying out a table without meaningful
 * numbers.
 *
 * @throws RangeError if {@link checkRecipe} refuses the result, such as a queue smaller than a batch.
 *
 * @example
 * ```ts
 * reduced(paperRecipe('ntu60-xsub', 'halp'), smoke).reduced; // '4 of 451 epochs, width 16 of 1024, ...'
 * ```
 */
export function reduced(recipe: Recipe, by: Reduction = smoke): Recipe {
  expectObject('reduced', recipe, 'a recipe');
  expectOptions('reduced', by, reductionNames, 'a reduction');
  const at = (epoch: number): number => reducedEpoch(epoch, recipe, by);
  const epochs = at(recipe.epochs);
  const encoder = narrower(recipe.encoder, by.width);
  const batchSize = Math.min(by.batchSize, recipe.batchSize);
  const head = {
    hidden: Math.min(2 * by.width, recipe.head.hidden),
    outputs: Math.min(2 * by.width, recipe.head.outputs),
  };
  const { linear, fineTune, ...evaluation } = recipe.evaluation;
  const shorter = <C extends { readonly epochs: number; readonly milestones: readonly number[] }>(
    classifier: C,
  ): C => {
    const to = Math.min(by.classifierEpochs, classifier.epochs);
    const milestones = classifier.milestones.map((m) => Math.round((m * to) / classifier.epochs));
    return { ...classifier, epochs: to, milestones: distinct(milestones).filter((m) => m < to) };
  };
  return checkRecipe({
    ...recipe,
    name: `${recipe.name}-reduced`,
    reduced:
      `${epochs} of ${recipe.epochs} epochs, width ${widthOf(encoder)} of ${widthOf(recipe.encoder)}, ` +
      `batches of ${batchSize}`,
    encoder,
    head,
    batchSize,
    epochs,
    objective: smaller(recipe.objective, by, at),
    schedule: shorterSchedule(recipe.schedule, at),
    evaluation: {
      ...evaluation,
      linear: shorter(linear),
      ...(fineTune && { fineTune: shorter(fineTune) }),
    },
  });
}

/** The epoch of the reduced recipe that corresponds to an epoch of the full one. */
export function reducedEpoch(
  epoch: number,
  { epochs }: Pick<Recipe, 'epochs'>,
  by: Reduction,
): number {
  return Math.round((epoch * Math.min(by.epochs, epochs)) / epochs);
}

function shorterSchedule(schedule: Schedule, at: (epoch: number) => number): Schedule {
  switch (schedule.kind) {
    case 'constant':
      return schedule;
    case 'step':
      return { ...schedule, milestones: distinct(schedule.milestones.map(at)) };
    case 'cosine': {
      const warmUp = at(schedule.warmUp ?? 0);
      const epochs = Math.max(at(schedule.epochs), warmUp + 1);
      return schedule.warmUp === undefined
        ? { ...schedule, epochs }
        : { ...schedule, epochs, warmUp };
    }
  }
}

function distinct(epochs: readonly number[]): readonly number[] {
  return [...new Set(epochs)];
}

function narrower(encoder: EncoderRecipe, width: number): EncoderRecipe {
  switch (encoder.kind) {
    case 'bigru':
      return { ...encoder, hidden: Math.min(width, encoder.hidden) };
    case 'stgcn':
      return {
        ...encoder,
        width: Math.min(width, encoder.width),
        features: Math.min(4 * width, encoder.features),
      };
    case 'agcn':
    case 'ctrgcn': {
      // Both need a multiple of 8.
      const whole = Math.max(8, width - (width % 8));
      return { ...encoder, width: Math.min(whole, encoder.width) };
    }
    case 'transformer':
    case 'module':
      return encoder;
  }
}

function widthOf(encoder: EncoderRecipe): number | string {
  switch (encoder.kind) {
    case 'bigru':
      return encoder.hidden;
    case 'stgcn':
    case 'agcn':
    case 'ctrgcn':
    case 'transformer':
      return encoder.width;
    case 'module':
      return 'its own';
  }
}

function smaller(
  objective: ObjectiveRecipe,
  by: Reduction,
  at: (epoch: number) => number,
): ObjectiveRecipe {
  if (!('queueSize' in objective)) return objective;
  const queueSize = Math.min(by.queueSize, objective.queueSize);
  const changed = { ...objective, queueSize };
  const shorter =
    'topK' in changed
      ? { ...changed, topK: Math.min(changed.topK, Math.max(1, Math.floor(queueSize / 2))) }
      : changed;
  if ('neighbours' in shorter) {
    const neighbours = Math.min(shorter.neighbours, queueSize);
    return 'mineFromEpoch' in shorter
      ? { ...shorter, neighbours, mineFromEpoch: at(shorter.mineFromEpoch) }
      : { ...shorter, neighbours, crossFromEpoch: at(shorter.crossFromEpoch) };
  }
  return 'fromEpoch' in shorter
    ? {
        ...shorter,
        fromEpoch: at(shorter.fromEpoch),
        newest: Math.min(shorter.newest, queueSize),
        prototypes: Math.min(shorter.prototypes, Math.max(2, Math.floor(queueSize / 4))),
        count: Math.min(shorter.count, 10),
      }
    : shorter;
}
