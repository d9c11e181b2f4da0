import { gotText } from '@halp/random/check';
import type { AnyRecord } from '../record/record.ts';
import * as formats from './list.ts';

/** Every record, with its own types. */
export type Records = (typeof formats)[keyof typeof formats];
type NameOf<Each> = Each extends { readonly sets: infer Sets } ? keyof Sets & string : never;

/** The name of a data set or format that can be prepared, such as 'ntu60', 'pyskl' or 'own'. */
export type DataSetName = NameOf<Records>;

/** The record of each data set by its name, in the order of the names. */
export const records: ReadonlyMap<string, AnyRecord> = new Map(
  Object.values(formats)
    .flatMap((record: AnyRecord) => Object.keys(record.sets).map((name) => [name, record] as const))
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })),
);

/** The record that reads the sources of a plan. @throws RangeError if there is none. */
export function recordOfReader(caller: string, reader: string): AnyRecord {
  const all: readonly AnyRecord[] = Object.values(formats);
  const found = all.find((record) => record.reader === reader);
  if (found !== undefined) return found;
  const known = all.map((record) => record.reader).sort();
  throw new RangeError(
    `${caller}: expected a plan with a reader among ${known.join(', ')}, got ${gotText(reader)}`,
  );
}
