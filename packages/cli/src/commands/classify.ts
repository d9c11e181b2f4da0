import { Command } from 'commander';
import { classify } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { channelsOption } from '../terminal/channels-option.ts';
import { common, type CommonOptions, guarded, positiveNumber } from '../terminal/command-kit.ts';

interface ClassifyFlags extends CommonOptions {
  readonly run: string;
  readonly top?: number;
  readonly classifier?: string;
  readonly channels?: 'xyz' | 'xy-score';
}

/** Creates the command `halp classify`. */
export function classifyCommand(): Command {
  return common(new Command('classify'), ['backend', 'modules'])
    .description('Predict the classes of skeleton files')
    .argument('<file...>', 'Skeleton files of any supported format')
    .requiredOption(
      '--run <run>',
      'Folder of a run with a classifier (made by halp evaluate linear)',
    )
    .option('--classifier <name>', 'Classifier to use, if the run has several')
    .option('--top <n>', 'Number of classes to print for each clip (default: 5)', positiveNumber)
    .addOption(channelsOption())
    .action(async (files: string[], flags: ClassifyFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, top, classifier, channels } = flags;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const clips = await classify({
          ...{ files, run, signal, allowModules: flags.allowModules },
          ...{ top, classifier, channels },
          onEvent: output.onEvent,
        });
        output.result({ run, backend, precision, clips });
      });
    });
}
