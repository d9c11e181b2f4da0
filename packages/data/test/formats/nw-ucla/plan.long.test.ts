import { describe, expect, it } from 'vitest';
import { openDataset, planNwUcla, prepare } from '../../../src/node.ts';
import { realData, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

describe('planNwUcla', () => {
  it('prepares the real data set: 1020 and 464 clips of 1 to 201 frames', async (context) => {
    const raw = realData('nw-ucla', context);
    const { manifest } = await prepare(await planNwUcla({ raw }), { out: path('out') });
    expect(manifest.complete).toBe(true);
    expect(manifest.frames).toBe(201);
    const train = await openDataset(path('out'), { benchmark: 'xview', part: 'train' });
    const test = await openDataset(path('out'), { benchmark: 'xview', part: 'test' });
    expect([train.length, test.length]).toEqual([1020, 464]);
    const single = await test.get(test.names.indexOf('a02_s09_e04_v03'));
    expect(single.clip.shape).toEqual([3, 1, 20, 1]);
    expect(new Set([...train.labels, ...test.labels]).size).toBe(10);
    await train.close();
    await test.close();
  });
});
