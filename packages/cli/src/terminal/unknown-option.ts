import { type Command, CommanderError } from 'commander';
import { nearestName } from '@halp/random/check';

/**
 * Refuses the first unknown option among arguments, with the most similar one. Commander looks for missing options first: a
 * misspelt required option would be reported as missing.
 *
 * @param command - The command that is called; it reports the error.
 * @param copy - The same command, whose options get values.
 */
export function refuseUnknownOption(
  command: Command,
  copy: Command,
  args: readonly string[],
): void {
  const known = [...copy.options.flatMap(({ long, short }) => [long, short]), '--help', '-h'];
  const first = unknownArguments(copy, args)
    .map((arg) => arg.replace(/=.*/s, ''))
    .find((arg) => /^-\D/.test(arg) && !known.includes(arg));
  if (first === undefined) return;
  const long = known.filter((flag) => flag?.startsWith('--') === true) as string[];
  const nearest = nearestName(first, long);
  const hint = nearest === undefined ? '' : `\n(Did you mean ${nearest}?)`;
  command.error(`error: unknown option '${first}'${hint}`, { code: 'commander.unknownOption' });
}

/** Nothing if a value is invalid: the command itself reports it. */
function unknownArguments(copy: Command, args: readonly string[]): readonly string[] {
  copy.exitOverride().configureOutput({ outputError: () => undefined });
  try {
    const { unknown } = copy.parseOptions([...args]);
    return unknown.includes('--') ? unknown.slice(0, unknown.indexOf('--')) : unknown;
  } catch (error) {
    if (error instanceof CommanderError) return [];
    throw error;
  }
}
