import { Command } from 'commander';
import { expectFilePath, writeOut } from '@halp/runs/check';
import { runReport } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  common,
  type CommonOptions,
  guarded,
  type ModuleFlags,
  moduleOption,
  moduleTrust,
} from '../terminal/command-kit.ts';

interface ReportFlags extends CommonOptions, ModuleFlags {
  readonly data?: string;
  readonly out: string;
  readonly title?: string;
}

/** `halp report`. */
export function reportCommand(): Command {
  return moduleOption(common(new Command('report'), 'evaluation'))
    .description('write one HTML file about one or several runs, which needs nothing else')
    .argument('<run...>', 'folders of runs, or folders above them')
    .option('--data <dir>', 'folder of the prepared data set, for accuracies by class and features')
    .option('--out <file>', 'the file', 'report.html')
    .option('--title <text>', 'its heading (default: the names of the recipes)')
    .action(async (runs: readonly string[], flags: ReportFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, title } = flags;
        await expectFilePath('report', out);
        if (data !== undefined) await announceBackend(flags.backend, output);
        const html = await runReport({
          ...{ runs, signal, ...moduleTrust(flags) },
          data,
          title,
          onEvent: output.onEvent,
        });
        await writeOut(out, html);
        output.line(`${out}: ${Math.round(html.length / 1000)} kB, opens in any browser`);
        output.result({ file: out });
      });
    });
}
