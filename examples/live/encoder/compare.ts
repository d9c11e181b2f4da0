/**
 * Compares encoders without the persons of the streams: the clips of person 3, labelled by 1 and 3 clips of each action of
 * other persons. It chooses between candidates; the streams are for the chosen one only.
 *
 * Usage: npx tsx --conditions=@halp/source examples/live/encoder/compare.ts --raw DIR NAME=RUN …
 *   --raw   the folder with the raw files of NW-UCLA and UTD-MHAD, in nw-ucla/ and utd-mhad/
 *   NAME=RUN   the encoders, each a name and the folder of its run or its safetensors file
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBackend } from '@halp/backend';
import { keptPreparation } from '@halp/data';
import { createRandom } from '@halp/random';
import type { EncoderModel } from '@halp/recipes';
import { coordinatesModel } from '../models.ts';
import { openModel } from '../open-model.ts';
import { drawExamples, type Take } from '../stream.ts';
import { readTakes, sets } from '../takes.ts';

/** Person 3 is in no stream; persons 1 and 2 of NW-UCLA and 2 and 4 of UTD-MHAD are, and are left out. */
const PERSON = 3;
const inStreams = { 'nw-ucla': [1, 2], 'utd-mhad': [2, 4] } as const;
/** How often the examples are drawn. */
const DRAWS = 10;
/** Clips that are encoded together. */
const BATCH = 32;

const { values, positionals } = parseArgs({
  options: { raw: { type: 'string' } },
  allowPositionals: true,
});
const { raw } = values;
if (raw === undefined) throw new Error('compare: expected --raw DIR NAME=RUN …');
await startBackend({ prefer: 'tensorflow' });
const models: (readonly [string, EncoderModel])[] = [];
for (const each of positionals) {
  const [name, path] = each.split('=') as [string, string];
  models.push([name, await openModel(path)]);
}
const [, first] = models[0] as readonly [string, EncoderModel];
models.push(['coordinates', coordinatesModel(first)]);
for (const set of sets) {
  const takes = (await readTakes(set, join(raw, set))).filter(
    ({ subject }) => !(inStreams[set] as readonly number[]).includes(subject),
  );
  const queries = takes.filter(({ subject, camera }) => subject === PERSON && camera % 3 === 0);
  const gallery = takes.filter(
    ({ subject, camera }) =>
      subject !== PERSON && camera !== 3 && (set === 'nw-ucla' || subject % 2),
  );
  for (const [name, model] of models) {
    const features = await featuresOf(model, [...queries, ...gallery]);
    const row = [1, 3].map((count) => accuracy(features, queries, gallery, count));
    console.log(set, name, row.map((x) => (100 * x).toFixed(1)).join(' '));
  }
}

type Features = ReadonlyMap<Take, Float64Array>;

async function featuresOf(model: EncoderModel, takes: readonly Take[]): Promise<Features> {
  const features = new Map<Take, Float64Array>();
  for (let i = 0; i < takes.length; i += BATCH) {
    const some = takes.slice(i, i + BATCH);
    const { data } = await model.embed(
      some.map(({ clip }) => ({
        clip,
        layout: 'kinect-v1' as const,
        preparation: keptPreparation,
      })),
    );
    const D = model.featureSize;
    some.forEach((take, j) => {
      const row = Float64Array.from(data.subarray(j * D, (j + 1) * D));
      const length = Math.hypot(...row);
      features.set(
        take,
        row.map((x) => x / length),
      );
    });
  }
  return features;
}

/** The fraction of the queries whose nearest example has their label, the mean over draws. */
function accuracy(
  features: Features,
  queries: readonly Take[],
  gallery: readonly Take[],
  count: number,
): number {
  let right = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const examples = drawExamples(gallery, count, createRandom(draw));
    for (const query of queries) {
      const own = features.get(query) as Float64Array;
      const similar = examples.map((example) =>
        (features.get(example) as Float64Array).reduce(
          (sum, x, i) => sum + x * (own[i] as number),
          0,
        ),
      );
      const best = examples[similar.indexOf(Math.max(...similar))];
      if (best?.label === query.label) right++;
    }
  }
  return right / (DRAWS * queries.length);
}
