import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatNpy, type NdArray } from '@halp/files';
import { kinectV1, kinectV2 } from '@halp/skeleton';
import type { DatasetSource, Part } from '../../../src/index.ts';
import { openArrays, reopenDataset } from '../../../src/node.ts';
import { messageOf, temporaryFolder } from '../../helpers.ts';
import { numberAt, pickled } from '../pickled.ts';

const path = temporaryFolder();
const V = 20;

/** Two clips of 4 frames and 2 persons; the second is zero from frame 2 on, and in frame 0. */
function joints(): NdArray {
  const data = Float32Array.from({ length: 2 * 3 * 4 * V * 2 }, (_, i) => i + 1);
  for (let c = 0; c < 3; c++) {
    const start = (3 + c) * 4 * V * 2;
    data.fill(0, start, start + V * 2);
    data.fill(0, start + 2 * V * 2, start + 4 * V * 2);
  }
  return { dtype: 'float32', shape: [2, 3, 4, V, 2], data };
}

const labels: NdArray = { dtype: 'int64', shape: [2], data: BigInt64Array.of(2n, 0n) };

async function save(name: string, array: NdArray): Promise<string> {
  await writeFile(path(name), formatNpy(array));
  return path(name);
}

async function files(): Promise<{ data: string; labels: string; layout: typeof kinectV1 }> {
  const data = await save('x.npy', joints());
  return { data, labels: await save('y.npy', labels), layout: kinectV1 };
}

