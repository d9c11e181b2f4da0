import { linearProbe, type ProbeResult, type StreamFeatures, streamsProbe } from '@halp/protocols';
import type { Random } from '@halp/random';
import { labelledBatches } from '@halp/recipes';
import { loaderOn } from '../features/make-loader.ts';
import { streamFeatures } from '../features/part-features.ts';
import { HOLD_OUT, subjectsOf } from '../features/subjects.ts';
import type { ProtocolContext } from './protocol.ts';

/**
 * The linear probe with the recipe's settings; several streams have one classifier each, trained jointly.
 *
 * @param rng - Forked, not advanced.
 */
export async function runLinear(context: ProtocolContext, rng: Random): Promise<ProbeResult> {
  const { recipe, features, encoders, onEpoch, signal } = context;
  const { crops = 'fixed-centre', batchSize, ...classifier } = recipe.evaluation.linear;
  const test = await features('test');
  const source = await trainingFeatures(context, crops, rng);
  try {
    const options = {
      ...classifier,
      ...{ batchSize, crops, classes: test.classes },
      subjects: classifier.selectBy === 'validation' ? await trainingSubjects(context) : undefined,
      ...{ onEpoch, signal },
    };
    const [only] = encoders;
    if (encoders.length > 1) {
      return await streamsProbe(source.streams, test.streams, options, rng);
    }
    const name = only?.stream as string;
    const { streams } = source;
    const train =
      typeof streams === 'function'
        ? async (epoch: number) => one(await streams(epoch), name)
        : one(streams, name);
    const probe = await linearProbe(train, one(test.streams, name), options, rng);
    context.onClassifier?.({ ...probe.weights, classes: test.classes });
    return probe;
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

/** The training features of a probe: fixed, or of new crops in every epoch. */
async function trainingFeatures(
  { recipe, data, encoders, features, modules, signal }: ProtocolContext,
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
  const make = loaderOn(undefined, modules);
  const batches = await labelledBatches(recipe, dataset, options, rng.fork('crops'), make);
  return {
    streams: (epoch) => streamFeatures(encoders, batches.epoch(epoch), signal),
    async close() {
      await batches.close();
      await dataset.close();
    },
  };
}

async function trainingSubjects({ data }: ProtocolContext): Promise<Int32Array> {
  const dataset = await data.open('train');
  try {
    return await subjectsOf(HOLD_OUT, dataset);
  } finally {
    await dataset.close();
  }
}
