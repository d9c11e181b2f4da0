import { Command } from 'commander';
import { verifyDataset } from '@halp/data/node';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { showProgress } from '../terminal/progress.ts';

/** Creates the command `halp verify`. */
export function verifyCommand(): Command {
  return common(new Command('verify'))
    .description('Check a prepared data set against its checksums')
    .argument('<dir>', 'Folder of the prepared data set')
    .action(async (dir: string, flags: CommonOptions) => {
      await guarded(flags, async (output, signal) => {
        const bar = showProgress(`verify ${dir}`, 1, output);
        const onProgress = ({ done, total }: { done: number; total: number }): void =>
          bar.update(done / total, `${done} of ${total} files`);
        try {
          const { files, problems } = await verifyDataset(dir, { onProgress, signal });
          bar.stop();
          for (const { file, reason } of problems) output.line(`${file}: ${reason}`);
          output.result({ dir, files, problems });
          if (problems.length > 0) {
            throw new Error(
              `${dir}: ${problems.length} of ${files} files do not match their checksums; prepare the data set again`,
            );
          }
          output.line(`${dir}: all ${files} files match their checksums`);
        } finally {
          bar.stop();
        }
      });
    });
}
