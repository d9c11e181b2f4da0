import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { openDataset } from '@halp/data/node';
import { datasetForTraining, type Recipe } from '@halp/recipes';
import { recipeFileOf } from '@halp/runs/check';
import { importCheckpoint, loadRecipe, pretrain, type PretrainOptions } from '@halp/runs/node';
import { openRun, type RunFolder } from '@halp/train/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  common,
  type CommonOptions,
  guarded,
  type ModuleFlags,
  moduleOption,
  moduleTrust,
  positiveNumber,
  wholeNumber,
} from '../terminal/command-kit.ts';
import type { ListeningOutput } from '../terminal/listen.ts';

interface PretrainFlags extends CommonOptions, ModuleFlags {
  readonly data: string;
  readonly out: string;
  readonly epochs?: number;
  readonly seed?: number;
  readonly knnEvery?: number;
  readonly probeEvery?: number;
  readonly resume?: boolean;
  readonly workers?: number;
  readonly saveEvery?: number;
  readonly keepRecent?: number;
  readonly init?: string;
  readonly initEpoch?: number;
}

/** `halp pretrain`. */
export function pretrainCommand(): Command {
  return moduleOption(common(new Command('pretrain'), 'training'))
    .description('train an encoder without labels')
    .argument('<recipe>', 'what to train: a name, or the path of a module that exports `recipe`')
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .requiredOption('--out <run>', 'folder of the run')
    .option('--epochs <n>', 'epochs after which to stop (default: the recipe’s)', positiveNumber)
    .option('--seed <n>', 'names every random number of the run (default: 0)', wholeNumber)
    .option('--knn-every <n>', 'epochs between two kNN accuracies for the log', positiveNumber)
    .option(
      '--probe-every <n>',
      'epochs between two measurements of the embeddings, 0 for none (default: one in 50 steps at most)',
      wholeNumber,
    )
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
    .option(
      '--init <run|file>',
      'begin from a run without HaLP of the same seed, or from a PyTorch or safetensors checkpoint',
    )
    .option('--init-epoch <n>', 'the epochs of --init after which (default: its last)', wholeNumber)
    .option('--resume', 'continue the run that is in --out')
    .action(async (name: string, flags: PretrainFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, out, epochs, knnEvery, probeEvery, workers, saveEvery, keepRecent } = flags;
        const { resume = false } = flags;
        const seed = flags.seed ?? (resume ? (await openRun(out)).manifest.seed : 0);
        const recipe = await loadRecipe(name);
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const options = {
          ...{ recipe, data, out, seed, signal, ...moduleTrust(flags) },
          recipeFile: recipeFileOf(name),
        };
        const run = await pretrain({
          ...options,
          ...(resume ? { resume } : await beginning(flags, options, output)),
          epochs,
          knnEvery,
          probeEvery,
          workers,
          saveEvery,
          keepRecent,
          onEvent: output.onEvent,
        });
        const last = run.log.at(-1);
        output.line(
          `${out}: ${last === undefined ? 0 : last.epoch + 1} epochs; next: halp evaluate knn --run ${out} --data ${data}`,
        );
        output.result({ run: out, recipe: recipe.name, seed, backend, precision, ...last });
      });
    });
}

/** How a run begins that has something to begin from. */
async function beginning(
  { init, initEpoch, out, data }: PretrainFlags,
  options: Pick<PretrainOptions, 'recipe' | 'recipeFile'> & { readonly seed: number },
  output: ListeningOutput,
): Promise<Pick<PretrainOptions, 'resume' | 'branch'>> {
  if (init === undefined) return {};
  if ((await stat(init)).isDirectory()) {
    const epoch = initEpoch ?? (await lastEpoch(await openRun(init)));
    output.line(`begins from ${init} after ${epoch} epochs`);
    return { branch: { run: init, epoch } };
  }
  await expectTrainable(options.recipe, data);
  const source = { file: init, epoch: initEpoch, onEvent: output.onEvent };
  await importCheckpoint({ ...options, ...source, out });
  return { resume: true };
}

/** Before a file becomes a run folder: what it is to be trained on must be there and fit the recipe. */
async function expectTrainable(recipe: Recipe, data: string): Promise<void> {
  const dataset = await openDataset(data, { benchmark: recipe.data.benchmark, part: 'train' });
  try {
    datasetForTraining(recipe, dataset);
  } finally {
    await dataset.close();
  }
}

/** The epochs of a run's last checkpoint; where that stands inside an epoch, those of its log, after which there is none. */
async function lastEpoch(run: RunFolder): Promise<number> {
  const logged = (run.log.at(-1)?.epoch ?? -1) + 1;
  return Math.max(logged, (await run.checkpoints()).at(-1)?.epoch ?? 0);
}
