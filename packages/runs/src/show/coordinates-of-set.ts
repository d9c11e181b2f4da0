import type { Manifest, Part } from '@halp/data';
import { openDataset } from '@halp/data/node';
import { coordinatesKnn, type FeatureBatch } from '@halp/protocols';
import { createRandom } from '@halp/random';
import type { CoordinatesResult } from '../evaluate/coordinates.ts';
import { loaderOn } from '../features/make-loader.ts';
import { expectRunning } from '../run/expect-running.ts';

/** Frames of the view: those of the recipes for small data sets. */
const FRAMES = 32;

/** The result of 1-NN on the coordinates of a prepared set, without an encoder. */
export interface SetCoordinates extends CoordinatesResult {
  /** The benchmark. */
  readonly benchmark: string;
  /** Frames of the centre crop that is compared. */
  readonly frames: number;
}

/**
 * The accuracy of 1-NN on the coordinates of a prepared set: each test clip gets the class of the training clip with the
 * nearest coordinates in Euclidean distance, both as centre crops of 32 frames; see `coordinatesKnn`. It shows how well the
 * normalisation of a set suits its clips before anything is trained.
 *
 * @throws Error if no backend is running.
 * @throws RangeError if there is no such benchmark.
 */
export async function coordinatesOfSet(
  folder: string,
  { classes }: Manifest,
  benchmark: string,
): Promise<SetCoordinates> {
  expectRunning('inspect');
  const batches = (part: Part) => () => batchesOf(folder, benchmark, part);
  const found = await coordinatesKnn(batches('train'), batches('test'), {
    classes: classes.length,
  });
  const { accuracy, interval, counts, settings } = found;
  return { benchmark, frames: FRAMES, accuracy, interval, counts, settings };
}

async function* batchesOf(
  folder: string,
  benchmark: string,
  part: Part,
): AsyncGenerator<FeatureBatch, void, undefined> {
  const dataset = await openDataset(folder, { benchmark, part });
  try {
    const views = [[{ kind: 'centre-crop', size: FRAMES } as const]];
    const loader = await loaderOn(undefined)(
      dataset,
      { batchSize: 64, shuffle: false, dropLast: false, views },
      // The view draws no random numbers.
      createRandom(0),
    );
    try {
      yield* loader.epoch(0);
    } finally {
      await loader.close();
    }
  } finally {
    await dataset.close();
  }
}