describe('openArrays', () => {
  it('reads clips, labels of any integer type, and numbers the classes', async () => {
    const set = await openArrays(await files());
    expect([set.length, set.persons, set.name]).toEqual([2, 2, 'arrays']);
    expect(set.classes).toEqual(['class 0', 'class 1', 'class 2']);
    const { clip, label, name } = await set.get(0);
    expect({ label, name }).toEqual({ label: 2, name: 'arrays 0' });
    expect(clip.shape).toEqual([3, 4, V, 2]);
    expect([...clip.data]).toEqual(Array.from({ length: 3 * 4 * V * 2 }, (_, i) => i + 1));
    await set.close();
  });

  it('ends a clip at its last non-zero frame, if lengths are not given', async () => {
    const set = await openArrays(await files());
    const { clip } = await set.get(1);
    expect(clip.shape).toEqual([3, 2, V, 2]);
    expect(clip.data[V * 2]).toBe(3 * 4 * V * 2 + V * 2 + 1);
    await set.close();
  });

  it('uses given lengths', async () => {
    const frames: NdArray = { dtype: 'uint8', shape: [2], data: Uint8Array.of(3, 4) };
    const set = await openArrays({ ...(await files()), frames: await save('n.npy', frames) });
    expect((await set.get(0)).clip.shape[1]).toBe(3);
    expect((await set.get(1)).clip.shape[1]).toBe(4);
    await set.close();
  });

  it('reads float64 as float32', async () => {
    const { data, shape } = joints();
    const doubles = Float64Array.from(data as Float32Array, (x) => x + 1e-12);
    const options = await files();
    await save('x.npy', { dtype: 'float64', shape, data: doubles });
    const set = await openArrays(options);
    expect((await set.get(0)).clip.data[5]).toBe(6);
    await set.close();
  });

  it('refuses labels beyond the classes', async () => {
    const options = { ...(await files()), classes: ['sit', 'stand'] };
    expect(await messageOf(openArrays(options))).toBe(
      `${path('y.npy')}: entry 0: expected an integer in [0, 1], got 2`,
    );
  });

  it('refuses labels or lengths for other clips', async () => {
    const options = await files();
    await save('y.npy', { dtype: 'int32', shape: [3], data: new Int32Array(3) });
    expect(await messageOf(openArrays(options))).toContain('y.npy: expected [2] integers, got [3]');
    await save('y.npy', labels);
    const frames = await save('n.npy', { dtype: 'int32', shape: [2], data: Int32Array.of(4, 5) });
    expect(await messageOf(openArrays({ ...options, frames }))).toContain(
      'n.npy: entry 1: expected an integer in [1, 4], got 5',
    );
  });

  it('refuses labels that no double holds', async () => {
    const options = await files();
    await save('y.npy', { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n ** 60n + 1n) });
    expect(await messageOf(openArrays(options))).toContain(
      'y.npy: entry 1: expected an integer in [0, 4999], got 1152921504606847000',
    );
  });

  it('refuses labels that are no integers', async () => {
    const options = await files();
    await save('y.npy', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 0.5) });
    expect(await messageOf(openArrays(options))).toContain('entry 1: expected an integer');
  });

  it.each<[string, NdArray]>([
    ['25 joints', { dtype: 'float32', shape: [1, 3, 1, 25, 1], data: new Float32Array(75) }],
    ['2 channels', { dtype: 'float32', shape: [1, 2, 1, V, 1], data: new Float32Array(40) }],
    ['4 axes', { dtype: 'float32', shape: [1, 3, 1, V], data: new Float32Array(60) }],
    ['integers', { dtype: 'int32', shape: [1, 3, 1, V, 1], data: new Int32Array(60) }],
    ['no clips', { dtype: 'float32', shape: [0, 3, 1, V, 1], data: new Float32Array(0) }],
  ])('refuses joints with %s', async (_, array) => {
    const options = await files();
    await save('x.npy', array);
    expect(await messageOf(openArrays(options))).toBe(
      `${path('x.npy')}: expected floats [N, 3, T, 20, M] or [N, T, M * 20 * 3] for kinect-v1, ` +
        `got ${array.dtype} [${array.shape.join(', ')}]`,
    );
  });

  it('reads half precision, big-endian numbers and Fortran order', async () => {
    const { data } = joints();
    const options = await files();
    const bytes = formatNpy({ dtype: 'uint16', shape: [1, 3, 1, V, 1], data: new Uint16Array(60) });
    // 1 in half precision, the higher byte first.
    for (let i = 0; i < 60; i++) bytes[bytes.length - 120 + 2 * i] = 0x3c;
    const text = Buffer.from(bytes).toString('latin1');
    const half = text.replace('<u2', '>f2').replace("order': False, ", "order': True,  ");
    await writeFile(options.data, Buffer.from(half, 'latin1'));
    await save('y.npy', { dtype: 'int8', shape: [1], data: Int8Array.of(0) });
    const set = await openArrays(options);
    expect([...(await set.get(0)).clip.data]).toEqual(new Array<number>(60).fill(1));
    expect(data.length).toBeGreaterThan(0);
    await set.close();
  });

  it('reads labels and names from a pickle; names like NTU give subject, camera and setup', async () => {
    const array = { ...joints(), shape: [3, 3, 4, V, 1] };
    const data = await save('x.npy', { ...array, data: new Float32Array(3 * 3 * 4 * V).fill(1) });
    await writeFile(path('y.pkl'), pickled('labelsList'));
    const set = await openArrays({ data, labels: path('y.pkl'), layout: kinectV1 });
    expect(set.names).toEqual(['S001C001P001R001A001', 'S001C002P003R001A060', 'other']);
    expect([...set.labels]).toEqual([0, 59, 7]);
    expect(set.classes).toHaveLength(60);
    expect(await set.get(1)).toMatchObject({ label: 59, setup: 1, camera: 2, subject: 3 });
    expect(await set.get(2)).not.toHaveProperty('subject');
    await set.close();
  });

  it('refuses a pickle of labels for other clips, or beyond the classes', async () => {
    const options = { ...(await files()), labels: path('y.pkl') };
    await writeFile(path('y.pkl'), pickled('labelsTuple'));
    expect(await messageOf(openArrays(options))).toBe(`${path('y.pkl')}: expected 2 labels, got 3`);
    const array = { ...joints(), shape: [3, 3, 4, V, 1] };
    await save('x.npy', { ...array, data: new Float32Array(3 * 3 * 4 * V) });
    const classes = Array.from({ length: 59 }, (_, i) => `class ${i}`);
    expect(await messageOf(openArrays({ ...options, classes }))).toBe(
      `${path('y.pkl')}: entry 1: expected an integer in [0, 58], got 59`,
    );
  });

  it('has a source, from which it can be reopened', async () => {
    const options = await files();
    const set = await openArrays(options);
    await set.close();
    expect(set.source).toEqual({ kind: 'arrays', options });
    const again = await reopenDataset(structuredClone(set.source as DatasetSource));
    expect(await again.get(1)).toMatchObject({ name: 'arrays 1', label: 0 });
    await again.close();
  });

  it('refuses a coordinate that is infinite', async () => {
    const options = await files();
    const array = joints();
    array.data[3] = Infinity;
    await save('x.npy', array);
    const set = await openArrays(options);
    expect(await messageOf(set.get(0))).toContain(
      'clip arrays 0: expected finite coordinates, got Infinity at channel 0, frame 0, joint 1, person 1',
    );
    await set.close();
  });
});

