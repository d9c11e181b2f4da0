import { Command, Option } from 'commander';
import { exportFormats, type ExportOptions, exportRun } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';

interface ExportFlags extends CommonOptions {
  readonly format: ExportOptions['format'];
  readonly out: string;
  readonly epoch?: number;
  readonly stream?: 'joint' | 'motion' | 'bone';
}

/** Creates the command `halp export`. */
export function exportCommand(): Command {
  return common(new Command('export'), ['backend', 'modules'])
    .description('Export a run to a PyTorch, safetensors or ONNX file')
    .argument('<run>', 'Folder of the run')
    .addOption(
      new Option('--format <format>', 'pytorch exports the whole model, the others the encoder')
        .choices([...exportFormats])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'File to write')
    .option('--epoch <n>', 'Export the checkpoint after n epochs (default: the last)', wholeNumber)
    .addOption(
      new Option(
        '--stream <stream>',
        'Encoder to export from a three-stream run (default: joint)',
      ).choices([...['joint', 'motion', 'bone']]),
    )
    .action(async (run: string, flags: ExportFlags) => {
      await guarded(flags, async (output, signal) => {
        const { format, out, epoch, stream } = flags;
        await announceBackend(flags.backend, output);
        const {
          recipe,
          epoch: after,
          bytes,
        } = await exportRun({
          ...{ run, format, out, signal, allowModules: flags.allowModules },
          epoch,
          stream,
          onEvent: output.onEvent,
        });
        const size = (bytes / 2 ** 20).toFixed(1);
        output.line(`${out}: ${recipe} after ${after} epochs, ${size} MiB`);
        output.result({ run, format, out });
      });
    });
}
