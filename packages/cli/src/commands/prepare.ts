import { Argument, Command } from 'commander';
import { type DataSetName, dataSets, prepare, type PrepareSetOptions } from '@halp/data/node';
import { expectFolderPath } from '@halp/runs/check';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';
import { nameFlagsIn } from '../terminal/option-flags.ts';
import { preparationProgress, preparedLines } from '../terminal/prepare-text.ts';
import { rawText, setOptions } from '../terminal/set-options.ts';

/** What the parser gives: the options of whatever data set, checked by `prepare`. */
type PrepareFlags = CommonOptions &
  PrepareSetOptions<DataSetName> & { readonly benchmark?: readonly string[] };

/** `halp prepare`. */
export function prepareCommand(): Command {
  const command = common(new Command('prepare'), 'none')
    .description('make a data set ready for training; goes on where it was interrupted')
    .addArgument(new Argument('<dataset>', 'which one').choices(dataSets.map(({ name }) => name)))
    .option('--raw <dir...>', rawText())
    .requiredOption('--out <dir>', 'folder of the prepared set')
    .option('--benchmark <name...>', 'only these benchmarks, such as xsub (default: all)')
    .option(
      '--workers <n>',
      'threads; 0: none beside the main one (default: one a processor)',
      wholeNumber,
    )
    .option('--strict', 'stop at the first bad file instead of listing it in skipped.json');
  for (const option of setOptions()) command.addOption(option);
  return command.action(async (name: DataSetName, flags: PrepareFlags) => {
    await guarded(flags, async (output, signal) => {
      const { benchmark, ...rest } = flags;
      const { out } = flags;
      await expectFolderPath('prepare', out);
      const benchmarks = benchmark?.flatMap((names) => names.split(','));
      const { onProgress, stop } = preparationProgress(name, output);
      try {
        const prepared = await prepare(name, { ...rest, benchmarks, signal, onProgress });
        stop();
        for (const line of preparedLines(name, out, prepared)) output.line(line);
        output.result({ out, ...prepared.manifest });
      } catch (error) {
        nameFlagsIn(error);
        throw error;
      } finally {
        stop();
      }
    });
  });
}
