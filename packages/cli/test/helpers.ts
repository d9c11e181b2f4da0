import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { vi } from 'vitest';
import { createProgram } from '@halp/cli';
import { bundled } from '@halp/testing';

/** The result of a command: its exit status and its output. */
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `halp` command in this process, which avoids the startup time. */
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

const MAIN = new URL('../src/main.ts', import.meta.url);

/** The bundled `halp` command, a program for Node. */
export function mainProgram(): Promise<string> {
  return bundled(MAIN);
}

/** Runs the `halp` command in a separate process. */
export async function halpProcess(...args: readonly string[]): Promise<Done> {
  return doneOf([await mainProgram(), ...args]);
}

/** Runs the `halp` command from its sources, as `npm run halp` does. */
export function halpFromSource(...args: readonly string[]): Promise<Done> {
  return doneOf(['--conditions=@halp/source', '--import', 'tsx', fileURLToPath(MAIN), ...args]);
}

function doneOf(args: readonly string[]): Promise<Done> {
  const child = spawn(process.execPath, args);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) =>
    child.on('close', (status) => resolve({ status: status ?? -1, stdout, stderr })),
  );
}
