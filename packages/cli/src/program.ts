import { Command } from 'commander';
import { version, visible } from '@halp/runs/check';
import { classifyCommand } from './commands/classify.ts';
import { doctorCommand } from './commands/doctor.ts';
import { embedCommand } from './commands/embed.ts';
import { estimateCommand } from './commands/estimate.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { fakeDataCommand } from './commands/fake-data.ts';
import { fuseCommand } from './commands/fuse.ts';
import { importCommand } from './commands/import.ts';
import { inspectCommand } from './commands/inspect.ts';
import { layoutsCommand } from './commands/layouts.ts';
import { liveCommand } from './commands/live.ts';
import { prepareCommand } from './commands/prepare.ts';
import { pretrainCommand } from './commands/pretrain.ts';
import { recipesCommand } from './commands/recipes.ts';
import { reportCommand } from './commands/report.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { retrieveCommand } from './commands/retrieve.ts';
import { runsCommand } from './commands/runs.ts';
import { splitCommand } from './commands/split.ts';
import { sweepCommand } from './commands/sweep.ts';
import { verifyCommand } from './commands/verify.ts';
import { help } from './terminal/help.ts';
import { refuseUnknownOption } from './terminal/unknown-option.ts';

/** The `halp` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('halp')
    // Commander's messages quote the arguments.
    .configureOutput({ writeErr: (text) => process.stderr.write(visible(text)) })
    .description(
      'Self-supervised learning on skeleton sequences, from raw files to a results table',
    )
    .version(version(), '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Show this help')
    .helpCommand('help [command]', 'Show the help of a command')
    .configureHelp(help)
    .showHelpAfterError('(halp --help lists the commands)')
    .hook('preSubcommand', ({ args }, called) => {
      const copy = createProgram().commands.find((each) => each.name() === called.name());
      if (copy !== undefined) refuseUnknownOption(called, copy, args.slice(1));
    });
  for (const [heading, commands] of groups()) {
    for (const command of commands) {
      program.addCommand(
        command
          .copyInheritedSettings(program)
          .helpGroup(heading)
          .showHelpAfterError(`(halp ${command.name()} --help shows its arguments and options)`),
      );
    }
  }
  return program;
}

/** The commands in groups, in the order of the help. */
function groups(): readonly (readonly [heading: string, commands: readonly Command[]])[] {
  return [
    [
      'Data:',
      [
        ...[prepareCommand(), fakeDataCommand(), splitCommand(), inspectCommand(), verifyCommand()],
        layoutsCommand(),
      ],
    ],
    [
      'Train:',
      [recipesCommand(), pretrainCommand(), sweepCommand(), runsCommand(), doctorCommand()],
    ],
    [
      'Measure:',
      [
        ...[evaluateCommand(), fuseCommand(), reproduceCommand(), estimateCommand()],
        reportCommand(),
      ],
    ],
    [
      'Use:',
      [
        ...[classifyCommand(), liveCommand(), retrieveCommand(), embedCommand()],
        ...[importCommand(), exportCommand()],
      ],
    ],
  ];
}
