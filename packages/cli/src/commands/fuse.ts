import { Argument, Command, Option } from 'commander';
import { writeFileAtomic } from '@halp/files/node';
import { fusible, fusionLevels } from '@halp/runs/check';
import { fuse, type FuseOptions } from '@halp/runs/node';
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
  weightList,
} from '../terminal/command-kit.ts';

interface FuseFlags extends CommonOptions, ModuleFlags, ClassifierFlags {
  readonly data: string;
  readonly weights?: readonly number[];
  readonly level: NonNullable<FuseOptions['level']>;
  readonly benchmark?: string;
  readonly out?: string;
}

/** `halp fuse`. */
export function fuseCommand(): Command {
  const command = moduleOption(common(new Command('fuse'), 'evaluation'))
    .description(
      'measure what several runs are worth together, such as those of joint, motion and bone',
    )
    .addArgument(new Argument('<protocol>', 'how').choices([...fusible]))
    .argument('<runs...>', 'folders of the runs')
    .requiredOption(
      '--data <dir>',
      'folder of a prepared data set; another than the runs’ is transfer',
    )
    .option(
      '--weights <list>',
      'how much each run counts, such as 0.6,0.6,0.4 (default: all alike)',
      weightList,
    )
    .addOption(
      new Option(
        '--level <what>',
        'what is fused; features: neighbours of their mean, classifiers trained together',
      )
        .choices([...fusionLevels])
        .default('scores'),
    )
    .option('--benchmark <split>', 'the split, such as xsub (default: the recipe’s)')
    .option('--out <file>', 'write the evaluation as JSON');
  return classifierOptions(command).action(
    async (protocol: FuseOptions['protocol'], runs: readonly string[], flags: FuseFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, level, weights, benchmark, out } = flags;
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const evaluation = await fuse({
          ...{
            runs,
            data,
            protocol,
            level,
            signal,
            change: classifierChange(flags),
            ...moduleTrust(flags),
          },
          weights,
          benchmark,
          onEvent: output.onEvent,
        });
        if (out !== undefined) {
          await writeFileAtomic(out, `${JSON.stringify(evaluation, null, 2)}\n`);
        }
        const { confusion: _, perClass: __, classes: ___, ...facts } = evaluation;
        output.result({ [protocol]: evaluation.accuracy, backend, precision, ...facts });
      });
    },
  );
}
