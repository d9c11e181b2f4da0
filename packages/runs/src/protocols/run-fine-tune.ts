import { type Dataset, subsetOf } from '@halp/data';
import {
  type ClipSource,
  createEvaluation,
  type Evaluation,
  fineTune,
  type HoldOut,
  holdOut,
  type Interval,
  semiSupervised,
} from '@halp/protocols';
import type { Random } from '@halp/random';
import {
  type ClassifierRecipe,
  evaluationBatches,
  labelledBatches,
  type Recipe,
  type RequestSettings,
  type StreamEncoder,
} from '@halp/recipes';
import { loaderOn } from '../features/make-loader.ts';
import { HOLD_OUT, subjectsOf } from '../features/subjects.ts';
import type { ProtocolContext } from './protocol.ts';

/** The labelled subsets of a semi-supervised evaluation. */
export type LabelledSubsets = Required<Pick<RequestSettings, 'labels' | 'balanced' | 'repeats'>>;

/** The repeats of a protocol, as one evaluation over the test clips of all repeats. */
export interface RepeatedEvaluation extends Evaluation {
  /** The accuracy of each repeat. */
  readonly repeats: readonly number[];
}

/**
 * Fine-tunes a copy of the run's encoder with the recipe's settings.
 *
 * @param rng - Forked, not advanced.
 * @throws RangeError if the recipe has no `evaluation.fineTune`, or there are several streams.
 */
export async function runFineTune(context: ProtocolContext, rng: Random): Promise<Evaluation> {
  const settings = fineTuneSettings(context.recipe);
  const copies = await context.copies();
  const source = await clipSource(context, settings, rng);
  try {
    const input = { encoder: onlyEncoder(copies.encoders), clips: source.clips };
    const { onEpoch, signal } = context;
    const checkpoint = context.checkpoint?.();
    const { batchSize, ...training } = settings;
    const options = { ...training, classes: source.classes, onEpoch, signal, checkpoint };
    return (await fineTune(input, options, rng)).evaluation;
  } finally {
    copies.dispose();
    await source.close();
  }
}

/**
 * Fine-tunes on random subsets of the labels.
 *
 * @param rng - Forked, not advanced.
 * @throws RangeError as {@link runFineTune}.
 */
export async function runSemiSupervised(
  { labels, balanced, repeats }: LabelledSubsets,
  context: ProtocolContext,
  rng: Random,
): Promise<RepeatedEvaluation> {
  const settings = fineTuneSettings(context.recipe);
  const { batchSize, ...training } = settings;
  const dataset = await context.data.open('train');
  try {
    const { evaluations, interval } = await semiSupervised(
      {
        labels: dataset.labels,
        encoder: async () => {
          const copies = await context.copies();
          // The protocol disposes the encoder; the rest of the network is disposed with it.
          return { ...onlyEncoder(copies.encoders), dispose: () => copies.dispose() };
        },
        clips: async (rows, repeat) => {
          const { clips, close } = await clipSource(
            context,
            settings,
            rng.fork('crops', repeat),
            rows,
          );
          return { ...clips, close };
        },
      },
      {
        ...training,
        classes: dataset.classes,
        onEpoch: context.onEpoch,
        signal: context.signal,
        checkpoint: context.checkpoint,
        fraction: labels,
        balanced,
        repeats,
      },
      rng,
    );
    return together(evaluations, interval);
  } finally {
    await dataset.close();
  }
}

/** Repeats as one evaluation over the test clips of all; its accuracy is their mean. */
function together(evaluations: readonly Evaluation[], interval: Interval): RepeatedEvaluation {
  const [first] = evaluations as readonly [Evaluation];
  const labels: number[] = [];
  const predictions: number[] = [];
  for (const { confusion } of evaluations) {
    confusion.forEach((row, label) => {
      row.forEach((count, prediction) => {
        for (let i = 0; i < count; i++) {
          labels.push(label);
          predictions.push(prediction);
        }
      });
    });
  }
  const { repeat: _, missingClasses: __, selectedEpoch: ___, ...settings } = first.settings;
  const evaluation = createEvaluation({
    protocol: 'semi-supervised',
    settings: { ...settings, repeats: evaluations.length },
    selection: first.selection,
    classes: first.classes,
    counts: first.counts,
    labels: Int32Array.from(labels),
    predictions: Int32Array.from(predictions),
  });
  // Every repeat has the same test clips: an interval over all of them would be too narrow.
  return { ...evaluation, interval, repeats: evaluations.map(({ accuracy }) => accuracy) };
}

interface OpenClips {
  readonly clips: ClipSource;
  readonly classes: readonly string[];
  readonly close: () => Promise<void>;
}

async function clipSource(
  { recipe, data, modules }: ProtocolContext,
  { batchSize, selectBy }: ClassifierRecipe,
  rng: Random,
  rows?: Int32Array,
): Promise<OpenClips> {
  const whole = await data.open('train');
  const dataset = rows === undefined ? whole : subsetOf(whole, rows);
  const make = loaderOn(undefined, modules);
  const options = { batchSize, shuffle: true };
  const split =
    selectBy === 'validation' ? await heldOut(dataset, rng.fork('validation')) : undefined;
  const trained = split === undefined ? dataset : subsetOf(dataset, split.train);
  const batches = await labelledBatches(recipe, trained, options, rng.fork('clips'), make);
  const test = await data.open('test');
  return {
    classes: dataset.classes,
    clips: {
      train: (epoch) => batches.epoch(epoch),
      async *test() {
        yield* await evaluationBatches(recipe, test, make);
      },
      ...(split && {
        async *validation() {
          yield* await evaluationBatches(recipe, subsetOf(dataset, split.validation), make);
        },
      }),
    },
    async close() {
      await batches.close();
      await whole.close();
      await test.close();
    },
  };
}

/** A fifth of the clips, by whole subjects, as in a linear probe. */
async function heldOut(dataset: Dataset, rng: Random): Promise<HoldOut> {
  return holdOut(
    dataset.length,
    { fraction: 0.2, subjects: await subjectsOf(HOLD_OUT, dataset) },
    rng,
  );
}

function fineTuneSettings({ name, evaluation }: Recipe): ClassifierRecipe {
  if (evaluation.fineTune !== undefined) return evaluation.fineTune;
  throw new RangeError(
    `fine-tune: expected evaluation.fineTune in the recipe ${name}, got none; add it`,
  );
}

function onlyEncoder(encoders: readonly StreamEncoder[]): StreamEncoder['encoder'] {
  const [first, ...more] = encoders;
  if (first !== undefined && more.length === 0) return first.encoder;
  const streams = encoders.map(({ stream }) => stream).join(', ');
  throw new RangeError(
    `fine-tune: expected a run of one stream, got ${streams}; train a run for each stream`,
  );
}
