import { Command } from 'commander';
import { reducedTable } from '@halp/recipes';
import { estimate, estimateText, loadTable } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, positiveNumber } from '../terminal/command-kit.ts';

interface EstimateFlags extends CommonOptions {
  readonly data?: string;
  readonly steps?: number;
  readonly reduced?: boolean;
}

/** `halp estimate`. */
export function estimateCommand(): Command {
  return common(new Command('estimate'), 'measurement')
    .description('measure a few steps and say how long a table takes on this machine')
    .argument('<table>', 'as of reproduce')
    .option(
      '--data <dir>',
      'as of reproduce; without, the published sizes of NTU RGB+D and PKU-MMD',
    )
    .option('--steps <n>', 'steps to measure of every kind of run (default: 3)', positiveNumber)
    .option('--reduced', 'the table as reproduce --reduced makes it')
    .action(async (name: string, flags: EstimateFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, steps, reduced = false } = flags;
        const whole = await loadTable(name);
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const found = await estimate(reduced ? reducedTable(whole) : whole, {
          signal,
          data,
          steps,
          onEvent: output.onEvent,
        });
        output.line(estimateText(found));
        output.result({ ...found, backend, precision });
      });
    });
}
