import { describe, expect, it } from 'vitest';
import { openDataset, planUtdMhad, prepare } from '../../../src/node.ts';
import { realData, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

describe('the real UTD-MHAD', () => {
  it('is prepared whole: 431 clips to train, 430 to test, at most 125 frames', async (context) => {
    const plan = await planUtdMhad({ raw: realData('utd-mhad', context) });
    const { manifest, skipped } = await prepare(plan, { out: path('out') });
    expect(skipped).toEqual([]);
    expect(manifest.complete).toBe(true);
    expect(manifest.frames).toBe(125);
    const { train, test } = manifest.benchmarks['xsub'] ?? {};
    expect([train?.clips, test?.clips]).toEqual([431, 430]);
    expect(train?.clipsPerClass.length).toBe(27);
    const data = await openDataset(path('out'), { part: 'train' });
    expect(data.names.every((name) => /_s[1357]_/.test(name))).toBe(true);
    await data.close();
  });
});
