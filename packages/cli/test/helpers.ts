import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createProgram } from '@halp/cli';
import { CommanderError } from 'commander';
import { vi } from 'vitest';

/** What a command did: its exit status and what it wrote. */
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The `halp` command in this process, which takes no second to start. */
export async function halp(...args: readonly string[]): Promise<Done> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const program = createProgram();
    for (const command of [program, ...program.commands]) command.exitOverride();
    await program.parseAsync(args, { from: 'user' });
    return { status: process.exitCode, ...written };
  } catch (error) {
    if (error instanceof CommanderError) return { status: error.exitCode, ...written };
    throw error;
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What Node is told to be the `halp` command. */
export const MAIN_ARGUMENTS: readonly string[] = [
  ...['--conditions=@halp/source', '--import', 'tsx'],
  MAIN,
];

/** The `halp` command as a process of its own. */
export function halpProcess(...args: readonly string[]): Promise<Done> {
  const child = spawn(process.execPath, [...MAIN_ARGUMENTS, ...args]);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) =>
    child.on('close', (status) => resolve({ status: status ?? -1, stdout, stderr })),
  );
}
