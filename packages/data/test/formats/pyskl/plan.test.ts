import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createClip, kinectV2 } from '@halp/skeleton';
import { readPyskl } from '../../../src/formats/pyskl/plan.ts';
import { normaliseClip, parsePyskl, type PysklAnnotation, pysklClip } from '../../../src/index.ts';
import { type Plan, planPyskl } from '../../../src/node.ts';
import { messageOf, sameNumbers, temporaryFolder } from '../../helpers.ts';
import { pickled } from '../pickled.ts';

const path = temporaryFolder();

async function save(name: Parameters<typeof pickled>[0]): Promise<string> {
  await writeFile(path('clips.pkl'), pickled(name));
  return path('clips.pkl');
}

/** The file of 3-D clips with one text in it replaced by another. */
async function saveChanged(from: string, to: string): Promise<string> {
  const text = Buffer.from(pickled('pyskl3d2')).toString('latin1').replaceAll(from, to);
  await writeFile(path('clips.pkl'), Buffer.from(text, 'latin1'));
  return path('clips.pkl');
}

describe('planPyskl', () => {
  it('makes a benchmark of each pair of splits, and leaves out clips in none', async () => {
    const raw = await save('pyskl3d2');
    const plan = await planPyskl({ raw, name: 'ntu60' });
    expect(plan).toMatchObject({
      ...{ name: 'ntu60', reader: 'pyskl', layout: 'kinect-v2', persons: 2, frames: 3 },
      ...{ benchmarks: ['xsub', 'xset'], classes: ['class 0', 'class 1', 'class 2'], raw: [raw] },
    });
    expect(plan.sources).toHaveLength(1);
    expect(plan.sources[0]?.path).toBe(raw);
    const clips = plan.sources[0]?.clips.map(({ name, label, setup, camera, subject, parts }) => ({
      ...{ name, label, setup, camera, subject, parts },
    }));
    expect(clips).toEqual([
      {
        name: 'S001C001P001R001A001',
        label: 0,
        setup: 1,
        camera: 1,
        subject: 1,
        parts: { xsub: 'train', xset: 'test' },
      },
      {
        name: 'S001C002P003R001A002',
        label: 1,
        setup: 1,
        camera: 2,
        subject: 3,
        parts: { xsub: 'train' },
      },
      {
        name: 'S018C001P008R001A003',
        label: 2,
        setup: 18,
        camera: 1,
        subject: 8,
        parts: { xsub: 'test', xset: 'train' },
      },
    ]);
  });

  it('takes train1 and test1 as a benchmark, and the file from a folder', async () => {
    await mkdir(path('raw'));
    await writeFile(path('raw', 'ucf101_hrnet.pkl'), pickled('pyskl2d4'));
    const plan = await planPyskl({ raw: path('raw'), classes: ['a', 'b'] });
    expect(plan).toMatchObject({
      ...{ name: 'ucf101-hrnet', layout: 'coco-17', benchmarks: ['split1'], classes: ['a', 'b'] },
      frames: 2,
    });
    await writeFile(path('raw', 'other.pkl'), pickled('pyskl2d4'));
    expect(await messageOf(planPyskl({ raw: path('raw') }))).toBe(
      `${path('raw')}: expected one .pkl file, got 2; pass the path of one`,
    );
  });

  it.each([
    [
      'a split without its other part',
      'xset_val',
      'axet_val',
      'expected splits like xset_train and xset_val, got no val',
    ],
    [
      'a split that is neither',
      'xset_val',
      'xset_all',
      'expected splits like xsub_train and xsub_val, got xset_all',
    ],
    [
      'two splits for one part',
      'xset_train',
      'xsub-train',
      'expected one train part of xsub, got xsub-train as well',
    ],
  ])('refuses %s', async (_, from, to, message) => {
    const raw = await saveChanged(from, to);
    expect(await messageOf(planPyskl({ raw }))).toBe(`${raw}: ${message}`);
  });

  it('refuses a clip that stands in both parts of a benchmark', async () => {
    // The text is written after its length, as xsub_val's second.
    const raw = await saveChanged('\x0e\0\0\0without a clip', '\x14\0\0\0S001C001P001R001A001');
    expect(await messageOf(planPyskl({ raw }))).toBe(
      `${raw}: expected S001C001P001R001A001 in one part of xsub, got it in both`,
    );
  });

  it('ignores names in a split without a clip', async () => {
    const raw = await save('pyskl3d2');
    const names = (await planPyskl({ raw })).sources.flatMap(({ clips }) =>
      clips.map((c) => c.name),
    );
    expect(names).not.toContain('without a clip');
  });

  it('refuses labels beyond the classes, no persons, and a missing file', async () => {
    const raw = await save('pyskl3d5');
    expect(await messageOf(planPyskl({ raw, classes: ['a', 'b'] }))).toBe(
      `planPyskl: expected 2 classes, got label 2 (${raw})`,
    );
    expect(await messageOf(planPyskl({ raw, persons: 0 }))).toBe(
      'planPyskl: expected a positive integer persons, got 0',
    );
    expect(await messageOf(planPyskl({ raw: path('none.pkl') }))).toBe(
      `${path('none.pkl')}: expected a file, got nothing at that path`,
    );
  });
});

