import { Command, Option } from 'commander';
import { readLayout } from '@halp/data/node';
import { expectFilePath } from '@halp/runs/check';
import { drawClip, inspect, inspectionLines, namedPipelines } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { channelsOption } from '../terminal/channels-option.ts';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';

interface InspectFlags extends CommonOptions {
  readonly clip?: string;
  readonly benchmark?: string;
  readonly layout?: string;
  readonly part?: 'train' | 'test';
  readonly draw?: string;
  readonly augment?: string;
  readonly seed: number;
  readonly coordinates?: boolean;
  readonly channels?: 'xyz' | 'xy-score';
}

/** Creates the command `halp inspect`. */
export function inspectCommand(): Command {
  return common(new Command('inspect'), ['backend'])
    .description('Describe a skeleton file or a prepared data set, and draw a clip')
    .argument('<path>', 'Raw file of any supported format, or folder of a prepared data set')
    .option('--clip <name>', 'Clip to inspect: its name, or its index from 0 (default: 0)')
    .option('--benchmark <name>', 'Benchmark of a prepared set (default: the first)')
    .addOption(
      new Option('--part <part>', 'Part of a prepared set (default: train)').choices([
        'train',
        'test',
      ]),
    )
    .option(
      '--coordinates',
      'Compute 1-NN on the coordinates of a prepared set, the accuracy without an encoder',
    )
    .option('--draw <file>', 'Draw the clip: .svg for a filmstrip, .html for a player')
    .option(
      '--augment <pipeline>',
      `Draw it before and after a pipeline: ${namedPipelines.join(', ')}, or a JSON file`,
    )
    .option(
      '--allow-modules',
      'Load the modules that the JSON file of --augment names; this runs their code',
    )
    .option('--seed <n>', 'Random seed of the pipeline', wholeNumber, 0)
    .option('--layout <file>', 'Layout of a raw clip, if it is your own: its JSON file')
    .addOption(channelsOption())
    .action(async (path: string, flags: InspectFlags) => {
      await guarded(flags, async (output) => {
        const { clip, benchmark, part, draw, augment, seed, channels, coordinates } = flags;
        if (draw === undefined && augment !== undefined) {
          throw new RangeError('inspect: expected --draw FILE with --augment, got none');
        }
        if (draw !== undefined) await expectFilePath('inspect', draw);
        const layout = flags.layout === undefined ? undefined : await readLayout(flags.layout);
        if (coordinates === true) await announceBackend(flags.backend, output);
        const inspection = await inspect({
          ...{ path, clip, benchmark, part },
          channels,
          layout,
          coordinates,
        });
        for (const line of inspectionLines(inspection)) output.line(line);
        const { clip: inspected, ...facts } = inspection;
        const { clip: data, ...described } = inspected;
        output.result({ ...facts, clip: { ...described, shape: data.shape } });
        if (draw === undefined) return;
        const options = { file: draw, seed, pipeline: augment, allowModules: flags.allowModules };
        await drawClip(inspection, options);
        output.line(`wrote ${draw}`);
      });
    });
}
