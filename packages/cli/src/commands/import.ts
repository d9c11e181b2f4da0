import { Command, Option } from 'commander';
import {
  type Normalisation,
  normalisations,
  type Preparation,
  preparationValues,
} from '@halp/data';
import { recipeFileOf } from '@halp/runs/check';
import { importCheckpoint, loadRecipe } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';

interface ImportFlags extends CommonOptions {
  readonly as: string;
  readonly out: string;
  readonly epoch?: number;
  readonly seed?: number;
  readonly normalisation?: Normalisation;
  readonly channels?: Preparation['channels'];
  readonly unit?: Preparation['unit'];
  readonly up?: Preparation['up'];
}

/** `halp import`. */
export function importCommand(): Command {
  return common(new Command('import'), 'evaluation')
    .description('make a run of a PyTorch or safetensors checkpoint, to evaluate or go on from')
    .argument('<file>', 'the checkpoint')
    .requiredOption('--as <recipe>', 'what it is a checkpoint of, such as ntu60-xsub-halp')
    .requiredOption('--out <run>', 'folder of the run that is made')
    .option('--epoch <n>', 'epochs of training that it had (default: as it says)', wholeNumber)
    .option('--seed <n>', 'names what it does not hold (default: 0)', wholeNumber)
    .addOption(
      new Option(
        '--normalisation <kind>',
        'how the clips that it learned from were normalised (default: as the recipe implies)',
      ).choices([...normalisations]),
    )
    .addOption(
      new Option('--channels <what>', 'what the three numbers of their joints are').choices([
        ...preparationValues.channels,
      ]),
    )
    .addOption(
      new Option('--unit <unit>', 'what 1 is in their coordinates').choices([
        ...preparationValues.unit,
      ]),
    )
    .addOption(
      new Option(
        '--up <axis>',
        'where up is in them (default: as the normalisation puts it)',
      ).choices([...preparationValues.up]),
    )
    .action(async (file: string, flags: ImportFlags) => {
      await guarded(flags, async (output, signal) => {
        const { out, epoch, seed, normalisation, channels, unit, up } = flags;
        const preparation = { normalisation, channels, unit, up };
        const recipe = await loadRecipe(flags.as);
        const { name: backend } = await announceBackend(flags.backend, output);
        const run = await importCheckpoint({
          ...{ file, recipe, out, signal, preparation },
          recipeFile: recipeFileOf(flags.as),
          epoch,
          seed,
          onEvent: output.onEvent,
        });
        output.result({ run: out, recipe: recipe.name, backend, ...run.manifest.importedFrom });
      });
    });
}
