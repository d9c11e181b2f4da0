import { Command } from 'commander';
import { common, guarded, numberList, type CommonOptions } from '../command-kit.ts';
import { loadTable } from '../load-table.ts';
import { reproduce } from '../reproduce.ts';
import { startBackend } from '../start-backend.ts';
import { tableText, writeTableReport } from '../table-report.ts';

interface ReproduceFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly seeds?: readonly number[];
}

/** `halp reproduce`. */
export function reproduceCommand(): Command {
  return common(new Command('reproduce'), 'training')
    .description('train, evaluate and print a table; goes on where it was interrupted')
    .argument(
      '<table>',
      'a folder name under examples/, or the path of a module that exports `table`',
    )
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .requiredOption('--out <dir>', 'folder of the runs, the table and the report')
    .option('--seeds <list>', 'seeds, separated by commas (default: the table’s)', numberList)
    .action(async (name: string, flags: ReproduceFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, seeds } = flags;
        const table = await loadTable(name);
        const { name: backend } = await startBackend(flags.backend, output);
        const options = { data, out, signal, ...(seeds === undefined ? {} : { seeds }) };
        const measured = await reproduce(table, options, output);
        output.line(`\n${tableText(table, measured)}`);
        output.line(await writeTableReport(table, measured, out));
        output.result({ ...measured, backend });
      });
    });
}
