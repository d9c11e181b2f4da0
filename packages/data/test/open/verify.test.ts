import { open, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { planSynthetic, prepare, verifyDataset } from '../../src/node.ts';
import { messageOf, temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();

async function prepared(): Promise<string> {
  const plan = planSynthetic({ performers: 2, replications: 1 });
  await prepare({ ...plan, benchmarks: ['xsub'] }, { out: path('set') });
  return path('set');
}

describe('verifyDataset', () => {
  it('finds no problem in a prepared set', async () => {
    const seen: string[] = [];
    const verification = await verifyDataset(await prepared(), {
      onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    expect(verification).toEqual({ files: 8, problems: [] });
    expect(seen).toEqual(['1/8', '2/8', '3/8', '4/8', '5/8', '6/8', '7/8', '8/8']);
  });

  it('finds one changed bit, and a missing file', async () => {
    const set = await prepared();
    const file = await open(path('set', 'xsub', 'train_data_joint.npy'), 'r+');
    const byte = new Uint8Array(1);
    await file.read(byte, 0, 1, 5000);
    await file.write(Uint8Array.of((byte[0] as number) ^ 1), 0, 1, 5000);
    await file.close();
    await rm(path('set', 'xsub', 'val_name.json'));
    const { problems } = await verifyDataset(set);
    expect(problems.map((problem) => problem.file.slice(set.length))).toEqual([
      '/xsub/train_data_joint.npy',
      '/xsub/val_name.json',
    ]);
    expect(problems[0]?.reason).toMatch(/^expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}$/);
    expect(problems[1]?.reason).toMatch(/got nothing at that path$/);
  });

  it('rejects a folder that is not a prepared set', async () => {
    expect(await messageOf(verifyDataset(path()))).toContain('expected a prepared data set');
  });
});
