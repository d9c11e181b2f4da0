import { type Command, Option } from 'commander';
import type { ClassifierChange } from '@halp/runs/node';

/** What a command can be told of classifiers. */
export type ClassifierFlags = Pick<ClassifierChange, 'crops' | 'selectBy'>;

/** Adds the options that change what a recipe says of classifiers. */
export function classifierOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--crops <which>', 'linear: what it learns from (default: the recipe’s)').choices([
        ...['fixed-centre', 'random-each-epoch'],
      ]),
    )
    .addOption(
      new Option(
        '--select-by <rule>',
        'which epoch of a classifier counts (default: the recipe’s)',
      ).choices(['last-epoch', 'best-test-epoch', 'validation']),
    );
}

/** What was asked of classifiers. */
export function classifierChange({ crops, selectBy }: ClassifierFlags): ClassifierChange {
  return {
    crops,
    selectBy,
  };
}
