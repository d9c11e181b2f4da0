import { expectText } from '@halp/random/check';
import { type DataSetName, records } from '../formats/records.ts';
import type { OptionSpec } from '../record/options.ts';
import type { RawRule, SetFacts, SetRecord } from '../record/record.ts';

/** What can be known of a data set before any of its files is there. */
export interface DataSetFacts extends SetFacts {
  /** Its name: what `prepare` and `halp prepare` take. */
  readonly name: DataSetName;
  /** What it is called in texts; data sets that differ in numbers alone share it. */
  readonly title: string;
  /** How many raw folders or files its preparation needs. */
  readonly raw: RawRule;
  /** What these are, where they are not folders of raw files. */
  readonly rawText?: string | undefined;
  /** The options that its preparation has and that of every data set does not, by their names. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Whether `writeFakeData` writes small made-up files in its format. */
  readonly canFake: boolean;
}

/**
 * Every data set and format that can be prepared, in the order of their names.
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

/** What is known of the data set of a name; undefined where no record has it, as for clips of your own. */
export function dataSetNamed(name: string): DataSetFacts | undefined {
  expectText('dataSetNamed', 'a name', name);
  return dataSets.find((set) => set.name === name);
}
