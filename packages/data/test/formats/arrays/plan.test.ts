import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNpy } from '@halp/files';
import { createClip, kinectV2 } from '@halp/skeleton';
import { readArrays } from '../../../src/formats/arrays/plan.ts';
import {
  openArrays,
  openDataset,
  type Plan,
  planArrays,
  planPyskl,
  prepare,
} from '../../../src/node.ts';
import { messageOf, sameNumbers, temporaryFolder } from '../../helpers.ts';
import { numberAt, pickled } from '../pickled.ts';

const path = temporaryFolder();
const T = 2;

async function write(bytes: Uint8Array, ...names: readonly string[]): Promise<void> {
  await mkdir(dirname(path(...names)), { recursive: true });
  await writeFile(path(...names), bytes);
}

const integers = (...values: readonly number[]): Uint8Array =>
  formatNpy({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });

/** Clips `[N, 3, 2, 25, M]`, clip n full of `first + n + 1`. */
function clips(count: number, first = 0, M = 2): Uint8Array {
  const size = 3 * T * 25 * M;
  const data = Float32Array.from(
    { length: count * size },
    (_, i) => first + 1 + Math.floor(i / size),
  );
  return formatNpy({ dtype: 'float32', shape: [count, 3, T, 25, M], data });
}

/** A pickle `(names, labels)` of protocol 2. */
function pickle(names: readonly string[], labels: readonly number[]): Uint8Array {
  const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
  return Uint8Array.from([
    ...[0x80, 2, 0x5d, 0x28],
    ...names.flatMap((name) => [0x55, name.length, ...letters(name)]),
    ...[0x65, 0x5d, 0x28],
    ...labels.flatMap((label) => [0x4b, label]),
    ...[0x65, 0x86, 0x2e],
  ]);
}

/** Three clips of 2s-AGCN's arrays, in benchmarks xsub and xview. */
async function agcn(): Promise<string> {
  const [a, b, c] = ['S001C001P001R001A001', 'S001C002P001R001A002', 'S001C003P002R001A003'];
  const names = (...list: readonly (string | undefined)[]): string[] =>
    list.map((n) => `${n}.skeleton`);
  await write(clips(2), 'raw', 'xsub', 'train_data_joint.npy');
  await write(pickle(names(a, b), [0, 1]), 'raw', 'xsub', 'train_label.pkl');
  await write(integers(1, 2), 'raw', 'xsub', 'train_num_frame.npy');
  await write(clips(1, 2), 'raw', 'xsub', 'val_data_joint.npy');
  await write(pickle(names(c), [2]), 'raw', 'xsub', 'val_label.pkl');
  await write(clips(2, 1), 'raw', 'xsetup', 'train_data_joint.npy');
  await write(pickle(names(b, c), [1, 2]), 'raw', 'xsetup', 'train_label.pkl');
  await write(clips(1), 'raw', 'xsetup', 'val_data_joint.npy');
  await write(pickle(names(a), [0]), 'raw', 'xsetup', 'val_label.pkl');
  return path('raw');
}

async function readAll(plan: Plan): ReturnType<typeof readArrays> {
  const read = await Promise.all(plan.sources.map((source) => readArrays(source, plan)));
  return read.flat();
}

