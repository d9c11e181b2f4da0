import { Command } from 'commander';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { inspectCommand } from './commands/inspect.ts';
import { prepareCommand } from './commands/prepare.ts';
import { pretrainCommand } from './commands/pretrain.ts';
import { reportCommand } from './commands/report.ts';
import { reproduceCommand } from './commands/reproduce.ts';
import { runsCommand } from './commands/runs.ts';
import { sweepCommand } from './commands/sweep.ts';
import { verifyCommand } from './commands/verify.ts';
import { version } from './facts.ts';

/** The `halp` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('halp')
    .description('Self-supervised learning from skeletons: HaLP and its field.')
    .version(version())
    .showHelpAfterError('(halp --help lists the commands)');
  const commands = [
    prepareCommand(),
    inspectCommand(),
    verifyCommand(),
    pretrainCommand(),
    evaluateCommand(),
    reproduceCommand(),
    runsCommand(),
    reportCommand(),
    sweepCommand(),
    doctorCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
