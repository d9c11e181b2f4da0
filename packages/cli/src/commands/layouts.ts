import { Command } from 'commander';
import { layoutNames, layoutOf } from '@halp/skeleton';
import { common, type CommonOptions, guarded } from '../terminal/command-kit.ts';

/** Creates the command `halp layouts`. */
export function layoutsCommand(): Command {
  return common(new Command('layouts'))
    .description('List the built-in layouts with their joints in order')
    .action(async (flags: CommonOptions) => {
      await guarded(flags, async (output) => {
        const layouts = layoutNames.map((name) => ({ name, joints: layoutOf(name).joints }));
        for (const { name, joints } of layouts) {
          const list = joints.map((joint, v) => `${v} ${joint}`).join(' · ');
          output.line(`${name}, ${joints.length} joints: ${list}`);
        }
        output.result({ layouts });
      });
    });
}
