import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV2 } from '@halp/skeleton';
import { readPku } from '../../../src/formats/pku/plan.ts';
import { normaliseClip } from '../../../src/index.ts';
import { openDataset, planPku, prepare } from '../../../src/node.ts';
import { messageOf, realData, sameNumbers, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(path(file)), { recursive: true });
  await writeFile(path(file), text);
}

/** The number at place i of frame t: two people who move a little; the second appears in frame 3. */
function number(t: number, i: number): number {
  return t < 3 && i >= 75 ? 0 : Math.fround(Math.round(1e6 * (Math.sin(i * 0.7) + t * 0.01)) / 1e6);
}

function video(frames: number): string {
  return Array.from({ length: frames }, (_, t) =>
    Array.from({ length: 150 }, (__, i) => number(t, i).toFixed(6)).join(' '),
  ).join('\n');
}

/** The frames `[start, end)` of such a video as a raw clip. */
function framesOf(start: number, end: number): Clip {
  const raw = createClip([3, end - start, 25, 2]);
  let at = 0;
  for (let c = 0; c < 3; c++)
    for (let t = start; t < end; t++)
      for (let v = 0; v < 25; v++)
        for (let m = 0; m < 2; m++) raw.data[at++] = number(t, (m * 25 + v) * 3 + c);
  return raw;
}

/** Part II as its archives are unpacked: three videos, one of subject list and one of view list. */
async function toyRaw(): Promise<string> {
  await write('raw/Data/Skeleton_v2/A01N01-L.txt', video(20));
  await write('raw/Data/Skeleton_v2/A01N01-R.txt', video(20));
  await write('raw/Data/Skeleton_v2/A02N01-M.txt', video(310));
  await write('raw/Label/Label_PKUMMD_v2/A01N01-L.txt', '1,0,5,2\n51,5,20,1\n');
  await write('raw/Label/Label_PKUMMD_v2/A01N01-R.txt', '2.0,3.0,9.0,2.0\n');
  await write('raw/Label/Label_PKUMMD_v2/A02N01-M.txt', '3,0,310,2\n');
  await write(
    'raw/Split/cross_subject_v2.txt',
    'Training videos: \nA01N01-L, A01N01-R\nValidataion videos: \nA02N01-M\n',
  );
  await write('raw/Split/cross_view_v2.txt', 'Training videos: \nA02N01-M, A01N01-R\n');
  await write('raw/README.txt', 'not a clip');
  return path('raw');
}

describe('planPku', () => {
  it('makes a clip of each action, in both benchmarks', async () => {
    const plan = await planPku({ raw: await toyRaw(), phase: 2 });
    const clips = plan.sources.flatMap((source) => source.clips);
    expect(clips).toEqual([
      {
        ...{ name: 'A01N01-L_000', label: 0, camera: 1, range: [0, 5] },
        parts: { xsub: 'train', xview: 'test' },
      },
      {
        ...{ name: 'A01N01-L_001', label: 50, camera: 1, range: [5, 20] },
        parts: { xsub: 'train', xview: 'test' },
      },
      {
        ...{ name: 'A01N01-R_000', label: 1, camera: 3, range: [3, 9] },
        parts: { xsub: 'train', xview: 'train' },
      },
      {
        ...{ name: 'A02N01-M_000', label: 2, camera: 2, range: [0, 310] },
        parts: { xsub: 'test', xview: 'train' },
      },
    ]);
    expect(plan).toMatchObject({ name: 'pkummd2', layout: 'kinect-v2', persons: 2, frames: 300 });
    expect(plan.classes.length).toBe(51);
    expect(plan.problems).toEqual([]);
  });

  it('takes labels and splits from folders of other names', async () => {
    await write('skeleton/0002-L.txt', video(20));
    await write('skeleton/0003-L.txt', video(20));
    await write('annotations/0002-L.txt', '1,0,5,2');
    await write('annotations/0003-L.txt', '1,0,5,2');
    await write('lists/cross-subject.txt', 'Training videos: \n0002-L\n');
    const folders = { raw: path('skeleton'), labels: path('annotations'), splits: path('lists') };
    const plan = await planPku({ ...folders, phase: 1 });
    expect(plan.name).toBe('pkummd1');
    expect(plan.benchmarks).toEqual(['xsub']);
    expect(plan.sources.map(({ clips }) => clips[0]?.parts)).toEqual([
      { xsub: 'train' },
      { xsub: 'test' },
    ]);
    expect(plan.raw).toEqual([path('skeleton'), path('annotations'), path('lists')]);
  });

  it('takes skeletons, labels and splits as one folder each', async () => {
    const raw = await toyRaw();
    const folders = ['Data/Skeleton_v2', 'Label/Label_PKUMMD_v2', 'Split'].map((f) => join(raw, f));
    const [whole, apart] = [
      await planPku({ raw, phase: 2 }),
      await planPku({ raw: folders, phase: 2 }),
    ];
    expect(apart.sources).toEqual(whole.sources);
  });

  it('ignores files of the other part', async () => {
    const raw = await toyRaw();
    await write('raw/Data/Skeleton/0002-L.txt', video(20));
    await write('raw/Label/Label_PKUMMD/0002-L.txt', '9,0,5,2');
    await write('raw/Split/cross-subject.txt', 'Training videos: \n0002-L\n');
    const [one, two] = [await planPku({ raw, phase: 1 }), await planPku({ raw, phase: 2 })];
    expect(one.sources.flatMap(({ clips }) => clips.map(({ name }) => name))).toEqual([
      '0002-L_000',
    ]);
    expect(two.sources.length).toBe(3);
  });

  it('lists a video without labels, or with wrong ones, as a problem', async () => {
    const raw = await toyRaw();
    await write('raw/Data/Skeleton_v2/A03N01-M.txt', video(20));
    await write('raw/Label/Label_PKUMMD_v2/A01N01-R.txt', '52,3,9,2');
    const { problems, sources } = await planPku({ raw, phase: 2 });
    expect(sources.length).toBe(2);
    expect(problems?.map(({ reason }) => reason.replace(raw, 'RAW'))).toEqual([
      'RAW/Label/Label_PKUMMD_v2/A01N01-R.txt (byte 0): line 1: expected an action from 1 to 51, got "52"',
      'expected the label text A03N01-M.txt, got none',
    ]);
  });

  it.each([
    ['no video', 'Data', 'expected skeleton texts like A10N08-L.txt, got none'],
    ['no labels', 'Label', 'expected label texts in a folder with "label" in its name, got none'],
    ['no split', 'Split', 'expected cross_subject_v2.txt or cross_view_v2.txt, got neither'],
  ])('refuses a folder with %s', async (_, missing, message) => {
    const raw = await toyRaw();
    const others = ['Data', 'Label', 'Split'].filter((folder) => folder !== missing);
    const work = planPku({ raw: others.map((folder) => join(raw, folder)), phase: 2 });
    expect(await messageOf(work)).toContain(message);
  });

  it('refuses a missing folder, and two videos of one name', async () => {
    const raw = await toyRaw();
    expect(await messageOf(planPku({ raw: path('none'), phase: 2 }))).toBe(
      `${path('none')}: expected a folder of raw data, got nothing at that path`,
    );
    await write('raw/Data/more/A01N01-L.txt', video(20));
    expect(await messageOf(planPku({ raw, phase: 2 }))).toMatch(
      /A01N01-L.txt: expected each name once, got .*A01N01-L.txt as well$/,
    );
  });
});

