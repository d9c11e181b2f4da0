import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNpy, parseNpy } from '@halp/files';
import type { DatasetSource, Manifest } from '../../src/index.ts';
import { openDataset, planNwUcla, prepare, reopenDataset } from '../../src/node.ts';
import { messageOf, readJson, temporaryFolder, writeNwUcla } from '../helpers.ts';

const path = temporaryFolder();

let made = '';

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'halp-data-'));
  const raw = join(made, 'raw');
  await mkdir(raw);
  await writeNwUcla(raw, 'a01_s01_e00_v01', 1, 5);
  await writeNwUcla(raw, 'a12_s01_e00_v02', 10, 2);
  await writeNwUcla(raw, 'a03_s02_e00_v03', 3, 3);
  await prepare(await planNwUcla({ raw }), { out: join(made, 'out') });
});

afterAll(() => rm(made, { recursive: true }));

/** A copy of a prepared set with two training clips, of 5 and 2 frames, and one test clip of 3. */
async function prepared(): Promise<string> {
  await cp(join(made, 'out'), path('out'), { recursive: true });
  return path('out');
}

const part = 'train';

/** The error of opening after a change to a file of the train part. */
async function complaint(
  file: string,
  change: (file: string) => Promise<unknown>,
): Promise<string> {
  const dir = await prepared();
  await change(path('out', 'xview', file));
  const message = await messageOf(openDataset(dir, { part }));
  return message.replace(path('out', 'xview', file), 'FILE');
}

const int32 = (...values: readonly number[]): Uint8Array =>
  formatNpy({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });

