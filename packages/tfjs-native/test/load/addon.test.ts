import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileAddon } from '../../src/index.ts';

// Compiled add-ons are tested in the long lane.
it('compileAddon reports a missing library, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halp-addon-'));
  const cache = join(folder, 'cache');
  await mkdir(cache);
  const addon = { name: 'test-addon', folder, sources: ['addon.cc'] };
  await expect(compileAddon(addon, { cache })).rejects.toThrow(
    `expected TensorFlow's library in ${cache}`,
  );
  expect(await readdir(cache)).toEqual([]);
  await rm(folder, { recursive: true });
});