describe('readPku', () => {
  it('cuts the frames of the label, and fills them to 300', async () => {
    const plan = await planPku({ raw: await toyRaw(), phase: 2 });
    const prepared = await readPku(plan.sources[0] as (typeof plan.sources)[number], plan);
    expect(prepared.length).toBe(2);
    const second = prepared[1];
    if (second === undefined || 'problem' in second) throw new Error('expected a clip');
    const raw = framesOf(5, 20);
    const expected = normaliseClip(raw, kinectV2, { fillTo: 300 });
    expect(second.frames).toBe(15);
    expect(sameNumbers(second.clip.data, expected.data)).toBe('same');
  });

  it('cuts off what is beyond 300 frames', async () => {
    const plan = await planPku({ raw: await toyRaw(), phase: 2 });
    const [prepared] = await readPku(plan.sources[2] as (typeof plan.sources)[number], plan);
    if (prepared === undefined || 'problem' in prepared) throw new Error('expected a clip');
    const expected = normaliseClip(framesOf(0, 300), kinectV2, { fillTo: 300 });
    expect(prepared.frames).toBe(300);
    expect(sameNumbers(prepared.clip.data, expected.data)).toBe('same');
  });

  it('names the clip with frames outside the video, and prepares the others', async () => {
    const raw = await toyRaw();
    const labels = '1,0,5,2\n2,15,21,2\n3,-1,5,2\n4,7,7,2\n5,19,20,2';
    await write('raw/Label/Label_PKUMMD_v2/A01N01-L.txt', labels);
    const plan = await planPku({ raw, phase: 2 });
    const { manifest, skipped } = await prepare(plan, { out: path('out') });
    expect(skipped.map(({ clip, reason }) => `${clip}: ${reason}`)).toEqual([
      'A01N01-L_001: expected frames within [0, 20), got [15, 21)',
      'A01N01-L_002: expected frames within [0, 20), got [-1, 5)',
      'A01N01-L_003: expected frames within [0, 20), got [7, 7)',
    ]);
    expect(manifest.benchmarks['xsub']?.train.clips).toBe(3);
    const data = await openDataset(path('out'), { benchmark: 'xsub', part: 'train' });
    expect(data.names).toEqual(['A01N01-L_000', 'A01N01-L_004', 'A01N01-R_000']);
    expect([...data.labels]).toEqual([0, 4, 1]);
    expect((await data.get(1)).clip.shape).toEqual([3, 1, 25, 2]);
    await data.close();
  });

  it('prepares clips of a real video', async (context) => {
    const real = join(realData('pku-sample', context), 'A10N08-L.txt');
    const raw = await toyRaw();
    await copyFile(real, path('raw/Data/Skeleton_v2/A10N08-L.txt'));
    await write('raw/Label/Label_PKUMMD_v2/A10N08-L.txt', '8,100,190,2\n41,500,640,2');
    const { manifest, skipped } = await prepare(await planPku({ raw, phase: 2 }), {
      out: path('out'),
    });
    expect(skipped).toEqual([]);
    expect(manifest.benchmarks['xsub']?.test.clips).toBe(3);
    const data = await openDataset(path('out'), { benchmark: 'xsub', part: 'test' });
    const { clip } = await data.get(data.names.indexOf('A10N08-L_000'));
    const [, T] = clip.shape;
    expect(T).toBe(90);
    const up = (joint: string): number =>
      clip.data[(2 * T * 25 + kinectV2.joints.indexOf(joint)) * 2] as number;
    // Upright in the first frame: z grows from the feet to the head.
    expect(up('head')).toBeGreaterThan(0.3);
    expect(up('left foot')).toBeLessThan(-0.5);
    await data.close();
  });
});
