import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Makes a new folder for each test of the block and removes it afterwards. Returns paths in it. */
export function temporaryFolder(): (name?: string) => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halp-train-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (name = '') => join(folder, name);
}
