import { describe, expect, it } from 'vitest';
import { createRandom } from '@halp/random';
import { expectNoLeak, onEachBackend } from '@halp/testing';
import { confusionMatrix, coordinatesKnn, type FeatureBatch } from '../../src/index.ts';
import { wave } from '../arrays.ts';

const shape = [3, 2, 4, 1] as const;
const size = 24;

/** Clips in batches that reuse their memory, as those of a loader may. */
function batchesOf(clips: readonly Float32Array[], labels: readonly number[], batch: number) {
  const reads = { count: 0 };
  const read = function* (): Generator<FeatureBatch> {
    reads.count += 1;
    const memory = new Float32Array(batch * size);
    for (let start = 0; start < clips.length; start += batch) {
      const some = clips.slice(start, start + batch);
      some.forEach((clip, i) => memory.set(clip, i * size));
      yield {
        views: [memory.subarray(0, some.length * size)],
        shape: [some.length, ...shape],
        labels: Int32Array.from(labels.slice(start, start + batch)),
      };
    }
  };
  return { read, reads };
}

function nearestLabel(
  clip: Float32Array,
  others: readonly Float32Array[],
  labels: number[],
): number {
  const far = others.map((other) => clip.reduce((sum, x, i) => sum + (x - other[i]!) ** 2, 0));
  return labels[far.indexOf(Math.min(...far))]!;
}

const rng = createRandom(5);
const drawn = (count: number): Float32Array[] =>
  Array.from({ length: count }, () => Float32Array.from({ length: size }, () => rng.normal()));
const [train, test] = [drawn(23), drawn(31)];
const trainLabels = train.map((_, i) => i % 3);
const testLabels = test.map((_, i) => i % 3);

describe('coordinatesKnn', () => {
  onEachBackend(() => {
    it('gives each test clip the class of the training clip whose coordinates are nearest', async () => {
      const expected = test.map((clip) => nearestLabel(clip, train, trainLabels));
      const right = expected.filter((label, i) => label === testLabels[i]).length;
      const confusion = confusionMatrix(Int32Array.from(testLabels), Int32Array.from(expected), 3);
      for (const blockValues of [1 << 20, 5 * size, size]) {
        const gallery = batchesOf(train, trainLabels, 4);
        const queries = batchesOf(test, testLabels, 2);
        const evaluation = await expectNoLeak(() =>
          coordinatesKnn(gallery.read, queries.read, { classes: 3, galleryValues: blockValues }),
        );
        expect(evaluation.counts).toEqual({ train: 23, validation: 0, test: 31, correct: right });
        const settings = { k: 1, metric: 'euclidean', input: 'coordinates' };
        expect(evaluation).toMatchObject({ protocol: 'knn', selection: null, settings, confusion });
        expect(gallery.reads.count).toBe(1);
      }
    });

    it('holds at most galleryValues values, and reads the test part once for each such block', async () => {
      const gallery = batchesOf(train, trainLabels, 4);
      const queries = batchesOf(test, testLabels, 2);
      await coordinatesKnn(gallery.read, queries.read, { classes: 3, galleryValues: 8 * size });
      // 23 clips, held two batches of four at a time.
      expect(queries.reads.count).toBe(3);
    });

    it('recognises a clip that is in both parts, and gives ties to the earlier clip', async () => {
      const same = wave(size, 0.4, 1);
      const gallery = batchesOf([wave(size, 0.7, 2), same, same], [0, 2, 1], 1);
      const queries = batchesOf([same], [2], 1);
      for (const galleryValues of [1 << 20, size]) {
        const { accuracy } = await coordinatesKnn(gallery.read, queries.read, {
          ...{ classes: 3, galleryValues },
        });
        expect(accuracy).toBe(1);
      }
    });
  });

  it('refuses parts without clips, clips of different shapes, and malformed batches', async () => {
    const some = batchesOf(train, trainLabels, 4).read;
    const none = batchesOf([], [], 4).read;
    const options = { classes: 3 };
    await expect(coordinatesKnn(none, some, options)).rejects.toThrow(
      'coordinatesKnn: expected training clips, got none',
    );
    await expect(coordinatesKnn(some, none, options)).rejects.toThrow(
      'coordinatesKnn: expected test clips, got none',
    );
    const other: FeatureBatch = {
      ...{ views: [new Float32Array(12)], shape: [1, 3, 1, 4, 1] },
      labels: Int32Array.of(0),
    };
    await expect(coordinatesKnn(some, () => [other], options)).rejects.toThrow(
      'coordinatesKnn: expected clips [3, 2, 4, 1], got [3, 1, 4, 1]',
    );
    const broken = { ...other, views: [new Float32Array(11)] };
    await expect(coordinatesKnn(some, () => [broken], options)).rejects.toThrow(
      'coordinatesKnn: expected a batch of shape [1, 3, 1, 4, 1] to have 12 values and 1 labels',
    );
    await expect(coordinatesKnn(some, some, { classes: 2 })).rejects.toThrow('label');
  });
});
