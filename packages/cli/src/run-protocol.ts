import { subsetOf } from '@halp/data';
import {
  clustering,
  createEvaluation,
  fewShot,
  fineTune,
  knn,
  linearProbe,
  retrieval,
  semiSupervised,
  streamsProbe,
  type ClipSource,
  type Evaluation,
  type StreamFeatures,
} from '@halp/protocols';
import type { Random } from '@halp/random';
import {
  evaluationBatches,
  labelledBatches,
  type ClassifierRecipe,
  type Recipe,
  type StreamEncoder,
} from '@halp/recipes';
import { loaderOn } from './make-loader.ts';
import { streamFeatures } from './part-features.ts';
import type {
  ProtocolContext,
  ProtocolRequest,
  ProtocolResult,
  RepeatedEvaluation,
} from './protocol.ts';

/**
 * What a protocol gives for encoders on a data set.
 *
 * @param rng Forked by protocol, not advanced.
 * @throws RangeError if the recipe does not say how, or not for several streams.
 */
export async function runProtocol(
  request: ProtocolRequest,
  context: ProtocolContext,
  rng: Random,
): Promise<ProtocolResult> {
  const { recipe, features } = context;
  switch (request.protocol) {
    case 'knn': {
      const [train, test] = [await features('train'), await features('test')];
      const options = { ...recipe.evaluation.knn, classes: train.classes };
      return (await knn(train.fused, test.fused, options)).evaluation;
    }
    case 'linear':
      return runLinear(context, rng.fork('linear-probe'));
    case 'fine-tune':
      return runFineTune(context, rng.fork('fine-tune'));
    case 'semi-supervised':
      return runSemiSupervised(request, context, rng.fork('semi-supervised'));
    case 'few-shot': {
      const { accuracies: _, ...result } = fewShot(
        (await features('test')).fused,
        {},
        rng.fork('few-shot'),
      );
      return { protocol: 'few-shot', ...result };
    }
    case 'retrieval': {
      const [train, test] = [await features('train'), await features('test')];
      const found = await retrieval(train.fused, test.fused, {}, rng.fork('retrieval'));
      const { averagePrecisions: _, ...result } = found;
      return { protocol: 'retrieval', ...result };
    }
    case 'clustering': {
      const { fused } = await features('test');
      const { clusters: _, ...result } = await clustering(fused, {}, rng.fork('clustering'));
      return { protocol: 'clustering', ...result };
    }
  }
}

async function runLinear(context: ProtocolContext, rng: Random): Promise<Evaluation> {
  const { recipe, features, encoders } = context;
  const { crops = 'fixed-centre', batchSize, ...classifier } = recipe.evaluation.linear;
  const test = await features('test');
  const source = await trainingFeatures(context, crops, rng);
  try {
    const options = {
      ...classifier,
      ...{ batchSize, crops, classes: test.classes },
      ...(classifier.selectBy === 'validation' ? { subjects: await subjectsOf(context) } : {}),
      ...callbacks(context),
    };
    const [only] = encoders;
    if (encoders.length > 1) {
      return (await streamsProbe(source.streams, test.streams, options, rng)).evaluation;
    }
    const name = only?.stream as string;
    const { streams } = source;
    const train =
      typeof streams === 'function'
        ? async (epoch: number) => one(await streams(epoch), name)
        : one(streams, name);
    const probe = await linearProbe(train, one(test.streams, name), options, rng);
    context.onClassifier?.({ ...probe.weights, classes: test.classes });
    return probe.evaluation;
  } finally {
    await source.close();
  }
}

const one = (streams: StreamFeatures, name: string): StreamFeatures[string] =>
  streams[name] as StreamFeatures[string];

interface TrainingFeatures {
  readonly streams: StreamFeatures | ((epoch: number) => Promise<StreamFeatures>);
  readonly close: () => Promise<void>;
}

/** The features that a probe learns from, once, or of new crops in every epoch. */
async function trainingFeatures(
  { recipe, data, encoders, features }: ProtocolContext,
  crops: 'fixed-centre' | 'random-each-epoch',
  rng: Random,
): Promise<TrainingFeatures> {
  if (crops === 'fixed-centre') {
    const { streams } = await features('train');
    return { streams, close: () => Promise.resolve() };
  }
  const dataset = await data.open('train');
  const { batchSize } = recipe.evaluation.linear;
  const options = { batchSize, shuffle: false };
  const make = loaderOn(undefined);
  const batches = await labelledBatches(recipe, dataset, options, rng.fork('crops'), make);
  return {
    streams: (epoch) => streamFeatures(encoders, batches.epoch(epoch)),
    async close() {
      await batches.close();
      await dataset.close();
    },
  };
}

