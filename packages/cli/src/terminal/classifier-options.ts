import { type Command, Option } from 'commander';
import type { ClassifierChange } from '@halp/runs/node';

/** Flags that override how a recipe trains classifiers. */
export type ClassifierFlags = Pick<ClassifierChange, 'crops' | 'selectBy'>;

/** Adds the options of {@link ClassifierFlags}. */
export function classifierOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--crops <which>',
        'linear: crops of the training clips (default: from the recipe)',
      ).choices([...['fixed-centre', 'random-each-epoch']]),
    )
    .addOption(
      new Option(
        '--select-by <rule>',
        'Epoch of the classifier that is reported (default: from the recipe)',
      ).choices(['last-epoch', 'best-test-epoch', 'validation']),
    );
}

/** The flags as `evaluate` and `fuse` take them. */
export function classifierChange({ crops, selectBy }: ClassifierFlags): ClassifierChange {
  return { crops, selectBy };
}
