import { Command } from 'commander';
import { reducedTable } from '@halp/recipes';
import { loadTable, reproduce, tableText, writeTableReport } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, numberList } from '../terminal/command-kit.ts';

interface ReproduceFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly seeds?: readonly number[];
  readonly reduced?: boolean;
}

/** Creates the command `halp reproduce`. */
export function reproduceCommand(): Command {
  return common(new Command('reproduce'), ['backend', 'modules'])
    .description('Train, evaluate and print a results table, or resume an interrupted one')
    .argument(
      '<table>',
      'Path of a module that exports `table`; in a clone of the repository also a table of its examples/, such as nw-ucla or paper/linear',
    )
    .requiredOption(
      '--data <dir>',
      'Folder of the prepared data set, or of several, each in a subfolder of its name',
    )
    .requiredOption('--out <dir>', 'Folder for the runs, the table and the report')
    .option('--seeds <list>', 'Comma-separated seeds (default: from the table)', numberList)
    .option(
      '--reduced',
      'Minutes instead of days: tiny encoder, few epochs, one seed; labelled as reduced',
    )
    .action(async (name: string, flags: ReproduceFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, seeds } = flags;
        const whole = await loadTable(name);
        const table = flags.reduced === true ? reducedTable(whole) : whole;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const options = { data, out, seeds, signal, allowModules: flags.allowModules };
        const measured = await reproduce(table, { ...options, onEvent: output.onEvent });
        output.line(`\n${tableText(table, measured)}`);
        output.line(await writeTableReport(table, measured, out));
        output.result({ ...measured, backend, precision });
      });
    });
}
