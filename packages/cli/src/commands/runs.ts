import { Command } from 'commander';
import { keptCoordinates } from '@halp/runs/check';
import { runStatuses } from '@halp/runs/node';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { runsText } from '../terminal/runs-text.ts';

/** Creates the command `halp runs`. */
export function runsCommand(): Command {
  return common(new Command('runs'))
    .description('List runs with their progress, state, last losses and accuracies')
    .argument('[dir...]', 'Folders to search for runs, at any depth (default: the current folder)')
    .option(
      '--all',
      'Also list every saved result, with those of earlier epochs and other data sets',
    )
    .action(async (folders: readonly string[], flags: CommonOptions & { all?: boolean }) => {
      await guarded(flags, async (output) => {
        const found = await runStatuses(folders.length === 0 ? ['.'] : folders);
        output.line(runsText(found, new Date(), { all: flags.all }));
        const coordinates = await keptCoordinates(found.runs.map(({ path }) => path));
        for (const line of coordinates) output.line(line);
        output.result({ ...found, coordinates });
      });
    });
}
