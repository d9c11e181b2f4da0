import { type Command, CommanderError, type Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '@halp/cli';

/** Every option of every command with a numeric value: `<n>`, or one with a parser. */
const numeric = commandsOf(createProgram()).flatMap(([path, command]) =>
  command.options
    .filter((option) => option.argChoices === undefined)
    .filter((option) => option.flags.includes('<n>') || option.parseArg !== undefined)
    .filter((option) => option.long !== '--gpu')
    .map((option): [string, readonly string[], Option] => [
      `${path.join(' ')} ${option.long ?? ''}`,
      path,
      option,
    ]),
);

describe('a numeric option', () => {
  it('exists in most commands', () => {
    expect(numeric.length).toBeGreaterThan(15);
  });

  it.each(numeric)('%s rejects invalid numbers in one line', async (_, path, option) => {
    const wrong = ['abc', '', '1.5.2', '-1', 'NaN', '1e400'];
    // More digits than a double holds, so it would be read as another number.
    if (option.flags.includes('<n>')) wrong.push('9'.repeat(20));
    for (const text of wrong) {
      const flag = option.long as string;
      const { code, message } = await refusal([...path, `${flag}=${text}`]);
      expect([text, code]).toEqual([text, 'commander.invalidArgument']);
      expect(message).toContain(` argument '${text}' is invalid. expected `);
      expect(message).not.toContain('\n');
    }
  });

  it.each(numeric.filter(([, , option]) => option.flags.includes('<n>')))(
    '%s rejects a fraction',
    async (_, path, option) => {
      const { code } = await refusal([...path, `${option.long as string}=1.5`]);
      expect(code).toBe('commander.invalidArgument');
    },
  );
});

function commandsOf(program: Command): [readonly string[], Command][] {
  return program.commands.flatMap((command): [readonly string[], Command][] => [
    [[command.name()], command],
    ...commandsOf(command).map(([path, inner]): [readonly string[], Command] => [
      [command.name(), ...path],
      inner,
    ]),
  ]);
}

async function refusal(
  args: readonly string[],
): Promise<{ readonly code: string; readonly message: string }> {
  const program = createProgram();
  for (const [, command] of [[[], program] as const, ...commandsOf(program)]) {
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  }
  try {
    await program.parseAsync(['node', 'halp', ...args]);
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'accepted', message: '' };
}
