import { Command } from 'commander';
import { expectFilePath, writeOut } from '@halp/runs/check';
import { runReport } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';

interface ReportFlags extends CommonOptions {
  readonly data?: string;
  readonly out: string;
  readonly title?: string;
}

/** Creates the command `halp report`. */
export function reportCommand(): Command {
  return common(new Command('report'), ['backend', 'modules'])
    .description('Write a self-contained HTML report of one or more runs')
    .argument('<run...>', 'Folders of runs, or folders that contain them')
    .option(
      '--data <dir>',
      'Folder of the prepared data set; adds per-class accuracies and a feature map',
    )
    .option('--out <file>', 'File to write', 'report.html')
    .option('--title <text>', 'Heading (default: the names of the recipes)')
    .action(async (runs: readonly string[], flags: ReportFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, title } = flags;
        await expectFilePath('report', out);
        if (data !== undefined) await announceBackend(flags.backend, output);
        const html = await runReport({
          ...{ runs, signal, allowModules: flags.allowModules },
          data,
          title,
          onEvent: output.onEvent,
        });
        await writeOut(out, html);
        output.line(`${out}: ${Math.round(html.length / 1000)} kB; open it in a browser`);
        output.result({ file: out });
      });
    });
}
