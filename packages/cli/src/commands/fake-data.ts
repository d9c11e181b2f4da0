import { Argument, Command } from 'commander';
import { type DataSetName, dataSets, writeFakeData } from '@halp/data/node';
import { expectFolderPath } from '@halp/runs/check';
import { common, type CommonOptions, guarded, wholeNumber } from '../terminal/command-kit.ts';

/** Creates the command `halp fake-data`. */
export function fakeDataCommand(): Command {
  const names = dataSets.filter(({ canFake }) => canFake).map(({ name }) => name);
  return common(new Command('fake-data'))
    .description('Write a small fake data set in the raw format of a real one, to try its tables')
    .addArgument(new Argument('<dataset>', 'Data set to imitate').choices(names))
    .requiredOption('--out <dir>', 'New or empty folder')
    .option('--seed <n>', 'Random seed (default: 0)', wholeNumber)
    .action(async (name: DataSetName, flags: CommonOptions & { out: string; seed?: number }) => {
      await guarded(flags, async (output, signal) => {
        const { out, seed } = flags;
        await expectFolderPath('fake-data', out);
        const files = await writeFakeData(name, { out, seed, signal });
        output.line(`${out}: ${files} files; next: halp prepare ${name} --raw ${out} --out DIR`);
        output.result({ out, files });
      });
    });
}
