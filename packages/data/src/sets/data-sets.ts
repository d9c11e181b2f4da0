import { expectText } from '@halp/random/check';
import { type DataSetName, records } from '../formats/records.ts';
import type { OptionSpec } from '../record/options.ts';
import type { RawRule, SetFacts, SetRecord } from '../record/record.ts';

/** Facts about a data set that do not depend on its files, and the options of its preparation. */
export interface DataSetFacts extends SetFacts {
  /** Its name, as `prepare` takes it. */
  readonly name: DataSetName;
  /** Its name in texts, shared by data sets that differ only in numbers. */
  readonly title: string;
  /** The number of raw paths that its preparation takes. */
  readonly raw: RawRule;
  /** What these paths are, if not folders of raw files. */
  readonly rawText?: string | undefined;
  /** The options of its preparation that not every data set has, by name. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Whether `writeFakeData` can write small fake files in its format. */
  readonly canFake: boolean;
}

/**
 * All data sets and formats that can be prepared, sorted by name.
 *
 * @example
 * ```ts
 * for (const { name, benchmarks } of dataSets) console.log(name, Object.keys(benchmarks));
 * ```
 */
export const dataSets: readonly DataSetFacts[] = [...records].map(([name, record]) => {
  const { title, sets, raw, rawText, options } = record;
  const { fake, ...facts } = sets[name] as SetRecord;
  return {
    ...{ name: name as DataSetName, title, ...facts, raw, rawText },
    options,
    canFake: fake !== undefined,
  };
});

/** The facts of the data set with this name; undefined for an unknown name, such as that of your own set. */
export function dataSetNamed(name: string): DataSetFacts | undefined {
  expectText('dataSetNamed', 'a name', name);
  return dataSets.find((set) => set.name === name);
}
