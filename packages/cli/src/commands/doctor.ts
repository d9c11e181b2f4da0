import { Command } from 'commander';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { doctor } from '../terminal/doctor.ts';

/** Creates the command `halp doctor`. */
export function doctorCommand(): Command {
  return common(new Command('doctor'), ['backend'])
    .description('Show the backend of this machine, its speed, and how to make it faster')
    .action(async (flags: CommonOptions) => {
      await guarded(flags, async (output) => output.result(await doctor(flags.backend, output)));
    });
}
