import { dataSets } from '@halp/data/node';

/** Options that a command names more fully than its function. */
const fuller: Readonly<Record<string, string>> = { start: 'movementStart', rest: 'movementRest' };

/** The flag of an option of a library function: `--missing-list` for `missingList`. */
export function flagOf(name: string): string {
  const option = Object.hasOwn(fuller, name) ? (fuller[name] as string) : name;
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Options of `@halp/runs` and `startBackend` that their messages name. */
export const namedOptions: readonly string[] = [
  ...[
    'allowModules',
    'augment',
    'benchmark',
    'channels',
    'classifier',
    'coordinates',
    'crops',
    'data',
    'draw',
    'epochs',
  ],
  ...['layout', 'level', 'normalisation', 'out', 'precision', 'selectBy', 'start', 'unit', 'up'],
];

const names: ReadonlySet<string> = new Set([
  'raw',
  ...dataSets.flatMap(({ options }) => Object.keys(options)),
  ...namedOptions,
]);

/**
 * A message of a library function with the flags of the command instead of the function's option names: `option labelsFrom
 * = 1` becomes `--labels-from 1`.
 */
export function withFlags(message: string): string {
  return message.replace(/\boption ([a-zA-Z]+)( =)?/g, (text, name: string) =>
    names.has(name) ? flagOf(name) : text,
  );
}
