import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readPku } from '../../src/formats/pku/plan.ts';
import { dataSets, planPku, writeFakeData } from '../../src/node.ts';
import { temporaryFolder } from '../helpers.ts';
import { counts, fakeNtuTest } from './fake-ntu.ts';

const path = temporaryFolder();

describe('writeFakeData', () => {
  fakeNtuTest('ntu60', ['xsub', 'xview'], 60);

  it('writes files of pkummd2: videos of several actions that the reader reads', async () => {
    await writeFakeData('pkummd2', { out: path('pku') });
    const plan = await planPku({ raw: path('pku'), phase: 2 });
    expect(Object.values(counts(plan))).toEqual(Array(4).fill([102, 51]));
    const [source] = plan.sources;
    if (source === undefined) throw new Error('expected a video');
    const clips = await readPku(source, plan);
    expect(clips.length).toBe(source.clips.length);
    for (const clip of clips) expect(clip).toHaveProperty('frames');
  });

  it('refuses a folder that is not empty', async () => {
    await mkdir(path('full'));
    await writeFile(path('full/mine'), 'x');
    const names = dataSets.filter(({ canFake }) => canFake).map(({ name }) => name);
    expect(names).toEqual(['ntu60', 'ntu120', 'pkummd2']);
    for (const name of names) {
      await expect(writeFakeData(name, { out: path('full') })).rejects.toThrow(
        'a new or empty folder',
      );
    }
    expect(await readdir(path('full'))).toEqual(['mine']);
  });
});
