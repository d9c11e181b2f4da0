import { Option } from 'commander';
import { dataSets, type OptionSpec } from '@halp/data/node';
import { positiveNumber, wholeNumber } from './command-kit.ts';
import { flagOf } from './option-flags.ts';

/** The options that only some data sets have, each once, with what it is for in each of them. */
export function setOptions(): readonly Option[] {
  const names = new Set(dataSets.flatMap(({ options }) => Object.keys(options)));
  return [...names].map((name) => {
    const uses = dataSets.flatMap(({ title, options }): readonly Use[] => {
      const option = options[name];
      return option === undefined ? [] : [{ title, option }];
    });
    const { option: first } = uses[0] as (typeof uses)[number];
    return optionOf(flagOf(name), first, descriptionOf(uses));
  });
}

interface Use {
  readonly title: string;
  readonly option: OptionSpec;
}

/** `PYSKL, arrays: what the prepared set is called`; where they differ, one after the other. */
function descriptionOf(uses: readonly Use[]): string {
  const texts = [...new Set(uses.map(({ option }) => option.text))];
  return texts
    .map((text) => {
      const alike = uses.filter(({ option }) => option.text === text);
      return `${[...new Set(alike.map(({ title }) => title))].join(', ')}: ${text}`;
    })
    .join('; ');
}

function optionOf(flag: string, spec: OptionSpec, description: string): Option {
  switch (spec.kind) {
    case 'file':
      return new Option(`${flag} <file>`, description);
    case 'folder':
      return new Option(`${flag} <dir>`, description);
    case 'name':
      return new Option(`${flag} <name>`, description);
    case 'integer':
      return new Option(`${flag} <n>`, description).argParser(
        spec.min > 0 ? positiveNumber : wholeNumber,
      );
    case 'choice':
      return new Option(`${flag} <kind>`, description).choices(spec.choices);
  }
}

/** What the raw files of a preparation are: folders, and what else some data sets take. */
export function rawText(): string {
  const others = dataSets.flatMap(({ name, rawText: text }) =>
    text === undefined ? [] : [`${name}: ${text}`],
  );
  return `folders of the raw files, with their subfolders (${others.join('; ')})`;
}