/** Who performs in each training clip; read from the clips. */
async function subjectsOf({ data }: ProtocolContext): Promise<Int32Array> {
  const dataset = await data.open('train');
  try {
    const subjects = new Int32Array(dataset.length);
    for (let i = 0; i < dataset.length; i++) {
      const { subject, name } = await dataset.get(i);
      if (subject === undefined) {
        throw new RangeError(
          `linear: expected every clip's subject, to hold out whole subjects, got none for ${name}`,
        );
      }
      subjects[i] = subject;
    }
    return subjects;
  } finally {
    await dataset.close();
  }
}

async function runFineTune(context: ProtocolContext, rng: Random): Promise<Evaluation> {
  const settings = fineTuneSettings(context.recipe);
  const copies = await context.copies();
  const source = await clipSource(context, settings, rng);
  try {
    const input = { encoder: onlyEncoder(copies.encoders), clips: source.clips };
    const options = { ...settings, classes: source.classes, ...callbacks(context) };
    return (await fineTune(input, options, rng)).evaluation;
  } finally {
    copies.dispose();
    await source.close();
  }
}

async function runSemiSupervised(
  { labels = 0.1, balanced = false, repeats = 5 }: ProtocolRequest,
  context: ProtocolContext,
  rng: Random,
): Promise<RepeatedEvaluation> {
  const settings = fineTuneSettings(context.recipe);
  const opened: (() => Promise<void>)[] = [];
  const dataset = await context.data.open('train');
  try {
    const { evaluations } = await semiSupervised(
      {
        labels: dataset.labels,
        encoder: async () => {
          const copies = await context.copies();
          // Only the encoder is disposed by the protocol; the rest of its network goes with it.
          return { ...onlyEncoder(copies.encoders), dispose: () => copies.dispose() };
        },
        clips: async (rows, repeat) => {
          const source = await clipSource(context, settings, rng.fork('crops', repeat), rows);
          opened.push(source.close);
          return source.clips;
        },
      },
      {
        ...settings,
        classes: dataset.classes,
        ...callbacks(context),
        fraction: labels,
        balanced,
        repeats,
      },
      rng,
    );
    return together(evaluations);
  } finally {
    for (const close of opened) await close();
    await dataset.close();
  }
}

/** Repeats as one evaluation over all their test clips, so that its accuracy is their mean. */
function together(evaluations: readonly Evaluation[]): RepeatedEvaluation {
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
  // The same clips count once in every repeat: an interval over all of them would be too narrow.
  const { interval: ____, ...evaluation } = createEvaluation({
    protocol: 'semi-supervised',
    settings: { ...settings, repeats: evaluations.length },
    selection: first.selection,
    classes: first.classes,
    counts: first.counts,
    labels: Int32Array.from(labels),
    predictions: Int32Array.from(predictions),
  });
  return { ...evaluation, repeats: evaluations.map(({ accuracy }) => accuracy) };
}

interface OpenClips {
  readonly clips: ClipSource;
  readonly classes: readonly string[];
  readonly close: () => Promise<void>;
}

async function clipSource(
  { recipe, data }: ProtocolContext,
  { batchSize }: ClassifierRecipe,
  rng: Random,
  rows?: Int32Array,
): Promise<OpenClips> {
  const whole = await data.open('train');
  const dataset = rows === undefined ? whole : subsetOf(whole, rows);
  const make = loaderOn(undefined);
  const options = { batchSize, shuffle: true };
  const batches = await labelledBatches(recipe, dataset, options, rng.fork('clips'), make);
  const test = await data.open('test');
  return {
    classes: dataset.classes,
    clips: {
      train: (epoch) => batches.epoch(epoch),
      async *test() {
        yield* await evaluationBatches(recipe, test, make);
      },
    },
    async close() {
      await batches.close();
      await whole.close();
      await test.close();
    },
  };
}

function fineTuneSettings({ name, evaluation }: Recipe): ClassifierRecipe {
  if (evaluation.fineTune !== undefined) return evaluation.fineTune;
  throw new RangeError(`recipe ${name}: expected evaluation.fineTune, how to fine-tune, got none`);
}

function onlyEncoder(encoders: readonly StreamEncoder[]): StreamEncoder['encoder'] {
  const [first, ...more] = encoders;
  if (first !== undefined && more.length === 0) return first.encoder;
  const streams = encoders.map(({ stream }) => stream).join(', ');
  throw new RangeError(`fine-tune: expected one stream, got ${streams}; fine-tune a run of each`);
}

function callbacks({
  onEpoch,
  signal,
}: ProtocolContext): Pick<ProtocolContext, 'onEpoch' | 'signal'> {
  return {
    ...(onEpoch === undefined ? {} : { onEpoch }),
    ...(signal === undefined ? {} : { signal }),
  };
}