describe('readPyskl', () => {
  const annotations = (name: Parameters<typeof pickled>[0]): readonly PysklAnnotation[] =>
    parsePyskl(pickled(name), 'clips.pkl').annotations;

  async function readAll(plan: Plan): ReturnType<typeof readPyskl> {
    const read = await Promise.all(plan.sources.map((source) => readPyskl(source, plan)));
    return read.flat();
  }

  it('gives 3-D clips that are filled, centred and rotated, with an empty second person', async () => {
    // Another thread gets a copy of the plan.
    const plan = structuredClone(await planPyskl({ raw: await save('pyskl3d2') }));
    const clips = await readAll(plan);
    expect(clips.map((clip) => 'frames' in clip && [clip.frames, clip.clip.shape])).toEqual([
      [2, [3, 2, 25, 2]],
      [1, [3, 1, 25, 2]],
      [3, [3, 3, 25, 2]],
    ]);
    const raw = pysklClip(annotations('pyskl3d2')[0] as PysklAnnotation, 'clips.pkl');
    const expected = normaliseClip(raw, kinectV2, { fillTo: 2 });
    const [first, second] = clips;
    expect('clip' in first! && sameNumbers(first.clip.data, expected.data)).toBe('same');
    const isEmpty = 'clip' in second! && second.clip.data.every((x, i) => i % 2 === 0 || x === 0);
    expect(isEmpty).toBe(true);
  });

  it('keeps the first persons where there are more', async () => {
    const plan = await planPyskl({ raw: await save('pyskl3d5'), persons: 1 });
    const [first] = await readAll(plan);
    const raw = pysklClip(annotations('pyskl3d5')[0] as PysklAnnotation, 'clips.pkl');
    const alone = createClip(
      [3, 2, 25, 1],
      raw.data.filter((_, i) => i % raw.shape[3] === 0),
    );
    const expected = normaliseClip(alone, kinectV2, { fillTo: 2 });
    expect('clip' in first! && first.clip.shape).toEqual([3, 2, 25, 1]);
    expect('clip' in first! && sameNumbers(first.clip.data, expected.data)).toBe('same');
  });

  it('gives 2-D clips as pysklClip does', async () => {
    const plan = await planPyskl({ raw: await save('pyskl2d4'), persons: 1 });
    const clips = await readAll(plan);
    annotations('pyskl2d4').forEach((annotation, i) => {
      const expected = pysklClip(annotation, 'clips.pkl');
      const clip = clips[i]!;
      expect('clip' in clip && sameNumbers(clip.clip.data, expected.data)).toBe('same');
    });
  });

  it('names the one clip whose numbers are not finite, and reads the others', async () => {
    const raw = await save('pyskl3d5');
    const plan = await planPyskl({ raw });
    const bytes = pickled('pyskl3d5');
    const clip = plan.sources[0]?.clips[1] as unknown as {
      place: { keypoint: { piece: { start: number } } };
    };
    bytes.set([0, 0, 0xc0, 0x7f], clip.place.keypoint.piece.start + 8);
    await writeFile(raw, bytes);
    const [first, second, third] = await readAll(plan);
    expect(first).toHaveProperty('clip');
    expect(second).toEqual({
      problem:
        'clip S001C002P003R001A002: expected finite coordinates, got NaN or infinity at ' +
        'channel 2, frame 0, joint 0, person 0',
    });
    expect(third).toHaveProperty('clip');
  });

  it('refuses a source of another plan', async () => {
    const raw = await save('pyskl3d5');
    const clips = [{ name: 'a', label: 0, parts: {} }];
    const plan = await planPyskl({ raw });
    expect(await messageOf(readPyskl({ path: raw, clips }, plan))).toBe(
      'readPyskl: expected a clip of planPyskl, got a',
    );
  });
});
