import { recipeNamed, recipes } from '@halp/recipes';
import { openRun } from '@halp/train/node';
import { Argument, Command } from 'commander';
import {
  common,
  guarded,
  positiveNumber,
  wholeNumber,
  type CommonOptions,
} from '../command-kit.ts';
import { pretrain } from '../pretrain.ts';
import { startBackend } from '../start-backend.ts';

interface PretrainFlags extends CommonOptions {
  readonly data: string;
  readonly out: string;
  readonly epochs?: number;
  readonly seed?: number;
  readonly knnEvery?: number;
  readonly resume?: boolean;
  readonly workers?: number;
  readonly saveEvery?: number;
  readonly keepRecent?: number;
}

/** `halp pretrain`. */
export function pretrainCommand(): Command {
  return common(new Command('pretrain'), 'training')
    .description('train an encoder without labels')
    .addArgument(new Argument('<recipe>', 'what to train').choices(recipes.map(({ name }) => name)))
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .requiredOption('--out <run>', 'folder of the run')
    .option('--epochs <n>', 'epochs after which to stop (default: the recipe’s)', positiveNumber)
    .option('--seed <n>', 'names every random number of the run (default: 0)', wholeNumber)
    .option('--knn-every <n>', 'epochs between two kNN accuracies for the log', positiveNumber)
    .option(
      '--workers <n>',
      'threads that read and augment clips (default: by the data set)',
      wholeNumber,
    )
    .option('--save-every <n>', 'epochs between two checkpoints (default: 10)', positiveNumber)
    .option(
      '--keep-recent <k>',
      'checkpoints of earlier epochs kept besides the last and the best (default: 0)',
      wholeNumber,
    )
    .option('--resume', 'continue the run that is in --out')
    .action(async (name: string, flags: PretrainFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, epochs, knnEvery, workers, saveEvery, keepRecent } = flags;
        const { resume = false } = flags;
        const seed = flags.seed ?? (resume ? (await openRun(out)).manifest.seed : 0);
        const { name: backend } = await startBackend(flags.backend, output);
        const options = { recipe: recipeNamed(name), data, out, seed, resume, signal };
        const run = await pretrain(
          {
            ...options,
            ...(epochs === undefined ? {} : { epochs }),
            ...(knnEvery === undefined ? {} : { knnEvery }),
            ...(workers === undefined ? {} : { workers }),
            ...(saveEvery === undefined ? {} : { saveEvery }),
            ...(keepRecent === undefined ? {} : { keepRecent }),
          },
          output,
        );
        const last = run.log.at(-1);
        output.line(
          `${out}: ${last === undefined ? 0 : last.epoch + 1} epochs; next: halp evaluate knn --run ${out} --data ${data}`,
        );
        output.result({ run: out, recipe: name, seed, backend, ...last });
      });
    });
}
