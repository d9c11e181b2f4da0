import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { nearestName } from '@halp/random/check';
import {
  protocolKinds,
  type ProtocolModuleOptions,
  type ProtocolRequest,
  type RequestSetting,
  type RequestSettings,
  requestSettings,
  requestSettingsIn,
} from '@halp/recipes';
import { isModulePath } from '@halp/runs/check';
import { evaluate, figureOf } from '@halp/runs/node';
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

interface EvaluateFlags extends CommonOptions, ClassifierFlags, RequestSettings {
  readonly run: string;
  readonly data: string;
  readonly benchmark?: string;
  readonly epoch?: number;
  readonly options?: ProtocolModuleOptions;
  readonly coordinates?: boolean;
}

/** The option of each setting of a request. */
const settingOptions: Readonly<Record<RequestSetting, () => Option>> = {
  k: () =>
    new Option('--k <n>', 'knn: number of neighbours (default: from the recipe)').argParser(
      positiveNumber,
    ),
  labels: () =>
    new Option(
      '--labels <fraction>',
      'semi-supervised: fraction of labels used (default: 0.1)',
    ).argParser(unitNumber),
  balanced: () => new Option('--balanced', 'semi-supervised: the same fraction of every class'),
  repeats: () =>
    new Option('--repeats <n>', 'semi-supervised: number of random subsets (default: 5)').argParser(
      positiveNumber,
    ),
  ways: () =>
    new Option('--ways <n>', 'few-shot: classes of an episode (default: 5)').argParser(
      positiveNumber,
    ),
  shots: () =>
    new Option('--shots <n>', 'few-shot: labelled clips of each class (default: 1)').argParser(
      positiveNumber,
    ),
};

/** Creates the command `halp evaluate`. */
export function evaluateCommand(): Command {
  const command = common(new Command('evaluate'), ['backend', 'modules'])
    .description('Evaluate the encoder of a run')
    .addArgument(
      new Argument(
        '<protocol>',
        `${protocolKinds.join(', ')}, or the path of a module of your own`,
      ).argParser(protocolNamed),
    )
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
    );
  for (const option of requestSettings) command.addOption(settingOptions[option]());
  command.option(
    '--options <json>',
    'own protocol: its options, such as \'{ "bins": 15 }\' (default: none)',
    optionsOf,
  );
  command.option(
    '--coordinates',
    'Compute the 1-NN baseline on coordinates even if it takes more than a minute',
  );
  return classifierOptions(command).action(async (name: string, flags: EvaluateFlags) => {
    await guarded(flags, async (output, signal) => {
      const { run, data, epoch, benchmark } = flags;
      const { name: backend, precision } = await announceBackend(flags.backend, output);
      const protocol = requested(name, flags);
      const request: ProtocolRequest = { protocol, ...requestSettingsIn(flags) };
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
      output.result({ [name]: value, backend, precision, run, ...facts });
    });
  });
}

/** The name of a protocol, or the path of a module. */
function protocolNamed(name: string): string {
  if (isModulePath(name) || protocolKinds.some((kind) => kind === name)) return name;
  const near = nearestName(name, protocolKinds);
  throw new InvalidArgumentError(
    `expected ${protocolKinds.join(', ')}, or the path of a .ts or .js module` +
      `${near === undefined ? '' : `; did you mean '${near}'?`}`,
  );
}

function optionsOf(json: string): ProtocolModuleOptions {
  let options: unknown;
  try {
    options = JSON.parse(json);
  } catch {
    // Refused below.
  }
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    return options as ProtocolModuleOptions;
  }
  throw new InvalidArgumentError('expected an object as JSON');
}

function requested(name: string, { options }: EvaluateFlags): ProtocolRequest['protocol'] {
  const kind = protocolKinds.find((each) => each === name);
  if (kind === undefined) return { kind: 'module', module: name, options: options ?? {} };
  if (options === undefined) return kind;
  throw new RangeError(
    `expected --options for a protocol of your own only, got it for ${kind}; leave it out`,
  );
}
