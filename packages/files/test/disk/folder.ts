import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A new folder for every test of the block, removed after it. */
export function temporaryFolder(): { path(name?: string): string; names(): Promise<string[]> } {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return {
    path: (name = '') => join(folder, name),
    names: async () => (await readdir(folder)).sort(),
  };
}
