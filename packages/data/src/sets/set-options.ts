import { expectInteger, expectOneOf, expectText } from '@halp/random/check';
import { records } from '../formats/records.ts';
import type { OptionSpec } from '../record/options.ts';
import type { AnyRecord } from '../record/record.ts';

/** The options of some data sets, by their names; those that were not given are undefined. */
type Given = Readonly<Record<string, unknown>>;

/**
 * The options of a data set's own among those that were given.
 *
 * @throws RangeError if one that only others have is given, since it would change nothing; if a number is too small, or a
 * name is none of the known ones.
 * @throws TypeError if a path or name is no text.
 */
export function setOptions(name: string, record: AnyRecord, given: Given): Given {
  for (const option of optionNames()) {
    if (given[option] === undefined) continue;
    const spec = record.options[option];
    if (spec === undefined) throw strayOption(name, record, option, given[option]);
    expectValue(option, spec, given[option]);
  }
  return Object.fromEntries(Object.keys(record.options).map((option) => [option, given[option]]));
}

function optionNames(): ReadonlySet<string> {
  return new Set([...records.values()].flatMap(({ options }) => Object.keys(options)));
}

function strayOption(name: string, { advice }: AnyRecord, option: string, value: unknown): Error {
  const owners = [...records].filter(([, record]) => record.options[option] !== undefined);
  const general = owners[0]?.[1].options[option]?.advice;
  return new RangeError(
    `prepare ${name}: expected option ${option} for ${owners.map(([owner]) => owner).join(', ')} only, ` +
      `got ${String(value)}; ${advice?.[option] ?? general ?? 'leave it out'}`,
  );
}

function expectValue(option: string, spec: OptionSpec, value: unknown): void {
  switch (spec.kind) {
    case 'file':
    case 'folder':
    case 'name':
      return expectText('prepare', `${option} to be a text`, value as string);
    case 'integer':
      return expectInteger('prepare', option, value as number, spec.least);
    case 'choice':
      return expectOneOf('prepare', option, value as string, spec.choices);
  }
}
