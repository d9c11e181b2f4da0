import { createProgram } from '@halp/cli';
import type { Block, MarkdownDocument } from './markdown.ts';

/** The errors in the `halp` commands of documents. */
export interface CommandCheck {
  /** How many were checked. */
  readonly checked: number;
  /** One line for each command that the program rejects. */
  readonly problems: readonly string[];
}

/** Checks the name, the arguments and the options of every `halp` command in every shell block. */
export async function checkCommands(documents: readonly MarkdownDocument[]): Promise<CommandCheck> {
  const problems: string[] = [];
  let checked = 0;
  for (const { path, blocks } of documents) {
    for (const block of blocks.filter(isShell)) {
      for (const { words, line } of commandsIn(block)) {
        checked += 1;
        const problem = await problemOf(words);
        if (problem !== undefined) problems.push(`${path}:${line}: ${problem}`);
      }
    }
  }
  return { checked, problems };
}

/** Whether a block holds shell commands. */
export function isShell({ language }: Block): boolean {
  return language === 'sh';
}

/** The commands of a block, written as calls of `halp`. */
export function shellText({ text }: Block): string {
  return text.replaceAll('npm run -s halp --', 'halp').replaceAll('npx halp', 'halp');
}

function commandsIn(block: Block): readonly { words: readonly string[]; line: number }[] {
  const lines = shellText(block).replaceAll('\\\n', '\\ ').split('\n');
  return lines.flatMap((text, i) =>
    text
      .replace(/(^|\s)#.*$/, '')
      .split('&&')
      .map(wordsOf)
      .filter(([first]) => first === 'halp')
      .map(([, ...words]) => ({ words, line: block.line + i })),
  );
}

/** The words of a command; one in single quotes may have spaces. */
function wordsOf(command: string): string[] {
  const words = command.matchAll(/'([^']*)'|[^\s\\]+/g);
  return [...words].map(([word, quoted]) => quoted ?? word);
}

async function problemOf(words: readonly string[]): Promise<string | undefined> {
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  }
  for (const command of program.commands) command.action(() => {});
  try {
    await program.parseAsync(words, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'exitCode' in error)) throw error;
    // `--help` is in the command.
    return error.exitCode === 0 ? undefined : `halp ${words.join(' ')}: ${error.message}`;
  }
}
