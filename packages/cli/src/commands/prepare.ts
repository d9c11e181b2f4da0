import { Argument, Command } from 'commander';
import {
  type DataSetName,
  dataSets,
  prepare,
  type PrepareSetOptions,
  readLayout,
} from '@halp/data/node';
import { expectFolderPath } from '@halp/runs/check';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';
import { preparationProgress, preparedLines } from '../terminal/prepare-text.ts';
import { rawText, setOptions } from '../terminal/set-options.ts';

/** The parsed flags, with the options of any data set; `prepare` checks them. */
type PrepareFlags = CommonOptions &
  PrepareSetOptions<DataSetName> & { readonly benchmark?: readonly string[] };

/** Creates the command `halp prepare`. */
export function prepareCommand(): Command {
  const command = common(new Command('prepare'))
    .description('Prepare a data set for training, or resume an interrupted preparation')
    .addArgument(
      new Argument('<dataset>', 'Data set or format').choices(dataSets.map(({ name }) => name)),
    )
    .option('--raw <dir...>', rawText())
    .requiredOption('--out <dir>', 'Folder for the prepared set')
    .option('--benchmark <name...>', 'Benchmarks to prepare, such as xsub (default: all)')
    .option(
      '--workers <n>',
      'Worker threads; 0 uses the main thread only (default: one per processor)',
      wholeNumber,
    )
    .option('--strict', 'Stop at the first bad file instead of listing it in skipped.json');
  for (const option of setOptions()) command.addOption(option);
  return command.action(async (name: DataSetName, flags: PrepareFlags) => {
    await guarded(flags, async (output, signal) => {
      const { benchmark, json: _, ...rest } = flags;
      const { out } = flags;
      await expectFolderPath('prepare', out);
      const benchmarks = benchmark?.flatMap((names) => names.split(','));
      const { onProgress, stop } = preparationProgress(name, output);
      try {
        const { layout: named } = rest as { readonly layout?: string };
        const layout = named === undefined ? undefined : await readLayout(named);
        const options = { ...rest, layout, benchmarks, signal, onProgress };
        const prepared = await prepare(name, options as PrepareFlags);
        stop();
        for (const line of preparedLines(name, out, prepared)) output.line(line);
        output.result({ out, ...prepared.manifest });
      } finally {
        stop();
      }
    });
  });
}
