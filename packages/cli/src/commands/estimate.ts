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

/** Creates the command `halp estimate`. */
export function estimateCommand(): Command {
  return common(new Command('estimate'), ['backend'])
    .description('Time a few steps and estimate how long a table takes on this machine')
    .argument('<table>', 'Table, as for halp reproduce')
    .option(
      '--data <dir>',
      'Data, as for halp reproduce (default: the published sizes of NTU RGB+D and PKU-MMD)',
    )
    .option('--steps <n>', 'Steps to time for each kind of run (default: 3)', positiveNumber)
    .option('--reduced', 'Estimate the table as halp reproduce --reduced runs it')
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
