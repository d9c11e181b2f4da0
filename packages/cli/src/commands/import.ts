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

/** Creates the command `halp import`. */
export function importCommand(): Command {
  return common(new Command('import'), ['backend'])
    .description('Convert a PyTorch or safetensors checkpoint into a run')
    .argument('<file>', 'Checkpoint file')
    .requiredOption('--as <recipe>', 'Recipe of the checkpoint, such as ntu60-xsub-halp')
    .requiredOption('--out <run>', 'Folder for the new run')
    .option(
      '--epoch <n>',
      'Epochs it was trained for (default: from the file, else 0)',
      wholeNumber,
    )
    .option('--seed <n>', 'Random seed of what the file lacks (default: 0)', wholeNumber)
    .addOption(
      new Option(
        '--normalisation <kind>',
        'Normalisation of its training clips (default: implied by the recipe)',
      ).choices([...normalisations]),
    )
    .addOption(
      new Option('--channels <what>', 'What the three numbers of a joint are in them').choices([
        ...preparationValues.channels,
      ]),
    )
    .addOption(
      new Option('--unit <unit>', 'Unit of their coordinates').choices([...preparationValues.unit]),
    )
    .addOption(
      new Option(
        '--up <axis>',
        'Axis that points up in them (default: implied by the normalisation)',
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
