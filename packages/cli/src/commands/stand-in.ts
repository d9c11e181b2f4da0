import { expectFolderPath } from '@halp/runs/check';
import { standIns, writeStandIn, type StandInName } from '@halp/data/node';
import { Argument, Command } from 'commander';
import { common, guarded, wholeNumber, type CommonOptions } from '../terminal/command-kit.ts';

/** `halp stand-in`. */
export function standInCommand(): Command {
  return common(new Command('stand-in'), 'none')
    .description('write small made-up raw files in the format of a benchmark, to try its tables')
    .addArgument(new Argument('<benchmark>', 'whose format').choices(standIns))
    .requiredOption('--out <dir>', 'a new or empty folder')
    .option('--seed <n>', 'which made-up clips (default: 0)', wholeNumber)
    .action(async (name: StandInName, flags: CommonOptions & { out: string; seed?: number }) => {
      await guarded(flags, async (output, signal) => {
        const { out, seed } = flags;
        await expectFolderPath('stand-in', out);
        const files = await writeStandIn(name, {
          out,
          signal,
          ...(seed === undefined ? {} : { seed }),
        });
        output.line(`${out}: ${files} files; next: halp prepare ${name} --raw ${out} --out DIR`);
        output.result({ out, files });
      });
    });
}
