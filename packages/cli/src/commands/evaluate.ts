import { Argument, Command } from 'commander';
import { common, guarded, wholeNumber, type CommonOptions } from '../command-kit.ts';
import { evaluate, type Protocol } from '../evaluate.ts';
import { startBackend } from '../start-backend.ts';

/** `halp evaluate`. */
export function evaluateCommand(): Command {
  return common(new Command('evaluate'), 'evaluation')
    .description('measure what the frozen encoder of a run is worth')
    .addArgument(new Argument('<protocol>', 'how').choices(['knn', 'linear']))
    .requiredOption('--run <run>', 'folder of the run')
    .requiredOption('--data <dir>', 'folder of the prepared data set')
    .option(
      '--epoch <n>',
      'epochs of training after which (default: the last checkpoint)',
      wholeNumber,
    )
    .action(
      async (
        protocol: Protocol,
        flags: CommonOptions & { run: string; data: string; epoch?: number },
      ) => {
        await guarded(flags, async (output) => {
          const { run, data, epoch } = flags;
          const { name: backend } = await startBackend(flags.backend, output);
          const options = {
            run,
            data,
            protocols: [protocol],
            ...(epoch === undefined ? {} : { epoch }),
          };
          const [evaluation] = await evaluate(options, output);
          output.result({
            [protocol]: evaluation?.accuracy,
            backend,
            seed: evaluation?.seed,
            run,
            epoch: evaluation?.epoch,
            recipe: evaluation?.recipe,
            selection: evaluation?.selection,
            settings: evaluation?.settings,
            counts: evaluation?.counts,
          });
        });
      },
    );
}
