import { Command } from 'commander';
import { recipes } from '@halp/recipes';
import { recipeFileOf } from '@halp/runs/check';
import { loadRecipe, pretrain } from '@halp/runs/node';
import { openRun } from '@halp/train/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  common,
  type CommonOptions,
  guarded,
  positiveNumber,
  wholeNumber,
} from '../terminal/command-kit.ts';
import { trainedText } from '../terminal/trained-text.ts';

interface PretrainFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly epochs?: number;
  readonly seed?: number;
  readonly knnEvery?: number;
  readonly probeEvery?: number;
  readonly gradientEvery?: number;
  readonly resume?: boolean;
  readonly workers?: number;
  readonly saveEvery?: number;
  readonly keepRecent?: number;
  readonly init?: string;
  readonly initEpoch?: number;
}

/** Creates the command `halp pretrain`. */
export function pretrainCommand(): Command {
  return common(new Command('pretrain'), ['backend', 'modules'])
    .description('Train an encoder without labels')
    .argument('<recipe>', 'Recipe name (listed below), or path of a module that exports `recipe`')
    .requiredOption('--data <dir>', 'Folder of the prepared data set')
    .requiredOption('--out <run>', 'Folder for the run')
    .option('--epochs <n>', 'Number of epochs (default: from the recipe)', positiveNumber)
    .option('--seed <n>', 'Random seed (default: 0)', wholeNumber)
    .option(
      '--knn-every <n>',
      'Log the kNN accuracy every n epochs (default: never)',
      positiveNumber,
    )
    .option(
      '--probe-every <n>',
      'Log uniformity and RankMe every n epochs; 0: never (default: at most every 50 steps)',
      wholeNumber,
    )
    .option(
      '--gradient-every <n>',
      'Log norms and cosines of the gradients of the loss terms every n epochs (default: never)',
      positiveNumber,
    )
    .option(
      '--workers <n>',
      'Threads that load and augment clips (default: depends on the data set size)',
      wholeNumber,
    )
    .option('--save-every <n>', 'Save a checkpoint every n epochs (default: 10)', positiveNumber)
    .option(
      '--keep-recent <k>',
      'Number of earlier checkpoints to keep besides the last and the best (default: 0)',
      wholeNumber,
    )
    .option(
      '--init <run|file>',
      'Start from a run without HaLP and with the same seed, or from a PyTorch or safetensors file',
    )
    .option(
      '--init-epoch <n>',
      'Start from --init after n epochs (default: its last checkpoint)',
      wholeNumber,
    )
    .option('--resume', 'Resume the run in --out')
    .addHelpText('after', `\nRecipes:\n${recipeList()}`)
    .action(async (name: string, flags: PretrainFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, epochs, knnEvery, probeEvery, workers, saveEvery, keepRecent } = flags;
        const { resume = false, gradientEvery } = flags;
        if (resume && flags.init !== undefined) {
          throw new RangeError(
            'pretrain: expected --init for a new run only, got it with --resume; leave one of them out',
          );
        }
        const seed = flags.seed ?? (resume ? (await openRun(out)).manifest.seed : 0);
        const recipe = await loadRecipe(name);
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const options = {
          ...{ recipe, data, out, seed, signal, allowModules: flags.allowModules },
          recipeFile: recipeFileOf(name),
        };
        const started = performance.now();
        const run = await pretrain({
          ...options,
          resume,
          init: flags.init === undefined ? undefined : { from: flags.init, epoch: flags.initEpoch },
          epochs,
          knnEvery,
          probeEvery,
          gradientEvery,
          workers,
          saveEvery,
          keepRecent,
          onEvent: output.onEvent,
        });
        const last = run.log.at(-1);
        const seconds = (performance.now() - started) / 1000;
        output.line(trainedText({ run: out, data, recipe, last, seconds }));
        output.result({ run: out, recipe: recipe.name, seed, backend, precision, ...last });
      });
    });
}

/** The names of all recipes, in lines of at most 80 characters. */
function recipeList(): string {
  const names = recipes.map(({ name }) => name).join(' ');
  return names.replaceAll(/(.{1,78})( |$)/g, '  $1\n').trimEnd();
}
