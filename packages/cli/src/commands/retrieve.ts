import { Command } from 'commander';
import { oneField } from '@halp/runs/check';
import { retrieve } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { channelsOption } from '../terminal/channels-option.ts';
import {
  common,
  type CommonOptions,
  guarded,
  positiveNumber,
  wholeNumber,
} from '../terminal/command-kit.ts';

interface RetrieveFlags extends CommonOptions {
  readonly run: string;
  readonly data: string;
  readonly benchmark?: string;
  readonly epoch?: number;
  readonly count?: number;
  readonly channels?: 'xyz' | 'xy-score';
  readonly draw?: string;
}

/** Creates the command `halp retrieve`. */
export function retrieveCommand(): Command {
  return common(new Command('retrieve'), ['backend', 'modules'])
    .description('Find the training clips most similar to a clip')
    .argument('<file>', 'Skeleton file of any supported format')
    .requiredOption('--run <run>', 'Folder of the run')
    .requiredOption(
      '--data <dir>',
      'Folder of the prepared data set; its training part is searched',
    )
    .option('--benchmark <name>', 'Benchmark, such as xsub (default: from the recipe)')
    .option(
      '--epoch <n>',
      'Checkpoint, as the number of epochs trained (default: the last one)',
      wholeNumber,
    )
    .option('--count <n>', 'Number of clips to find (default: 5)', positiveNumber)
    .option('--draw <file>', 'Draw the clips into this .svg file')
    .addOption(channelsOption())
    .action(async (file: string, flags: RetrieveFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, data, benchmark, epoch, count, draw, channels } = flags;
        await announceBackend(flags.backend, output);
        const found = await retrieve({
          ...{ file, run, data, signal, allowModules: flags.allowModules },
          benchmark,
          epoch,
          count,
          channels,
          draw,
          onEvent: output.onEvent,
        });
        for (const { clip, class: name, similarity } of found) {
          output.line(oneField(`${clip}: ${name}, cosine ${similarity.toFixed(3)}`));
        }
        if (draw !== undefined) output.line(`wrote ${draw}`);
        output.result({ file, run, found });
      });
    });
}
