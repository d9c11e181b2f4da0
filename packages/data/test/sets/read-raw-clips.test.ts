import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { layoutNames, layoutOf } from '@halp/skeleton';
import { fixturePath } from '@halp/testing';
import { parseClipJson } from '../../src/index.ts';
import { readRawClips } from '../../src/node.ts';
import { messageOf, nwUclaContents, realData, temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();

describe('readRawClips', () => {
  it('distinguishes formats by extension and contents', async () => {
    await writeFile(path('ucla.json'), JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3)));
    const frame = Array.from({ length: 25 }, (_, v) => [v / 10, 1, 2]);
    await writeFile(path('own.json'), JSON.stringify([frame, frame]));
    const row = frame.flat().join(',');
    await writeFile(path('own.csv'), `${row}\n${row}\n${row}\n`);
    const seen = async (file: string): Promise<unknown[]> => {
      const { format, layout, preparation, clips } = await readRawClips(file);
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

  it.each([1, 2, 3, 7, 13])('reads an own file of %i persons of every layout', async (persons) => {
    for (const layout of layoutNames) {
      const V = layoutOf(layout).joints.length;
      const frames = [0, 1].map((t) =>
        Array.from({ length: persons }, (_, m) =>
          Array.from({ length: V }, (__, v) => [t + m / 4, v / 8, 1 + m]),
        ),
      );
      await writeFile(path('own.json'), JSON.stringify([[], ...frames]));
      const { clips, layout: found } = await readRawClips(path('own.json'));
      expect(found).toBe(layout);
      expect(clips[0]?.clip.shape).toEqual([3, 3, V, persons]);
      const point = (c: number, t: number, v: number, m: number): number | undefined =>
        clips[0]?.clip.data[((c * 3 + t) * V + v) * persons + m];
      expect(point(0, 2, 3, persons - 1)).toBe(1 + (persons - 1) / 4);
      expect(point(2, 1, V - 1, persons - 1)).toBe(persons);
      await writeFile(path('own.csv'), frames.map((frame) => frame.flat(2).join()).join('\n'));
      const table = await readRawClips(path('own.csv'));
      expect([table.layout, table.clips[0]?.clip.data]).toEqual([
        layout,
        parseClipJson(JSON.stringify(frames), 'own.json', { joints: V, persons }).data,
      ]);
    }
  });

  it('does not guess between two layouts, nor for unknown numbers of joints', async () => {
    await writeFile(path('own.csv'), Array.from({ length: 300 }, () => 1).join());
    expect(await messageOf(readRawClips(path('own.csv')))).toContain(
      'line 1: expected columns that fit persons of one layout, got 300, which 5 persons of kinect-v1 and ' +
        '4 persons of kinect-v2 have; write a .json file, in which persons are lists',
    );
    await writeFile(path('own.csv'), '1,2,3,4,5,6,7');
    expect(await messageOf(readRawClips(path('own.csv')))).toContain(
      'expected x, y, z of the joints of a layout (kinect-v1 20, kinect-v2 25,',
    );
    expect(await messageOf(readRawClips(path('own.csv')))).toContain('got 7 columns');
    await writeFile(path('own.json'), '[[[1,2,3],[1,2,3]]]');
    expect(await messageOf(readRawClips(path('own.json')))).toContain(
      'expected persons with the joints of a layout (kinect-v1 20, kinect-v2 25,',
    );
    expect(await messageOf(readRawClips(path('own.json')))).toContain('got 2');
    await writeFile(path('own.json'), '[[], []]');
    expect(await messageOf(readRawClips(path('own.json')))).toContain(
      'expected a person in some frame, got none',
    );
  });

  it('reports the error of a damaged file, not that another layout fits', async () => {
    const frame = Array.from({ length: 20 }, () => [1, 2, 3]);
    await writeFile(path('own.csv'), [...frame.flat().slice(1), 'x'].join());
    expect(await messageOf(readRawClips(path('own.csv')))).toContain(
      'line 1, column 60: expected a finite number, got "x"',
    );
    await writeFile(path('own.json'), JSON.stringify([frame, [...frame.slice(1), [1, 2]]]));
    expect(await messageOf(readRawClips(path('own.json')))).toContain(
      'joint 19 of frame 1: expected a list of 3',
    );
  });

  it('keeps all the bodies of an NTU recording, up to four', async (context) => {
    const file = `${realData('ntu-samples', context)}/S001C003P008R002A058.skeleton`;
    expect((await readRawClips(file)).clips[0]?.clip.shape[3]).toBe(2);
  });

  it('refuses unknown formats and missing files', async () => {
    await writeFile(path('notes.json'), '{"notes": []}');
    expect(await messageOf(readRawClips(path('notes.json')))).toContain(
      'expected the JSON of Kinetics-skeleton (data), NW-UCLA (skeletons) or a list of frames, got an object',
    );
    await writeFile(path('film.mp4'), '');
    expect(await messageOf(readRawClips(path('film.mp4')))).toContain(
      'expected a skeleton file (.csv, .json, .mat, .pkl, .skeleton or .txt), got .mp4',
    );
    expect(await messageOf(readRawClips(path('none.mat')))).toContain('got nothing at that path');
    await mkdir(path('folder.csv'));
    expect(await messageOf(readRawClips(path('folder.csv')))).toContain('EISDIR');
  });
});
