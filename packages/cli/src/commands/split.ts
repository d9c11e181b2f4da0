import { Command } from 'commander';
import { addSplits, readSplits, removeSplits } from '@halp/data/node';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';
import { showProgress } from '../terminal/progress.ts';

interface SplitFlags extends CommonOptions {
  readonly remove?: readonly string[];
}

/** Creates the command `halp split`. */
export function splitCommand(): Command {
  return common(new Command('split'))
    .description(
      'Add other splits of the clips of a prepared data set, as further benchmarks, or remove them',
    )
    .argument('<dir>', 'Folder of the prepared data set')
    .argument('[file]', 'JSON file with the splits by name: { NAME: { from, train, test } }')
    .option('--remove <names...>', 'Remove splits that were added, in place of a file')
    .action(async (dir: string, file: string | undefined, flags: SplitFlags) => {
      await guarded(flags, async (output, signal) => {
        const { remove } = flags;
        if ((file === undefined) === (remove === undefined)) {
          const got = file === undefined ? 'neither' : 'both';
          throw new RangeError(
            `split: expected a file with splits, or --remove NAME, got ${got}; give one of them`,
          );
        }
        if (remove !== undefined) {
          const manifest = await removeSplits(dir, remove, { signal });
          output.line(`${dir}: removed ${remove.join(', ')}`);
          output.result({ dir, ...manifest });
          return;
        }
        if (file === undefined) return;
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
