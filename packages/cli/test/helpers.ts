import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram, type Output } from '@halp/cli';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, vi } from 'vitest';

/** An output that remembers. */
export interface CollectedOutput extends Output {
  readonly lines: string[];
  readonly results: unknown[];
}

export function collectedOutput(): CollectedOutput {
  const lines: string[] = [];
  const results: unknown[] = [];
  return {
    lines,
    results,
    line: (text) => lines.push(text),
    result: (value) => results.push(value),
  };
}

/** A folder that is removed after the work. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'halp-cli-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder for all tests of a file, removed after them. */
export function keptFolder(): () => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Sets a variable of the environment for the tests of a file, and puts it back after them. */
export function environmentOf(name: string, value: string): void {
  beforeAll(() => void vi.stubEnv(name, value));
  afterAll(() => void vi.unstubAllEnvs());
}

/** Every file below a folder with its contents: what must not change when a command is refused. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const pairs = files
    .sort()
    .map(async (file) => [relative(folder, file), await readFile(file, 'base64')] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

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
