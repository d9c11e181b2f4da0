import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { eventText, type RunEvent } from '@halp/runs/node';
import { type Output } from '../../cli/src/terminal/output.ts';

/** An output that stores events and lines. */
export interface CollectedOutput extends Output {
  readonly lines: string[];
  readonly results: unknown[];
  readonly onEvent: (event: RunEvent) => void;
}

export function collectedOutput(): CollectedOutput {
  const lines: string[] = [];
  const results: unknown[] = [];
  return {
    lines,
    results,
    line: (text) => lines.push(text),
    result: (value) => results.push(value),
    onEvent(event) {
      if (event.kind === 'step' || event.kind === 'epoch') return;
      lines.push(...eventText(event).split('\n'));
    },
  };
}

/** Runs `work` with a temporary folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'halp-cli-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder shared by all tests of a file, removed after them. */
export function keptFolder(): () => string {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** Sets an environment variable for the tests of a file, and restores it after them. */
export function environmentOf(name: string, value: string): void {
  beforeAll(() => void vi.stubEnv(name, value));
  afterAll(() => void vi.unstubAllEnvs());
}

/** Every file in a folder with its contents, to check that a rejected command changes nothing. */
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
