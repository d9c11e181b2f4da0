import { Command } from 'commander';
import { addSplits, readSplits } from '@halp/data/node';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { showProgress } from '../terminal/progress.ts';

/** Creates the command `halp split`. */
export function splitCommand(): Command {
  return common(new Command('split'))
    .description('Add other splits of the clips of a prepared data set, as further benchmarks')
    .argument('<dir>', 'Folder of the prepared data set')
    .argument('<file>', 'JSON file with the splits by name: { NAME: { from, train, test } }')
    .action(async (dir: string, file: string, flags: CommonOptions) => {
      await guarded(flags, async (output, signal) => {
        const splits = await readSplits(file);
        const bar = showProgress(`split ${dir}`, 1, output);
        const onProgress = ({ done, total }: { done: number; total: number }): void =>
          bar.update(done / total, `${done} of ${total} clips`);
        try {
          const { manifest, notes } = await addSplits(dir, splits, { onProgress, signal });
          bar.stop();
          for (const note of notes) output.line(`note: ${note}`);
          for (const name of Object.keys(splits)) {
            const clips = manifest.benchmarks[name];
            if (clips === undefined) continue;
            output.line(`${dir}: ${name}, ${clips.train.clips} train / ${clips.test.clips} test`);
          }
          output.result({ dir, ...manifest });
        } finally {
          bar.stop();
        }
      });
    });
}
