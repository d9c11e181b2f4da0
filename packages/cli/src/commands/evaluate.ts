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
  type ModuleFlags,
  moduleOption,
  moduleTrust,
  positiveNumber,
  unitNumber,
  wholeNumber,
} from '../terminal/command-kit.ts';

interface EvaluateFlags extends CommonOptions, ModuleFlags, ClassifierFlags {
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

/** `halp evaluate`. */
export function evaluateCommand(): Command {
  const command = moduleOption(common(new Command('evaluate'), 'evaluation'))
    .description('measure what the encoder of a run is worth')
    .addArgument(new Argument('<protocol>', 'how').choices(protocolKinds))
    .requiredOption('--run <run>', 'folder of the run')
    .requiredOption(
      '--data <dir>',
      'folder of a prepared data set; another than the run’s is transfer',
    )
    .option('--benchmark <split>', 'the split, such as xsub (default: the recipe’s)')
    .option(
      '--epoch <n>',
      'epochs of training after which (default: the last checkpoint)',
      wholeNumber,
    )
    .option('--k <n>', 'knn: neighbours that vote (default: the recipe’s)', positiveNumber)
    .option('--labels <part>', 'semi-supervised: part of the labels (default: 0.1)', unitNumber)
    .option('--balanced', 'semi-supervised: the same part of every class')
    .option(
      '--repeats <n>',
      'semi-supervised: subsets that are drawn (default: 5)',
      positiveNumber,
    );
  command.option(
    '--coordinates',
    '1-NN on coordinates beside it, also where that takes more than a minute',
  );
  return classifierOptions(command).action(
    async (protocol: ProtocolRequest['protocol'], flags: EvaluateFlags) => {
      await guarded(flags, async (output, signal) => {
        const { run, data, epoch, benchmark, k, labels, balanced, repeats } = flags;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const request: ProtocolRequest = {
          protocol,
          k,
          labels,
          balanced,
          repeats,
        };
        const [evaluation] = await evaluate({
          ...{ run, data, protocols: [request], signal, ...moduleTrust(flags) },
          epoch,
          benchmark,
          coordinates: flags.coordinates,
          change: classifierChange(flags),
          onEvent: output.onEvent,
        });
        if (evaluation === undefined) return;
        const { value } = figureOf(evaluation);
        // Of what is large the run's folder has the whole.
        const {
          confusion: _,
          perClass: __,
          classes: ___,
          ...facts
        } = {
          ...{ confusion: [], perClass: [], classes: [] },
          ...evaluation,
        };
        output.result({ [protocol]: value, backend, precision, run, ...facts });
      });
    },
  );
}
