import { Command } from 'commander';
import { reducedTable } from '@halp/recipes';
import { loadTable, reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  common,
  type CommonOptions,
  guarded,
  type ModuleFlags,
  moduleOption,
  moduleTrust,
  numberList,
} from '../terminal/command-kit.ts';

interface ReproduceFlags extends CommonOptions, ModuleFlags {
  readonly data: string;
  readonly out: string;
  readonly seeds?: readonly number[];
  readonly reduced?: boolean;
}

/** `halp reproduce`. */
export function reproduceCommand(): Command {
  return moduleOption(common(new Command('reproduce'), 'training'))
    .description('train, evaluate and print a table; goes on where it was interrupted')
    .argument(
      '<table>',
      'a name under examples/, such as nw-ucla or paper/linear, or the path of a module that exports `table`',
    )
    .requiredOption(
      '--data <dir>',
      'folder of the prepared data set, or with a folder of each one’s name',
    )
    .requiredOption('--out <dir>', 'folder of the runs, the table and the report')
    .option('--seeds <list>', 'seeds, separated by commas (default: the table’s)', numberList)
    .option('--reduced', 'minutes instead of days: tiny encoder, few epochs, one seed; labelled so')
    .action(async (name: string, flags: ReproduceFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, seeds } = flags;
        const whole = await loadTable(name);
        const table = flags.reduced === true ? reducedTable(whole) : whole;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const options = {
          data,
          out,
          signal,
          ...moduleTrust(flags),
          seeds,
        };
        const measured = await reproduce(table, { ...options, onEvent: output.onEvent });
        output.line(`\n${tableText(table, measured)}`);
        output.line(await writeTableReport(table, measured, out));
        output.result({ ...measured, backend, precision });
      });
    });
}
