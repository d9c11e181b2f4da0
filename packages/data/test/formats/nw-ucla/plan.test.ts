import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNpy, sizeOfShape } from '@halp/files';
import { kinectV1 } from '@halp/skeleton';
import { normaliseClip, parseNwUcla } from '../../../src/index.ts';
import { openDataset, planNwUcla, prepare } from '../../../src/node.ts';
import {
  messageOf,
  nwUclaContents,
  sameNumbers,
  temporaryFolder,
  writeNwUcla,
} from '../../helpers.ts';

const path = temporaryFolder();

/** Four clips, of which one is for testing, in no order and in two folders. */
async function toyRaw(): Promise<string> {
  await mkdir(path('raw', 'more'), { recursive: true });
  await writeNwUcla(path('raw'), 'a12_s01_e00_v02', 10, 5);
  await writeNwUcla(path('raw', 'more'), 'a01_s03_e00_v01', 1, 2);
  await writeNwUcla(path('raw'), 'a01_s02_e00_v03', 1, 7);
  await writeNwUcla(path('raw'), 'a08_s02_e00_v01', 7, 1);
  await writeFile(path('raw', 'README.txt'), 'not a clip');
  return path('raw');
}

/** The error of preparing the toy clips after a file is added or replaced. */
async function complaint(name: string, text: string): Promise<string> {
  const raw = await toyRaw();
  await writeFile(join(raw, name), text);
  const strict = planNwUcla({ raw }).then((plan) =>
    prepare(plan, { out: path('out'), strict: true }),
  );
  const message = await messageOf(strict);
  expect(readdirSync(path())).toEqual(['raw']);
  return message.replace(raw, 'RAW');
}

describe('planNwUcla', () => {
  it('writes views 1 and 2 to train and view 3 to test, sorted by name', async () => {
    const raw = await toyRaw();
    const { manifest } = await prepare(await planNwUcla({ raw }), { out: path('out') });
    expect(manifest).toMatchObject({ name: 'nw-ucla', layout: 'kinect-v1', persons: 1, frames: 7 });
    expect(manifest.complete).toBe(false);
    expect(manifest.benchmarks['xview']?.train.clips).toBe(3);
    const train = await openDataset(path('out'), { part: 'train' });
    expect(train.names).toEqual(['a01_s03_e00_v01', 'a08_s02_e00_v01', 'a12_s01_e00_v02']);
    expect([...train.labels]).toEqual([0, 6, 9]);
    await train.close();
    const test = await openDataset(path('out'), { part: 'test' });
    expect(test.names).toEqual(['a01_s02_e00_v03']);
    await test.close();
  });

  it('stores the normalised clip, and pads it with zeros to the longest', async () => {
    const raw = await toyRaw();
    await prepare(await planNwUcla({ raw }), { out: path('out') });
    const file = join(raw, 'a12_s01_e00_v02.json');
    const expected = normaliseClip(parseNwUcla(readFileSync(file), file).clip, kinectV1);
    const train = await openDataset(path('out'), { part: 'train' });
    const { clip, name, subject, camera } = await train.get(2);
    expect({ name, subject, camera }).toEqual({ name: 'a12_s01_e00_v02', subject: 1, camera: 2 });
    expect(clip.shape).toEqual([3, 5, 20, 1]);
    expect(sameNumbers(clip.data, expected.data)).toBe('same');
    await train.close();
    const array = path('out', 'xview', 'train_data_joint.npy');
    const { shape, data } = parseNpy(readFileSync(array), array);
    expect(shape).toEqual([3, 3, 7, 20, 1]);
    const row = sizeOfShape([3, 7, 20, 1]);
    const padding = data.subarray(2 * row + 5 * 20, 2 * row + 7 * 20);
    expect(sameNumbers(padding as Float32Array, new Float32Array(40))).toBe('same');
  });

  it('records the SHA-256 of every file', async () => {
    const { manifest } = await prepare(await planNwUcla({ raw: await toyRaw() }), {
      out: path('out'),
    });
    const files = {
      data: 'data_joint.npy',
      frames: 'num_frame.npy',
      labels: 'label.npy',
      names: 'name.json',
    };
    const hashes = Object.entries(files).map(([key, name]) => {
      const bytes = readFileSync(path('out', 'xview', `val_${name}`));
      return [key, createHash('sha256').update(bytes).digest('hex')];
    });
    expect(manifest.benchmarks['xview']?.test.sha256).toEqual(Object.fromEntries(hashes));
  });

  it('refuses a folder that is missing, empty or a file', async () => {
    const plan = (raw: string): Promise<string> => messageOf(planNwUcla({ raw }));
    expect(await plan(path('raw'))).toBe(
      `${path('raw')}: expected a folder of raw data, got nothing at that path`,
    );
    await mkdir(path('raw'));
    expect(await plan(path('raw'))).toBe(`${path('raw')}: expected .json files, got none`);
    await mkdir(path('other'));
    for (const name of ['a.TXT', 'b.txt', 'c.avi', 'd']) await writeFile(path('other', name), '');
    expect(await plan(path('other'))).toBe(
      `${path('other')}: expected .json files, got none among 4 files (2 .txt, 1 .avi, 1 without an ending)`,
    );
    await writeFile(path('file'), '');
    expect(await plan(path('file'))).toBe(
      `${path('file')}: expected a folder of raw data, got a file`,
    );
  });

  it('refuses a file that is cut', async () => {
    const text = JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3)).slice(0, 500);
    expect(await complaint('a01_s01_e00_v01.json', text)).toBe(
      'RAW/a01_s01_e00_v01.json (byte 500): expected valid JSON, got its end; the file is truncated',
    );
  });

  it('refuses a label that is not that of the action', async () => {
    const text = JSON.stringify(nwUclaContents('a01_s01_e00_v01', 2, 3));
    expect(await complaint('a01_s01_e00_v01.json', text)).toBe(
      'RAW/a01_s01_e00_v01.json: expected label 1 for a01_s01_e00_v01, got 2',
    );
  });

  it('refuses a file with the name of another', async () => {
    const text = JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3));
    expect(await complaint('a01_s01_e00_v02.json', text)).toBe(
      'RAW/a01_s01_e00_v02.json: expected file_name "a01_s01_e00_v02", got "a01_s01_e00_v01"',
    );
  });

  it('refuses two files of one name', async () => {
    const text = JSON.stringify(nwUclaContents('a01_s03_e00_v01', 1, 3));
    expect(await complaint('a01_s03_e00_v01.json', text)).toMatch(
      /^.*a01_s03_e00_v01.json: expected each name once, got .*a01_s03_e00_v01.json as well$/,
    );
  });
});
