import { Command, Option } from 'commander';
import {
  drawClip,
  expectFilePath,
  inspect,
  inspectionLines,
  namedPipelines,
} from '@halp/runs/check';
import { channelsOption } from '../terminal/channels-option.ts';
import {
  common,
  type CommonOptions,
  guarded,
  moduleTrust,
  wholeNumber,
} from '../terminal/command-kit.ts';

interface InspectFlags extends CommonOptions {
  readonly clip?: string;
  readonly benchmark?: string;
  readonly part?: 'train' | 'test';
  readonly draw?: string;
  readonly augment?: string;
  readonly allowModules?: boolean;
  readonly seed: number;
  readonly channels?: 'xyz' | 'xy-score';
}

/** `halp inspect`. */
export function inspectCommand(): Command {
  return common(new Command('inspect'), 'none')
    .description('say what a skeleton file or a prepared set is, and draw a clip of it')
    .argument('<path>', 'a raw file of any format, or the folder of a prepared data set')
    .option('--clip <name>', 'which clip: a name, or a number from 0 (default: the first)')
    .option('--benchmark <name>', 'of a prepared set (default: the first)')
    .addOption(new Option('--part <part>', 'of a prepared set').choices(['train', 'test']))
    .option('--draw <file>', 'draw the clip: .svg a filmstrip, .html a player')
    .option(
      '--augment <pipeline>',
      `draw it before and after a pipeline: ${namedPipelines.join(', ')}, or a JSON file`,
    )
    .option('--allow-modules', 'run the code of modules that the JSON file of --augment names')
    .option('--seed <n>', 'of the pipeline', wholeNumber, 0)
    .addOption(channelsOption())
    .action(async (path: string, flags: InspectFlags) => {
      await guarded(flags, async (output) => {
        const { clip, benchmark, part, draw, augment, seed, channels } = flags;
        if (draw === undefined && augment !== undefined) {
          throw new RangeError('inspect: expected --draw FILE with --augment, got none');
        }
        if (draw !== undefined) await expectFilePath('inspect', draw);
        const inspection = await inspect({
          path,
          clip,
          benchmark,
          part,
          channels,
        });
        for (const line of inspectionLines(inspection)) output.line(line);
        const { clip: inspected, ...facts } = inspection;
        const { clip: shown, ...said } = inspected;
        output.result({ ...facts, clip: { ...said, shape: shown.shape } });
        if (draw === undefined) return;
        const options = { file: draw, seed, pipeline: augment, ...moduleTrust(flags) };
        await drawClip(inspection, options);
        output.line(`drawn: ${draw}`);
      });
    });
}
