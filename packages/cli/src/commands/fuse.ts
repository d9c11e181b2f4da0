import { Argument, Command, Option } from 'commander';
import { expectFilePath, writeOut } from '@halp/runs/check';
import { fuse, type FuseOptions, fusible, fusionLevels } from '@halp/runs/node';
import { announceBackend } from '../terminal/announce-backend.ts';
import {
  classifierChange,
  type ClassifierFlags,
  classifierOptions,
} from '../terminal/classifier-options.ts';
import { common, type CommonOptions, guarded, weightList } from '../terminal/command-kit.ts';

interface FuseFlags extends CommonOptions, ClassifierFlags {
  readonly data: string;
  readonly weights?: readonly number[];
  readonly level: NonNullable<FuseOptions['level']>;
  readonly benchmark?: string;
  readonly out?: string;
}

/** Creates the command `halp fuse`. */
export function fuseCommand(): Command {
  const command = common(new Command('fuse'), ['backend', 'modules'])
    .description('Evaluate several runs together, such as those of joint, motion and bone')
    .addArgument(new Argument('<protocol>', 'Evaluation protocol').choices([...fusible]))
    .argument('<runs...>', 'Folders of the runs')
    .requiredOption(
      '--data <dir>',
      'Folder of the prepared data set; another one than the runs’ means transfer',
    )
    .option(
      '--weights <list>',
      'Weight of each run, such as 0.6,0.6,0.4 (default: equal weights)',
      weightList,
    )
    .addOption(
      new Option(
        '--level <what>',
        'scores: fuse the results of each run; features: average features (knn) or train jointly (linear)',
      )
        .choices([...fusionLevels])
        .default('scores'),
    )
    .option('--benchmark <name>', 'Benchmark, such as xsub (default: from the recipe)')
    .option('--out <file>', 'Also write the result to a JSON file');
  return classifierOptions(command).action(
    async (protocol: FuseOptions['protocol'], runs: readonly string[], flags: FuseFlags) => {
      await guarded(flags, async (output, signal) => {
        const { data, level, weights, benchmark, out } = flags;
        if (out !== undefined) await expectFilePath('fuse', out);
        const { name: backend, precision } = await announceBackend(flags.backend, output);
        const evaluation = await fuse({
          ...{
            runs,
            data,
            protocol,
            level,
            signal,
            change: classifierChange(flags),
            allowModules: flags.allowModules,
          },
          weights,
          benchmark,
          onEvent: output.onEvent,
        });
        if (out !== undefined) {
          await writeOut(out, `${JSON.stringify(evaluation, null, 2)}\n`);
        }
        const { confusion: _, perClass: __, classes: ___, ...facts } = evaluation;
        output.result({ [protocol]: evaluation.accuracy, backend, precision, ...facts });
      });
    },
  );
}
