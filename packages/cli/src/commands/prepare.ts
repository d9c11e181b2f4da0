import { prepare, preparable, type PreparableName } from '@halp/runs/node';
import { normalisations, type Normalisation } from '@halp/data';
import { layoutNames, type LayoutName } from '@halp/skeleton';
import { Argument, Command, Option } from 'commander';
import {
  common,
  guarded,
  positiveNumber,
  wholeNumber,
  type CommonOptions,
} from '../terminal/command-kit.ts';

interface PrepareFlags extends CommonOptions {
  readonly raw?: readonly string[];
  readonly out: string;
  readonly benchmark?: readonly string[];
  readonly workers?: number;
  readonly strict?: boolean;
  readonly missingList?: string;
  readonly labels?: string;
  readonly splits?: string;
  readonly asName?: string;
  readonly layout?: LayoutName;
  readonly normalisation?: Normalisation;
  readonly channels?: 'xyz' | 'xy-score';
  readonly labelsFrom?: number;
  readonly seed?: number;
  readonly performers?: number;
  readonly replications?: number;
}

/** `halp prepare`. */
export function prepareCommand(): Command {
  return common(new Command('prepare'), 'none')
    .description('make a data set ready for training; goes on where it was interrupted')
    .addArgument(
      new Argument(
        '<dataset>',
        'which one; pyskl: a .pkl file; arrays: .npy or .npz; own: a folder of clips with a clips.json',
      ).choices([...preparable]),
    )
    .option(
      '--raw <dir...>',
      'folders of the raw files, with their subfolders (synthetic: where to write them first)',
    )
    .requiredOption('--out <dir>', 'folder of the prepared set')
    .option('--benchmark <name...>', 'only these benchmarks, such as xsub (default: all)')
    .option(
      '--workers <n>',
      'threads; 0: none beside the main one (default: one a processor)',
      wholeNumber,
    )
    .option('--strict', 'stop at the first bad file instead of listing it in skipped.json')
    .option(
      '--missing-list <file>',
      'NTU: names of recordings to leave out (default: the official list)',
    )
    .option('--labels <dir>', 'PKU-MMD: folder of the label files (default: among the raw ones)')
    .option('--splits <dir>', 'PKU-MMD: folder of the split files (default: among the raw ones)')
    .option('--as-name <name>', 'PYSKL, arrays: what the prepared set is called')
    .addOption(
      new Option('--layout <name>', 'arrays: their joints (default: kinect-v2)').choices([
        ...layoutNames,
      ]),
    )
    .addOption(
      new Option(
        '--normalisation <kind>',
        'own clips: how coordinates are normalised (default: upright); arrays: how they were (default: unknown)',
      ).choices([...normalisations]),
    )
    .addOption(
      new Option(
        '--channels <what>',
        'arrays: what the three numbers of a joint are (default: xyz; needed for joints of a detector)',
      ).choices(['xyz', 'xy-score']),
    )
    .option(
      '--labels-from <n>',
      'PYSKL, arrays: number of the first class, where labels count from 1 (default: 0)',
      wholeNumber,
    )
    .option('--seed <n>', 'seed of the synthetic set (default: 0)', wholeNumber)
    .option('--performers <n>', 'performers of the synthetic set', positiveNumber)
    .option('--replications <n>', 'takes of each action by each of them', positiveNumber)
    .action(async (name: PreparableName, flags: PrepareFlags) => {
      await guarded(flags, async (output, signal) => {
        const { benchmark, performers, replications, ...rest } = flags;
        const size = {
          ...(performers === undefined ? {} : { performers }),
          ...(replications === undefined ? {} : { replications }),
        };
        const benchmarks = benchmark?.flatMap((names) => names.split(','));
        const command = { ...rest, name, size, signal };
        const manifest = await prepare(
          { ...command, ...(benchmarks === undefined ? {} : { benchmarks }) },
          output,
        );
        output.result({ out: flags.out, ...manifest });
      });
    });
}