describe('planArrays', () => {
  it('makes a benchmark of each folder, and one clip of each name', async () => {
    const plan = await planArrays({ raw: await agcn(), name: 'ntu60' });
    expect(plan).toMatchObject({
      ...{ name: 'ntu60', reader: 'arrays', layout: 'kinect-v2', persons: 2, frames: T },
      ...{ benchmarks: ['xset', 'xsub'], classes: ['class 0', 'class 1', 'class 2'] },
    });
    const planned = plan.sources.flatMap((source) => source.clips);
    expect(planned.map(({ name, label, camera, parts }) => [name, label, camera, parts])).toEqual([
      ['S001C002P001R001A002', 1, 2, { xset: 'train', xsub: 'train' }],
      ['S001C003P002R001A003', 2, 3, { xset: 'train', xsub: 'test' }],
      ['S001C001P001R001A001', 0, 1, { xset: 'test', xsub: 'train' }],
    ]);
    const read = await readAll(structuredClone(plan));
    expect(read.map((clip) => 'clip' in clip && [clip.clip.data[0], clip.frames])).toEqual([
      [2, T],
      [3, T],
      [1, T],
    ]);
  });

  it('uses lengths if known', async () => {
    await agcn();
    for (const name of ['train_data_joint.npy', 'train_label.pkl']) {
      const file = name.endsWith('npy') ? clips(2) : pickle(['a', 'b'], [0, 1]);
      await write(file, 'one', 'xview', name);
    }
    await write(integers(1, 2), 'one', 'xview', 'train_num_frame.npy');
    await write(clips(1), 'one', 'xview', 'test_data.npy');
    await write(integers(1), 'one', 'xview', 'test_label.npy');
    const plan = await planArrays({ raw: path('one'), name: 'mine' });
    const clip = plan.sources.flatMap((source) => source.clips).find(({ name }) => name === 'a');
    expect(clip).toMatchObject({ parts: { xview: 'train' } });
    const read = await readAll(plan);
    // Sorted by path, the test part comes first; its clip has no name.
    expect(read.map((one) => 'frames' in one && one.frames)).toEqual([T, 1, T]);
    expect(plan.sources[0]?.clips[0]?.name).toBe('xview-test-0');
  });

  it.each([
    ['NTU60_CS.npz', 'xsub'],
    ['NTU60_CV.npz', 'xview'],
    ['NTU120_CSub.npz', 'xsub'],
    ['NTU120_CSet.npz', 'xset'],
    ['mine.npz', 'mine'],
  ])('reads %s as benchmark %s', async (name, benchmark) => {
    await write(pickled('npz'), name);
    const plan = await planArrays({ raw: path(name), name: 'ntu' });
    expect(plan.benchmarks).toEqual([benchmark]);
    expect(plan.classes).toHaveLength(3);
    const read = await readAll(plan);
    expect(read.map((clip) => 'clip' in clip && [clip.clip.data[0], clip.frames])).toEqual([
      [numberAt(0), 2],
      [numberAt(300), 1],
      [numberAt(0), 2],
    ]);
    const names = plan.sources.flatMap((source) => source.clips.map((clip) => clip.name));
    expect(names).toEqual([`${benchmark}-train-0`, `${benchmark}-train-1`, `${benchmark}-test-0`]);
  });

  it('gives sources of a few clips, each of one array', async () => {
    await write(clips(40), 'raw', 'xsub', 'train_data_joint.npy');
    await write(integers(...new Array<number>(40).fill(0)), 'raw', 'xsub', 'train_label.npy');
    await write(clips(3, 0, 1), 'raw', 'xsub', 'val_data_joint.npy');
    await write(integers(0, 0, 0), 'raw', 'xsub', 'val_label.npy');
    const plan = await planArrays({ raw: [path('raw')], name: 'mine' });
    expect(plan.sources.map((source) => source.clips.length)).toEqual([16, 16, 8, 3]);
    const read = await readAll(plan);
    // An array of one person gets an empty second one.
    const last = read.at(-1);
    const alone = createClip([3, T, 25, 2]);
    for (let i = 0; i < alone.data.length; i += 2) alone.data[i] = 3;
    expect(last && 'clip' in last && sameNumbers(last.clip.data, alone.data)).toBe('same');
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'nothing at that path',
      async () => undefined,
      'raw: expected a folder or file of arrays, got nothing at that path',
    ],
    [
      'a folder without arrays',
      () => write(integers(1), 'raw', 'a.npy'),
      'raw: expected .npz files or folders with train_data_joint.npy, got none',
    ],
    [
      'one part alone',
      async () => {
        await write(clips(1), 'raw', 'xsub', 'train_data_joint.npy');
        await write(integers(0), 'raw', 'xsub', 'train_label.npy');
      },
      'xsub: expected one array for the test part, got none',
    ],
    [
      'two arrays for one part',
      async () => {
        await agcn();
        await write(clips(1), 'raw', 'xsub', 'test_data.npy');
        await write(integers(0), 'raw', 'xsub', 'test_label.npy');
      },
      'xsub: expected one array for the test part, got ',
    ],
    [
      'no labels',
      () => write(clips(1), 'raw', 'xsub', 'train_data_joint.npy'),
      'expected train_label.pkl or train_label.npy in the same folder, got none',
    ],
    [
      'Fortran order',
      async () => {
        await agcn();
        const text = Buffer.from(clips(2)).toString('latin1').replace('False, ', 'True,  ');
        await write(Buffer.from(text, 'latin1'), 'raw', 'xsub', 'train_data_joint.npy');
      },
      'expected an array that can be read by position, got a compressed one or one in Fortran order',
    ],
  ])('refuses %s', async (_, make, message) => {
    await make();
    expect(await messageOf(planArrays({ raw: path('raw'), name: 'mine' }))).toContain(message);
  });

  it.each<[string, () => Promise<void>, string]>([
    [
      'a name twice in a benchmark',
      () => write(pickle(['S001C001P001R001A001'], [0]), 'raw', 'xsub', 'val_label.pkl'),
      'expected each name once in xsub, got S001C001P001R001A001 twice',
    ],
    [
      'another label for one name',
      () => write(pickle(['S001C003P002R001A003'], [7]), 'raw', 'xsub', 'val_label.pkl'),
      'S001C003P002R001A003: expected label 2 as in ',
    ],
    [
      'a length beyond the array',
      () => write(integers(1, 3), 'raw', 'xsub', 'train_num_frame.npy'),
      'entry 1: expected an integer in [1, 2], got 3',
    ],
  ])('skips the row with %s', async (_, make, message) => {
    const raw = await agcn();
    await make();
    const { problems = [] } = await planArrays({ raw, name: 'mine' });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.reason).toContain(message);
  });

  it('refuses labels beyond the classes, and sources of another plan', async () => {
    const raw = await agcn();
    expect(await messageOf(planArrays({ raw, name: 'mine', classes: ['a'] }))).toBe(
      'planArrays: expected 1 classes, got 3',
    );
    const planned = [{ name: 'a', label: 0, parts: {} }];
    const source = { path: path('raw', 'xsub', 'train_data_joint.npy'), clips: planned };
    expect(await messageOf(readArrays(source, { layout: 'kinect-v2', persons: 2 }))).toBe(
      'readArrays: expected a clip of planArrays, got a',
    );
  });
});

