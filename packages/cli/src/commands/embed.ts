import { Command, Option } from 'commander';
import type { Part } from '@halp/data';
import { embed, type EmbedOptions } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';

interface EmbedFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly part: Part;
  readonly format: EmbedOptions['format'];
  readonly benchmark?: string;
  readonly epoch?: number;
}

/** Creates the command `halp embed`. */
export function embedCommand(): Command {
  return common(new Command('embed'), ['backend', 'modules'])
    .description('Write the features of every clip of a data set')
    .argument('<run>', 'Folder of the run')
    .requiredOption('--data <dir>', 'Folder of the prepared data set')
    .requiredOption('--out <path>', 'A .npy file, or a folder for the TensorBoard projector')
    .addOption(
      new Option('--part <part>', 'Part of the data set')
        .choices(['train', 'test'])
        .default('test'),
    )
    .addOption(
      new Option(
        '--format <format>',
        'File of features, with names and labels in a .json; or projector files',
      )
        .choices(['npy', 'projector'])
        .default('npy'),
    )
    .option('--benchmark <name>', 'Benchmark, such as xsub (default: from the recipe)')
    .option(
      '--epoch <n>',
      'Checkpoint, as the number of epochs trained (default: the last one)',
      wholeNumber,
    )
    .action(async (run: string, flags: EmbedFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, part, format, benchmark, epoch } = flags;
        await announceBackend(flags.backend, output);
        const options = { run, data, out, part, format, signal, allowModules: flags.allowModules };
        const { clips, ...of } = await embed({
          ...options,
          benchmark,
          epoch,
          onEvent: output.onEvent,
        });
        output.line(`${out}: features of ${clips} clips of ${of.data} ${of.benchmark}, ${of.part}`);
        output.result({ run, data, part, out, clips });
      });
    });
}
