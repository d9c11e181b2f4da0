import { expectOptions } from '@halp/random/check';

import type { ReadingOptions } from './clip-file.ts';
import { convertedDataset } from '../prepared/converted.ts';
import type { Dataset, DatasetSource } from '../prepared/dataset.ts';
import { openArrays } from '../formats/arrays/open.ts';
import { openDataset } from './dataset.ts';

/**
 * The data set that a source describes: the same clips, with files of its own.
 *
 * @param reading How the clips of a prepared data set are read; others are read as always.
 * @throws FormatError if the files are no longer there, or no longer fit.
 *
 * @example
 * ```ts
 * const again = await openSource(dataset.source, { blocking: true });
 * ```
 */
export async function openSource(
  source: DatasetSource,
  reading: ReadingOptions = {},
): Promise<Dataset> {
  expectOptions('openSource', source, 'the source of a data set');
  switch (source.kind) {
    case 'prepared':
      return openDataset(source.dir, { ...source, ...reading });
    case 'arrays':
      return openArrays(source.options);
    case 'converted':
      return convertedDataset(await openSource(source.source, reading), source.form);
  }
}
