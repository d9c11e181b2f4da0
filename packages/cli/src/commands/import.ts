import { Command } from 'commander';
import { common, guarded, wholeNumber, type CommonOptions } from '../command-kit.ts';
import { importCheckpoint } from '../import-checkpoint.ts';
import { loadRecipe, recipeFileOf } from '../load-recipe.ts';
import { startBackend } from '../start-backend.ts';

interface ImportFlags extends CommonOptions {
  readonly as: string;
  readonly out: string;
  readonly epoch?: number;
  readonly seed?: number;
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
    .action(async (file: string, flags: ImportFlags) => {
      await guarded(flags, async (output, signal) => {
        const { out, epoch, seed } = flags;
        const recipe = await loadRecipe(flags.as);
        const { name: backend } = await startBackend(flags.backend, output);
        const run = await importCheckpoint(
          {
            ...{ file, recipe, out, signal, ...recipeFileOf(flags.as) },
            ...(epoch === undefined ? {} : { epoch }),
            ...(seed === undefined ? {} : { seed }),
          },
          output,
        );
        output.result({ run: out, recipe: recipe.name, backend, ...run.manifest.importedFrom });
      });
    });
}
