import { mkdir, writeFile } from 'node:fs/promises';
import { fixturePath } from '@halp/testing';
import { describe, expect, it } from 'vitest';
import { readClips } from '../src/node.ts';
import { messageOf, nwUclaContents, realData, temporaryFolder } from './helpers.ts';

const path = temporaryFolder();

describe('readClips', () => {
  it('tells formats by extension and contents', async () => {
    await writeFile(path('ucla.json'), JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3)));
    const frame = Array.from({ length: 25 }, (_, v) => [v / 10, 1, 2]);
    await writeFile(path('own.json'), JSON.stringify([frame, frame]));
    const row = frame.flat().join(',');
    await writeFile(path('own.csv'), `${row}\n${row}\n${row}\n`);
    const seen = async (file: string): Promise<unknown[]> => {
      const { format, layout, preparation, clips } = await readClips(file);
      return [
        format,
        layout,
        preparation.channels === 'xyz' ? 3 : 2,
        clips[0]?.name,
        clips[0]?.clip.shape,
      ];
    };
    expect(await seen(path('ucla.json'))).toEqual([
      'NW-UCLA',
      'kinect-v1',
      3,
      'ucla',
      [3, 3, 20, 1],
    ]);
    expect(await seen(path('own.json'))).toEqual([
      'own clip',
      'kinect-v2',
      3,
      'own',
      [3, 2, 25, 1],
    ]);
    expect(await seen(path('own.csv'))).toEqual(['own clip', 'kinect-v2', 3, 'own', [3, 3, 25, 1]]);
    const [ntu] = ['raw/S001C001P001R001A001.skeleton'].map(fixturePath);
    expect((await seen(ntu as string)).slice(0, 2)).toEqual(['NTU RGB+D skeleton', 'kinect-v2']);
  });

  it('keeps all the bodies of an NTU recording, up to four', async (context) => {
    const file = `${realData('ntu-samples', context)}/S001C003P008R002A058.skeleton`;
    expect((await readClips(file)).clips[0]?.clip.shape[3]).toBe(2);
  });

  it('refuses what it does not know, and what is not there', async () => {
    await writeFile(path('notes.json'), '{"notes": []}');
    expect(await messageOf(readClips(path('notes.json')))).toContain(
      'expected the JSON of NW-UCLA (skeletons), Kinetics-skeleton (data) or a list of frames',
    );
    await writeFile(path('film.mp4'), '');
    expect(await messageOf(readClips(path('film.mp4')))).toContain(
      'expected a skeleton file (.skeleton',
    );
    expect(await messageOf(readClips(path('none.mat')))).toContain('got nothing at that path');
    await mkdir(path('folder.csv'));
    expect(await messageOf(readClips(path('folder.csv')))).toContain('EISDIR');
  });
});
