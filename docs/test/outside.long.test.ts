import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { type NtuName, parseNtuName, syntheticClasses, syntheticNames } from '@halp/data';
import { syntheticSource } from '../live/clip/clips.ts';
import { ask } from '../live/encoder/answer.ts';
import { type Gallery, makeExhibits, makeGallery } from '../live/encoder/gallery.ts';
import { type Model, type NamedBytes, openModel } from '../live/encoder/model.ts';
import { outsideText } from '../live/encoder/outside.ts';

const file = async (name: string): Promise<NamedBytes> => {
  return { name, bytes: await readFile(new URL(`../live/encoder/${name}`, import.meta.url)) };
};

const factsOf = (name: string): NtuName => parseNtuName(name) as NtuName;
const queries = syntheticNames({ replications: 1 })
  .map(factsOf)
  .filter(({ subject }) => subject % 2 === 0);

/** One similarity may be rounded to the other side of the threshold. */
const ONE_CLIP = 1.5 / 240;

// The numbers are those of docs/encoder.md.
describe('the flag of a clip outside of the classes, with the encoder of the page', () => {
  let model: Model;
  let gallery: Gallery;
  beforeAll(async () => {
    await startBackend({ prefer: 'wasm' });
    const [encoder, classifier] = await Promise.all(
      ['encoder.safetensors', 'classifier.safetensors'].map(file),
    );
    model = await openModel({
      encoder: encoder as NamedBytes,
      classifier: classifier as NamedBytes,
    });
    gallery = await makeGallery(model, await makeExhibits(() => undefined));
  });

  /** The fraction of the queries that are flagged, with the gallery that each has. */
  const flagged = async (galleryOf: (facts: NtuName) => Gallery): Promise<number> => {
    let count = 0;
    for (const facts of queries) {
      const own = galleryOf(facts);
      const answer = await ask(model, syntheticSource(facts), own);
      if (outsideText(answer, own, model) !== undefined) count++;
    }
    return count / queries.length;
  };

  it('has a threshold of 0.86 and flags 2.5 % of the test clips', async () => {
    expect(gallery.knownSimilarity).toBeCloseTo(0.8621, 3);
    expect(Math.abs((await flagged(() => gallery)) - 6 / 240)).toBeLessThan(ONE_CLIP);
  });

  it('flags 13 % of the test clips if their class is not in the gallery', async () => {
    const size = model.encoder.featureSize;
    const without = syntheticClasses.map((_, label): Gallery => {
      const rows = [...gallery.exhibits.keys()].filter((row) => gallery.labels[row] !== label);
      return {
        ...gallery,
        exhibits: rows.map((row) => gallery.exhibits[row] as Gallery['exhibits'][number]),
        labels: Int32Array.from(rows, (row) => gallery.labels[row] as number),
        features: Float32Array.from(
          rows.flatMap((row) => [...gallery.features.subarray(row * size, (row + 1) * size)]),
        ),
      };
    });
    const fraction = await flagged(({ action }) => without[action - 1] as Gallery);
    expect(Math.abs(fraction - 32 / 240)).toBeLessThan(ONE_CLIP);
  });
});
