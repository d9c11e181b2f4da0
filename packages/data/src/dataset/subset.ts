import { gotText } from '@halp/random/check';
import type { Dataset } from './dataset.ts';
import { expectDataset } from './expect-dataset.ts';

/**
 * The clips at these indices of a data set, in this order: a data set that shares the files of the original and closes them.
 *
 * @throws RangeError if an index is not in [0, length) of the data set.
 */
export function subsetOf(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  expectDataset('subsetOf', dataset);
  if (typeof rows !== 'object' || !Number.isInteger((rows as ArrayLike<number> | null)?.length)) {
    throw new TypeError(`subsetOf: expected a list of indices, got ${gotText(rows)}`);
  }
  const places = Int32Array.from(rows);
  const wrong = Array.from(rows).find(
    (row) => !Number.isInteger(row) || row < 0 || row >= dataset.length,
  );
  if (wrong !== undefined) {
    throw new RangeError(
      `subsetOf: expected indices in [0, ${dataset.length}), got ${gotText(wrong)}`,
    );
  }
  // Without a source, from which a worker thread would open all the clips.
  const { source: _, ...rest } = dataset;
  return {
    ...rest,
    length: places.length,
    labels: places.map((index) => dataset.labels[index] as number),
    names: Array.from(places, (index) => dataset.names[index] as string),
    async get(index) {
      const place = places[index];
      if (place === undefined) {
        throw new RangeError(`get: expected an index in [0, ${places.length}), got ${index}`);
      }
      return dataset.get(place);
    },
    close: () => dataset.close(),
  };
}
