import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '@halp/cli';
import { recipes } from '@halp/recipes';
import { type LayoutName, layoutNames, layoutOf } from '@halp/skeleton';
import { halp } from './helpers.ts';

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

  it('has every command in one group, in the order of the work', () => {
    const text = helpOf(createProgram());
    const headings = [...text.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Options', 'Data', 'Train', 'Measure', 'Use', 'Commands']);
    const help = text.slice(text.indexOf('\nCommands:'));
    expect(help).toMatch(/^\nCommands:\n {2}help \[command\]/);
  });
});

describe('a command without a required argument or option', () => {
  it.each([
    ['pretrain', ['pretrain'], "required option '--data <dir>' not specified"],
    ['verify', ['verify'], "missing required argument 'dir'"],
  ])('refers to the help of %s', async (name, args, message) => {
    const { status, stderr } = await halp(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`(halp ${name} --help shows its arguments and options)`);
  });
});

describe('an unknown option', () => {
  it.each([
    [['evaluate', 'knn', '--run', 'r', '--dta', 'd'], '--dta', '--data'],
    [['classify', 'a.skeleton', '--run', 'r', '--tpo=5'], '--tpo', '--top'],
    [['pretrain', '--ephocs', '-1'], '--ephocs', '--epochs'],
  ])(
    'is named, with the most similar one, before a missing option: %j',
    async (args, got, meant) => {
      const { status, stderr } = await halp(...args);
      expect(status).toBe(1);
      expect(stderr).toContain(`error: unknown option '${got}'\n(Did you mean ${meant}?)`);
      expect(stderr).toContain(`(halp ${args[0] ?? ''} --help shows its arguments and options)`);
    },
  );

  it('is refused without a proposal if none is similar; an invalid value is reported once', async () => {
    const { stderr } = await halp('runs', '-x');
    expect(stderr).toContain("error: unknown option '-x'\n(halp runs");
    const invalid = await halp('evaluate', 'knn', '--ways', '-1');
    expect(invalid.stderr.match(/error: /g)).toHaveLength(1);
    expect(invalid.stderr).toContain("argument '-1' is invalid");
  });
});

describe('lists', () => {
  it('has the recipes, or those with a part of their name', async () => {
    const all = JSON.parse((await halp('recipes', '--json')).stdout) as { recipes: unknown[] };
    expect(all.recipes).toHaveLength(recipes.length);
    const some = await halp('recipes', 'ntu120-xset', '--json');
    const names = recipes.map(({ name }) => name).filter((name) => name.includes('ntu120-xset'));
    expect(names.length).toBeGreaterThan(1);
    const found = (JSON.parse(some.stdout) as { recipes: { name: string }[] }).recipes;
    expect(found.map(({ name }) => name)).toEqual(names);
    expect((await halp('recipes', 'synthetic-hal')).stderr).toMatch(
      /^recipe +data +benchmark +stream +encoder +objective +epochs\nsynthetic-halp +synthetic +xsub +joint +bigru +halp +30\n$/,
    );
    const none = await halp('recipes', 'nothing');
    expect(none).toMatchObject({ status: 1, stdout: '' });
    expect(none.stderr).toContain("got 'nothing'; halp recipes lists all");
  });

  it('has the joints of every layout in order', async () => {
    const { stderr, stdout } = await halp('layouts', '--json');
    expect(stderr).toContain('kinect-v1, 20 joints: 0 hip centre · 1 spine');
    const { layouts } = JSON.parse(stdout) as { layouts: { name: LayoutName; joints: string[] }[] };
    expect(layouts.map(({ name }) => name)).toEqual([...layoutNames]);
    for (const { name, joints } of layouts) expect(joints).toEqual(layoutOf(name).joints);
  });
});
