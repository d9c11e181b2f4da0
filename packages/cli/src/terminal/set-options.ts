import { Option } from 'commander';
import { dataSets, type OptionSpec } from '@halp/data/node';
import { positiveNumber, wholeNumber } from './command-kit.ts';
import { flagOf } from './option-flags.ts';

/** The options of single data sets, each once; its description names the data sets that have it. */
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

/** `arrays, PYSKL: name of the prepared set`; descriptions that differ follow one another. */
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
    case 'layout':
      return new Option(`${flag} <name>`, description);
    case 'choice':
      return new Option(`${flag} <kind>`, description).choices(spec.choices);
  }
}

/** The description of `--raw`, with what some data sets take instead of folders. */
export function rawText(): string {
  const others = dataSets.flatMap(({ name, rawText: text }) =>
    text === undefined ? [] : [`${name}: ${text}`],
  );
  return `Folders with the raw files, searched recursively (${others.join('; ')})`;
}
