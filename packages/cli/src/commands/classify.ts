import { Command } from 'commander';
import { classify } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { channelsOption } from '../terminal/channels-option.ts';
import {
  common,
  type CommonOptions,
  guarded,
  type ModuleFlags,
  moduleOption,
  moduleTrust,
  positiveNumber,
} from '../terminal/command-kit.ts';

interface ClassifyFlags extends CommonOptions, ModuleFlags {
  readonly run: string;
  readonly top?: number;
  readonly classifier?: string;
  readonly channels?: 'xyz' | 'xy-score';
}

/** `halp classify`. */
export function classifyCommand(): Command {
  return moduleOption(common(new Command('classify'), 'evaluation'))
    .description('name the likeliest classes of skeleton files')
    .argument('<file...>', 'skeleton files of any format that is read')
    .requiredOption('--run <run>', 'folder of a run with a classifier')
    .option('--classifier <name>', 'which one, where the run has several')
    .option('--top <n>', 'how many classes are named (default: 5)', positiveNumber)
    .addOption(channelsOption())
    .action(async (files: string[], flags: ClassifyFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, top, classifier, channels } = flags;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const options = {
          ...{ files, run, signal, ...moduleTrust(flags) },
          top,
          classifier,
          channels,
        };
        output.result({
          run,
          backend,
          precision,
          clips: await classify({ ...options, onEvent: output.onEvent }),
        });
      });
    });
}
