import { Argument, Command } from 'commander';
import { figureOf, protocolKinds } from '@halp/runs/check';
import { evaluate, type ProtocolRequest } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  classifierChange,
  type ClassifierFlags,
  classifierOptions,
} from '../terminal/classifier-options.ts';
import {
  common,
  type CommonOptions,
  guarded,
  positiveNumber,
  unitNumber,
  wholeNumber,
} from '../terminal/command-kit.ts';

interface EvaluateFlags extends CommonOptions, ClassifierFlags {
  readonly run: string;
  readonly data: string;
  readonly benchmark?: string;
  readonly epoch?: number;
  readonly k?: number;
  readonly labels?: number;
  readonly balanced?: boolean;
  readonly repeats?: number;
  readonly coordinates?: boolean;
}

/** Creates the command `halp evaluate`. */
export function evaluateCommand(): Command {
  const command = common(new Command('evaluate'), ['backend', 'modules'])
    .description('Evaluate the encoder of a run')
    .addArgument(new Argument('<protocol>', 'Evaluation protocol').choices(protocolKinds))
    .requiredOption('--run <run>', 'Folder of the run')
    .requiredOption(
      '--data <dir>',
      'Folder of the prepared data set; another one than the run’s means transfer',
    )
    .option('--benchmark <name>', 'Benchmark, such as xsub (default: from the recipe)')
    .option(
      '--epoch <n>',
      'Evaluate the checkpoint after n epochs (default: the last)',
      wholeNumber,
    )
    .option('--k <n>', 'knn: number of neighbours (default: from the recipe)', positiveNumber)
    .option(
      '--labels <fraction>',
      'semi-supervised: fraction of labels used (default: 0.1)',
      unitNumber,
    )
    .option('--balanced', 'semi-supervised: the same fraction of every class')
    .option(
      '--repeats <n>',
      'semi-supervised: number of random subsets (default: 5)',
      positiveNumber,
    );
  command.option(
    '--coordinates',
    'Compute the 1-NN baseline on coordinates even if it takes more than a minute',
  );
  return classifierOptions(command).action(
    async (protocol: ProtocolRequest['protocol'], flags: EvaluateFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, data, epoch, benchmark, k, labels, balanced, repeats } = flags;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const request: ProtocolRequest = { protocol, k, labels, balanced, repeats };
        const [evaluation] = await evaluate({
          ...{ run, data, protocols: [request], signal, allowModules: flags.allowModules },
          epoch,
          benchmark,
          coordinates: flags.coordinates,
          change: classifierChange(flags),
          onEvent: output.onEvent,
        });
        if (evaluation === undefined) return;
        const { value } = figureOf(evaluation);
        // What is large is left out here; the run folder has it.
        const large = { confusion: [], perClass: [], classes: [] };
        const { confusion: _, perClass: __, classes: ___, ...facts } = { ...large, ...evaluation };
        output.result({ [protocol]: value, backend, precision, run, ...facts });
      });
    },
  );
}
