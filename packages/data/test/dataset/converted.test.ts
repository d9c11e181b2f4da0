import { describe, expect, it } from 'vitest';
import { type ClipForm, convertedDataset, type Dataset, subsetOf } from '@halp/data';
import {
  convertLayout,
  createClip,
  kinectV1,
  kinectV2,
  type Layout,
  storedLayout,
} from '@halp/skeleton';

/** One clip of two frames, each number another one, of a given layout and number of persons. */
function oneClip(layout: Layout, persons: number): Dataset {
  const clip = createClip([3, 2, layout.joints.length, persons]);
  clip.data.forEach((_, i) => (clip.data[i] = i + 1));
  return {
    ...{ name: 'one', layout, classes: ['a'], persons, length: 1 },
    ...{ labels: Int32Array.of(0), names: ['clip'] },
    source: { kind: 'prepared', dir: '.', benchmark: 'xsub', part: 'train' },
    get: () => Promise.resolve({ clip, label: 0, name: 'clip', subject: 3 }),
    close: () => Promise.resolve(),
  };
}

/** A form that does not turn. */
const form = (layout: Layout, persons: number, turned = false): ClipForm => ({
  layout: storedLayout(layout),
  persons,
  turned,
});

describe('convertedDataset', () => {
  it('gives the data set itself if it already has the form', () => {
    const dataset = oneClip(kinectV2, 2);
    expect(convertedDataset(dataset, form(kinectV2, 2))).toBe(dataset);
  });

  it('maps joints, adds empty persons and keeps the other facts of a clip', async () => {
    const dataset = oneClip(kinectV1, 1);
    const mapped = convertedDataset(dataset, form(kinectV2, 2));
    const { clip, ...facts } = await mapped.get(0);
    expect([mapped.layout.name, mapped.persons, clip.shape]).toEqual([
      'kinect-v2',
      2,
      [3, 2, 25, 2],
    ]);
    expect(facts).toEqual({ label: 0, name: 'clip', subject: 3 });
    const options = { from: kinectV1, to: kinectV2, missing: 'parent' } as const;
    const expected = convertLayout((await dataset.get(0)).clip, options);
    expect([...clip.data].filter((_, i) => i % 2 === 0)).toEqual([...expected.data]);
    expect([...clip.data].filter((_, i) => i % 2 === 1).every((x) => x === 0)).toBe(true);
  });

  it('keeps the first persons if there are more than slots', async () => {
    const { clip } = await convertedDataset(oneClip(kinectV2, 2), form(kinectV2, 1)).get(0);
    expect([clip.shape[3], clip.data[0], clip.data[1]]).toEqual([1, 1, 3]);
  });

  it('turns z up to y up, and empty joints stay +0', async () => {
    const { clip } = await convertedDataset(oneClip(kinectV2, 1), form(kinectV2, 1, true)).get(0);
    const channel = 50;
    expect([clip.data[3], clip.data[channel + 3], clip.data[2 * channel + 3]]).toEqual([
      4,
      2 * channel + 4,
      -(channel + 4),
    ]);
    const empty = oneClip(kinectV2, 1);
    (await empty.get(0)).clip.data.fill(0);
    const turned = await convertedDataset(empty, form(kinectV2, 1, true)).get(0);
    expect(turned.clip.data.every((x) => Object.is(x, 0))).toBe(true);
  });

  it('has a source, from which a worker thread opens the clips with their form', () => {
    const dataset = oneClip(kinectV1, 1);
    expect(convertedDataset(dataset, form(kinectV2, 1)).source).toEqual({
      ...{ kind: 'converted', source: dataset.source, form: form(kinectV2, 1) },
    });
  });

  it('refuses a layout that cannot be mapped, before any clip is read', () => {
    const alien: Layout = {
      ...kinectV1,
      name: 'alien',
      joints: kinectV1.joints.map((_, i) => `x${i}` as never),
    };
    expect(() => convertedDataset(oneClip(alien, 1), form(kinectV2, 1))).toThrow(/convertLayout/);
  });
});

describe('subsetOf', () => {
  it('is those clips in that order', async () => {
    const dataset: Dataset = {
      ...oneClip(kinectV1, 1),
      ...{ length: 3, labels: Int32Array.of(5, 6, 7), names: ['a', 'b', 'c'] },
      get: (index) =>
        Promise.resolve({
          clip: createClip([3, 1, 20, 1]),
          label: 5 + index,
          name: 'abc'.charAt(index),
        }),
    };
    const subset = subsetOf(dataset, [2, 0]);
    expect([subset.length, [...subset.labels], subset.names]).toEqual([2, [7, 5], ['c', 'a']]);
    expect((await subset.get(0)).name).toBe('c');
    await expect(subset.get(2)).rejects.toThrow('expected an index in [0, 2), got 2');
    expect(subset.source).toBeUndefined();
    expect(() => subsetOf(dataset, [3])).toThrow('expected indices in [0, 3), got 3');
  });
});
