import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '@halp/cli';
import { recipes } from '@halp/recipes';

const { commands } = createProgram();
const named = commands.map((command): [string, Command] => [command.name(), command]);

/** The help of a command as printed. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return text;
}

describe('the help of halp', () => {
  it('lists every recipe with pretrain', () => {
    const pretrain = commands.find((command) => command.name() === 'pretrain') as Command;
    const words = new Set(helpOf(pretrain).split(/\s+/));
    for (const { name } of recipes) expect(words).toContain(name);
  });

  it.each(named)(
    'of %s fits in 80 columns, with its own options before the common ones',
    (_, command) => {
      const lines = helpOf(command).split('\n');
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
      const headings = lines.filter((line) => /^\w.*:$/.test(line));
      expect(headings.indexOf('Options:')).toBeGreaterThanOrEqual(0);
      expect(headings.indexOf('Common options:')).toBeGreaterThan(headings.indexOf('Options:'));
    },
  );

  it.each(named)('of %s describes every argument and option in a phrase', (_, command) => {
    const options = command.createHelp().visibleOptions(command);
    const described = [command.description(), ...command.registeredArguments, ...options].map(
      (each) => (typeof each === 'string' ? each : each.description),
    );
    for (const text of described) expect(text).toMatch(/[^.]$/);
  });

  it.each(named)('of %s marks required arguments and options', (_, command) => {
    const text = helpOf(command).replaceAll(/\s+/g, ' ');
    const required = command.options.filter(({ mandatory }) => mandatory);
    expect(text.split('(required)')).toHaveLength(required.length + 1);
  });
});