describe('prepare', () => {
  it('turns arrays into a data set with the same clips', async () => {
    const raw = await agcn();
    const { manifest, skipped } = await prepare(await planArrays({ raw, name: 'ntu60' }), {
      out: path('out'),
    });
    expect(skipped).toEqual([]);
    expect(Object.keys(manifest.benchmarks)).toEqual(['xset', 'xsub']);
    const data = await openDataset(path('out'), { benchmark: 'xsub', part: 'train' });
    const arrays = await openArrays({
      data: path('raw', 'xsub', 'train_data_joint.npy'),
      labels: path('raw', 'xsub', 'train_label.pkl'),
      layout: kinectV2,
    });
    for (const [i, name] of data.names.entries()) {
      const expected = await arrays.get(arrays.names.indexOf(name));
      const sample = await data.get(i);
      expect(sample.label).toBe(expected.label);
      expect(sameNumbers(sample.clip.data, expected.clip.data)).toBe('same');
    }
    expect([...data.names].sort()).toEqual([...arrays.names].sort());
    await data.close();
    await arrays.close();
  });

  it.each([
    ['pyskl3d2', 'xset', 25],
    ['pyskl2d4', 'split1', 17],
  ] as const)('makes of %s a data set', async (name, benchmark, joints) => {
    await write(pickled(name), 'clips.pkl');
    const plan = await planPyskl({ raw: path('clips.pkl'), name: 'pyskl' });
    const { manifest, skipped } = await prepare(plan, { out: path('out') });
    expect([skipped, manifest.frames]).toEqual([[], plan.frames]);
    const data = await openDataset(path('out'), { benchmark, part: 'test' });
    expect(data.length).toBe(1);
    expect((await data.get(0)).clip.shape).toEqual([3, 2, joints, 2]);
    await data.close();
  });
});
