import { expectObject, expectOptions, type OptionNames } from '@halp/random/check';
import { convertedDataset } from '../dataset/converted.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { DatasetSource } from '../dataset/source.ts';
import { openArrays } from '../formats/arrays/open.ts';
import type { ReadingOptions } from './clip-file.ts';
import { openDataset } from './dataset.ts';

const readingNames: OptionNames<ReadingOptions> = { blocking: true };

/**
 * The data set of a source: the same clips, from files that are opened again.
 *
 * @param reading - How the clips of a prepared data set are read; ignored for arrays.
 * @throws FormatError if the files are missing or no longer consistent.
 *
 * @example
 * ```ts
 * const again = await reopenDataset(dataset.source, { blocking: true });
 * ```
 */
export async function reopenDataset(
  source: DatasetSource,
  reading: ReadingOptions = {},
): Promise<Dataset> {
  expectObject('reopenDataset', source, 'the source of a data set');
  expectOptions('reopenDataset', reading, readingNames);
  switch (source.kind) {
    case 'prepared':
      return openDataset(source.dir, {
        benchmark: source.benchmark,
        part: source.part,
        ...reading,
      });
    case 'arrays':
      return openArrays(source.options);
    case 'converted':
      return convertedDataset(await reopenDataset(source.source, reading), source.form);
  }
}