describe('openDataset', () => {
  it('returns each clip without its padding, with its metadata', async () => {
    const data = await openDataset(await prepared(), { part });
    expect([data.name, data.layout.name, data.persons, data.length]).toEqual([
      'nw-ucla',
      'kinect-v1',
      1,
      2,
    ]);
    const { clip, ...facts } = await data.get(1);
    expect(facts).toEqual({ label: 9, name: 'a12_s01_e00_v02', subject: 1, camera: 2 });
    expect(data.classes[9]).toBe('carry');
    expect(clip.shape).toEqual([3, 2, 20, 1]);
    // The spine is at the origin in every frame, in each channel.
    expect([0, 1, 2].map((c) => [clip.data[c * 40 + 1], clip.data[c * 40 + 21]])).toEqual(
      Array(3).fill([0, 0]),
    );
    await data.close();
  });

  it('returns the same clip for repeated and concurrent reads', async () => {
    const data = await openDataset(await prepared(), { part });
    const [a, b, c] = await Promise.all([data.get(0), data.get(1), data.get(0)]);
    expect(a).toEqual(c);
    expect(b.clip.shape).not.toEqual(a.clip.shape);
    await data.close();
  });

  it.each([-1, 2, 0.5, NaN])('rejects the index %d of two clips', async (index) => {
    const data = await openDataset(await prepared(), { part });
    expect(await messageOf(data.get(index))).toBe(`get: expected an index in [0, 2), got ${index}`);
    await data.close();
  });

  it('rejects a folder that is missing or not prepared', async () => {
    const message = 'expected a prepared data set, got no dataset.json there';
    expect(await messageOf(openDataset(path('none'), { part }))).toContain(message);
    expect(await messageOf(openDataset(path(), { part }))).toContain(message);
    await writeFile(path('file'), '');
    expect(await messageOf(openDataset(path('file'), { part }))).toContain(message);
  });

  it('rejects an unknown benchmark, and requires one if there are two', async () => {
    const dir = await prepared();
    expect(await messageOf(openDataset(dir, { benchmark: 'xsub', part }))).toBe(
      `openDataset: expected a benchmark of nw-ucla (xview), got xsub (${dir})`,
    );
    expect(await messageOf(openDataset(dir, { benchmark: 'toString', part }))).toContain('got toS');
    const manifest = readJson(join(dir, 'dataset.json')) as Manifest;
    const { xview } = manifest.benchmarks;
    const two = { ...manifest, benchmarks: { xsub: xview, xview } };
    await writeFile(join(dir, 'dataset.json'), JSON.stringify(two));
    expect(await messageOf(openDataset(dir, { part }))).toContain(
      'expected a benchmark of nw-ucla (xsub, xview), got none',
    );
  });

  it('rejects an unknown part', async () => {
    const dir = await prepared();
    expect(await messageOf(openDataset(dir, { part: 'val' as 'test' }))).toBe(
      "openDataset: expected part train or test, got 'val'",
    );
  });

  it('rejects a truncated array', async () => {
    const message = await complaint('train_data_joint.npy', (file) => truncate(file, 1000));
    expect(message).toMatch(/^FILE .*: expected 2528 bytes .* got 1000; the file is truncated$/);
  });

  it('rejects an array of another shape or type', async () => {
    const message = await complaint('train_data_joint.npy', (file) =>
      writeFile(file, readFileSync(path('out', 'xview', 'val_data_joint.npy'))),
    );
    expect(message).toBe(
      'FILE: expected float32 [2, 3, 5, 20, 1] as dataset.json says, got float32 [1, 3, 5, 20, 1]',
    );
  });

  it.each([
    ["'<f4', 'fortran_order': False", "'<f4', 'fortran_order': True ", ' in Fortran order'],
    ["'<f4'", "'>f4'", ', big-endian'],
  ])('rejects an array with another byte or axis order: %#', async (stored, other, order) => {
    const message = await complaint('train_data_joint.npy', async (file) => {
      const text = readFileSync(file, 'latin1');
      expect(text).toContain(stored);
      await writeFile(file, text.replace(stored, other), 'latin1');
    });
    const shape = 'float32 [2, 3, 5, 20, 1]';
    expect(message).toBe(`FILE: expected ${shape} as dataset.json says, got ${shape}${order}`);
  });

  it('returns the same clips with blocking reads', async () => {
    const dir = await prepared();
    const [data, blocking] = [
      await openDataset(dir, { part }),
      await openDataset(dir, { part, blocking: true }),
    ];
    for (const index of [1, 0]) expect(await blocking.get(index)).toEqual(await data.get(index));
    await data.close();
    await blocking.close();
  });

  it.each([false, true])(
    'reports the byte at which an array was truncated: blocking %s',
    async (blocking) => {
      const dir = await prepared();
      const data = await openDataset(dir, { part, blocking });
      const file = path('out', 'xview', 'train_data_joint.npy');
      // In the first of the two frames of clip 1, channel 2.
      const end = 128 + (1 * 3 + 2) * 5 * 20 * 4 + 12;
      await truncate(file, end);
      expect((await data.get(0)).clip.shape).toEqual([3, 5, 20, 1]);
      expect(await messageOf(data.get(1))).toBe(
        `${file} (byte ${end}): the file became shorter while it was read`,
      );
      await data.close();
    },
  );

  it('returns the source for reopening, also if the benchmark was not given', async () => {
    const dir = await prepared();
    const data = await openDataset(dir, { part });
    expect(data.source).toEqual({ kind: 'prepared', dir, benchmark: 'xview', part });
    const again = await reopenDataset(structuredClone(data.source as DatasetSource));
    expect(await again.get(1)).toEqual(await data.get(1));
    await data.close();
    await again.close();
  });

  it.each([
    ['train_label.npy', int32(0, 10), 'FILE: entry 1: expected an integer in [0, 9], got 10'],
    ['train_label.npy', int32(-1, 0), 'FILE: entry 0: expected an integer in [0, 9], got -1'],
    ['train_label.npy', int32(0), 'FILE: expected [2] integers, got [1]'],
    ['train_num_frame.npy', int32(5, 0), 'FILE: entry 1: expected an integer in [1, 5], got 0'],
    ['train_num_frame.npy', int32(6, 1), 'FILE: entry 0: expected an integer in [1, 5], got 6'],
    ['train_name.json', new Uint8Array(), 'FILE (byte 0): expected JSON, got an empty file'],
  ])('rejects an invalid %s: %#', async (file, bytes, message) => {
    expect(await complaint(file, (name) => writeFile(name, bytes))).toBe(message);
  });

  it.each(['train_label.npy', 'train_num_frame.npy', 'train_name.json', 'train_data_joint.npy'])(
    'reports that %s is missing',
    async (file) => {
      expect(await complaint(file, (name) => rm(name))).toBe(
        'FILE: expected a file, got nothing at that path',
      );
    },
  );

  it('rejects a NaN coordinate when its clip is read, and reads other clips', async () => {
    const dir = await prepared();
    const file = path('out', 'xview', 'train_data_joint.npy');
    const array = parseNpy(readFileSync(file), file);
    // Clip 1, channel 2, frame 1, joint 7.
    array.data[((1 * 3 + 2) * 5 + 1) * 20 + 7] = NaN;
    // In the padding of clip 1.
    array.data[(1 * 3 * 5 + 4) * 20] = NaN;
    await writeFile(file, formatNpy(array));
    const data = await openDataset(dir, { part });
    expect((await data.get(0)).clip.shape).toEqual([3, 5, 20, 1]);
    expect(await messageOf(data.get(1))).toBe(
      `${file}: clip a12_s01_e00_v02: expected finite coordinates, got NaN at channel 2, frame 1, ` +
        'joint 7, person 0; prepare the data set again',
    );
    await data.close();
  });
});
