import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FormatError } from '@halp/files';
import { readRunStart, writeRunStart } from '../../src/node.ts';

it('the start of a run round-trips, and is undefined for a run without one', async () => {
  const run = await mkdtemp(join(tmpdir(), 'halp-start-'));
  try {
    expect(await readRunStart(run)).toBeUndefined();
    const start = { epoch: 150, loss: 4.5, metrics: { uniformity: -0.4 } };
    await writeRunStart(run, start);
    expect(await readRunStart(run)).toEqual(start);
    for (const text of ['{"epoch": 150}', '{"epoch": 1.5, "metrics": {}}', '{"epo', 'null']) {
      await writeFile(join(run, 'start.json'), text);
      await expect(readRunStart(run)).rejects.toThrow(FormatError);
    }
  } finally {
    await rm(run, { recursive: true });
  }
});
