import { expectInteger, expectNames, expectOneOf, expectText } from '@halp/random/check';
import type { Layout } from '@halp/skeleton';
import { expectLayout } from '@halp/skeleton/check';
import { records } from '../formats/records.ts';
import type { PrepareOptions } from '../prepare/prepare-plan.ts';
import type { OptionSpec } from '../record/options.ts';
import type { AnyRecord } from '../record/record.ts';

/** Options by name; undefined ones were not given. */
type Given = Readonly<Record<string, unknown>>;

/** The options of every preparation; the compiler reports one that is missing here. */
const generalOptions: Readonly<Record<keyof PrepareOptions | 'raw' | 'benchmarks', true>> = {
  ...{ raw: true, out: true, benchmarks: true, workers: true, strict: true },
  ...{ saveEvery: true, onProgress: true, signal: true },
};

/**
 * The given options that belong to the data set.
 *
 * @throws RangeError if an option is unknown, or only other data sets have it, since it would have no effect; if a number is
 * too small, or a value is not among the choices.
 * @throws TypeError if a path or name is not a string.
 */
export function setOptions(name: string, record: AnyRecord, given: Given): Given {
  const known = [...Object.keys(generalOptions), ...Object.keys(record.options)];
  const unknown = Object.entries(given).filter(([option]) => !optionNames().has(option));
  expectNames('prepare', `an option of ${name}`, Object.fromEntries(unknown), known);
  for (const option of optionNames()) {
    if (given[option] === undefined) continue;
    const spec = record.options[option];
    if (spec === undefined) throw foreignOption(name, record, option, given[option]);
    expectValue(option, spec, given[option]);
  }
  return Object.fromEntries(Object.keys(record.options).map((option) => [option, given[option]]));
}

function optionNames(): ReadonlySet<string> {
  return new Set([...records.values()].flatMap(({ options }) => Object.keys(options)));
}

function foreignOption(name: string, { advice }: AnyRecord, option: string, value: unknown): Error {
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
      return expectText('prepare', `${option} to be a string`, value as string);
    case 'integer':
      return expectInteger('prepare', option, value as number, spec.min);
    case 'layout':
      return void expectLayout('prepare', value as Layout);
    case 'choice':
      return expectOneOf('prepare', option, value as string, spec.choices);
  }
}