describe('openArrays of a .npz', () => {
  const open = async (part: Part): ReturnType<typeof openArrays> => {
    await writeFile(path('NTU60_CS.npz'), pickled('npz'));
    return openArrays({ data: path('NTU60_CS.npz'), part, layout: kinectV2, name: 'ntu60' });
  };

  it('moves persons, joints and channels of a frame to their places in a clip', async () => {
    const set = await open('train');
    expect([set.length, set.persons, [...set.labels]]).toEqual([2, 2, [2, 0]]);
    // One row for each class, also for those that no clip has.
    expect(set.classes).toEqual(['class 0', 'class 1', 'class 2']);
    const { clip, name } = await set.get(0);
    expect([name, clip.shape]).toEqual(['ntu60 0', [3, 2, 25, 2]]);
    for (let t = 0; t < 2; t++) {
      for (let m = 0; m < 2; m++) {
        for (let v = 0; v < 25; v++) {
          for (let c = 0; c < 3; c++) {
            const expected = numberAt(((t * 2 + m) * 25 + v) * 3 + c);
            expect(clip.data[((c * 2 + t) * 25 + v) * 2 + m]).toBe(expected);
          }
        }
      }
    }
    expect((await set.get(1)).clip.shape).toEqual([3, 1, 25, 2]);
    await set.close();
  });

  it('reads the test part', async () => {
    const set = await open('test');
    expect([set.length, [...set.labels]]).toEqual([1, [1]]);
    await set.close();
  });

  it('asks for a part, and for no labels', async () => {
    const data = path('a.npz');
    expect(await messageOf(openArrays({ data, layout: kinectV2 }))).toBe(
      `openArrays: expected a part of ${data} and no labels, got no part`,
    );
    const labels = path('y.npy');
    expect(await messageOf(openArrays({ data, labels, part: 'test', layout: kinectV2 }))).toBe(
      `openArrays: expected a part of ${data} and no labels, got labels ${labels}`,
    );
    expect(await messageOf(openArrays({ data: path('a.npy'), layout: kinectV2 }))).toBe(
      `openArrays: expected labels for ${path('a.npy')}, got none`,
    );
  });

  it('refuses labels that are not one class each', async () => {
    const bytes = pickled('npz');
    await writeFile(path('NTU60_CS.npz'), bytes);
    const ones = Buffer.from(bytes).indexOf(Buffer.from(Float64Array.of(0, 0, 1).buffer));
    bytes.set(new Uint8Array(Float64Array.of(0, 1, 1).buffer), ones);
    await writeFile(path('NTU60_CS.npz'), bytes);
    const options = { data: path('NTU60_CS.npz'), part: 'train', layout: kinectV2 } as const;
    expect(await messageOf(openArrays(options))).toBe(
      `${path('NTU60_CS.npz')}/y_train.npy: row 0: expected one 1 and zeros, got other numbers`,
    );
  });

  it('refuses another layout, and an archive without the part', async () => {
    await writeFile(path('NTU60_CS.npz'), pickled('npz'));
    const options = { data: path('NTU60_CS.npz'), part: 'train' } as const;
    expect(await messageOf(openArrays({ ...options, layout: kinectV1 }))).toBe(
      `${path('NTU60_CS.npz')}/x_train.npy: expected floats [N, 3, T, 20, M] or [N, T, M * 20 * 3] ` +
        'for kinect-v1, got float32 [2, 2, 150]',
    );
    const renamed = Buffer.from(pickled('npz')).toString('latin1').replaceAll('x_train', 'z_train');
    await writeFile(path('NTU60_CS.npz'), Buffer.from(renamed, 'latin1'));
    expect(await messageOf(openArrays({ ...options, layout: kinectV2 }))).toContain(
      'expected an array x_train, got z_train, y_train, x_test, y_test',
    );
  });
});
