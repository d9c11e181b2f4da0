import { gotText } from '@halp/random/check';
import type { Dataset } from './dataset.ts';

/**
 * Throws unless the value is a data set: clips that can be counted and read.
 *
 * @throws TypeError otherwise.
 */
export function expectDataset(caller: string, dataset: Dataset): void {
  const { length, get } = (dataset ?? {}) as Partial<Dataset>;
  if (typeof length === 'number' && typeof get === 'function') return;
  throw new TypeError(
    `${caller}: expected a data set, got ${gotText(dataset)}; open one with openDataset or openArrays`,
  );
}
