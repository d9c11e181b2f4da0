import { writeFile } from 'node:fs/promises';
import { formatNpy, type NdArray } from '@halp/files';
import { kinectV1 } from '@halp/skeleton';
import { describe, expect, it } from 'vitest';
import { openArrays } from '../src/node.ts';
import { messageOf, temporaryFolder } from './helpers.ts';

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

  it('ends a clip at its last frame that is not zero, if lengths are not given', async () => {
    const set = await openArrays(await files());
    const { clip } = await set.get(1);
    expect(clip.shape).toEqual([3, 2, V, 2]);
    expect(clip.data[V * 2]).toBe(3 * 4 * V * 2 + V * 2 + 1);
    await set.close();
  });

  it('takes the lengths that are given', async () => {
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
      `${path('x.npy')}: expected float32 or float64 [N, 3, T, 20, M] for kinect-v1, ` +
        `got ${array.dtype} [${array.shape.join(', ')}]`,
    );
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
