import { constants } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { readRegularFile } from '../../src/node.ts';
import { fileWithHole } from './file-with-hole.ts';
import { temporaryFolder } from './folder.ts';

const folder = temporaryFolder();

describe('a file above 2 GiB, such as a large checkpoint', () => {
  it('is refused if it is larger than an array can be', async () => {
    const path = await fileWithHole(folder.path('large'), constants.MAX_LENGTH + 1, []);
    await expect(readRegularFile(path)).rejects.toThrow(
      `${path}: expected at most ${constants.MAX_LENGTH} bytes to be read whole, got ${constants.MAX_LENGTH + 1}`,
    );
  });
});
