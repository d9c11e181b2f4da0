import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClip, type Layout, layoutNames, layoutOf } from '@halp/skeleton';
import { keptPreparation, kineticsPreparation, type Sample } from '../../src/index.ts';
import {
  type ClipsToWrite,
  openDataset,
  prepare,
  type Progress,
  readManifest,
  verifyDataset,
  writeDataset,
} from '../../src/node.ts';
import { hashes, messageOf, temporaryFolder, writeNwUcla } from '../helpers.ts';

const path = temporaryFolder();

/** A sample whose numbers are all different. */
function sampleOf(
  facts: Omit<Sample, 'clip'>,
  layout: Layout,
  [T, M]: readonly [frames: number, persons: number],
): Sample {
  const clip = createClip([3, T, layout.joints.length, M]);
  for (let i = 0; i < clip.data.length; i++) clip.data[i] = (i + 1) / 7 - facts.label;
  return { ...facts, clip };
}

function given(samples: readonly Sample[], more: Partial<ClipsToWrite> = {}): ClipsToWrite {
  return {
    ...{ layout: layoutOf('kinect-v1'), classes: ['wave', 'point'], length: samples.length },
    preparation: keptPreparation,
    get: (index) => samples[index] as Sample,
    ...more,
  };
}

const sample = (name: string, label = 0, size: readonly [number, number] = [4, 1]): Sample =>
  sampleOf({ name, label }, layoutOf('kinect-v1'), size);
const two = (): { train: ClipsToWrite; test: ClipsToWrite } => ({
  train: given([sample('a'), sample('b', 1, [7, 1])]),
  test: given([sample('c', 1, [2, 2])]),
});
const options = (): { out: string; name: string } => ({ out: path('out'), name: 'mine' });

describe('writeDataset', () => {
  it('writes clips that are read back with the same numbers, bit for bit, whatever the clips', async () => {
    const number = fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0));
    const clipOf = (name: string): fc.Arbitrary<(layout: Layout) => Sample> =>
      fc
        .record({
          size: fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 })),
          label: fc.integer({ min: 0, max: 1 }),
          numbers: fc.array(number, { minLength: 1, maxLength: 20 }),
        })
        .map(({ size: [T, M], label, numbers }) => (layout: Layout) => {
          const clip = createClip([3, T, layout.joints.length, M]);
          for (let i = 0; i < clip.data.length; i++) {
            clip.data[i] = numbers[i % numbers.length] as number;
          }
          return { clip, label, name, subject: T };
        });
    const listOf = (prefix: string): fc.Arbitrary<((layout: Layout) => Sample)[]> =>
      fc
        .integer({ min: 1, max: 4 })
        .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => clipOf(`${prefix} ${i}`))));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...layoutNames),
        listOf('é/train'),
        listOf('test'),
        async (layoutName, trainers, testers) => {
          const layout = layoutOf(layoutName);
          const samples = {
            train: trainers.map((make) => make(layout)),
            test: testers.map((make) => make(layout)),
          };
          const preparation = layout.hasSpine ? keptPreparation : kineticsPreparation;
          const more = { layout, preparation };
          const out = path(`out${runs++}`);
          const { manifest } = await writeDataset(
            { train: given(samples.train, more), test: given(samples.test, more) },
            { out, name: 'mine' },
          );
          const all = [...samples.train, ...samples.test];
          const persons = Math.max(...all.map(({ clip }) => clip.shape[3]));
          expect(manifest).toMatchObject({ layout: layoutName, persons, preparation });
          for (const part of ['train', 'test'] as const) {
            const data = await openDataset(out, { part });
            expect(data.length).toBe(samples[part].length);
            for (const [i, { clip, ...facts }] of samples[part].entries()) {
              const { clip: stored, ...others } = await data.get(i);
              expect(others).toEqual(facts);
              const [C, T, V, M] = clip.shape;
              expect(stored.shape).toEqual([C, T, V, persons]);
              for (let k = 0; k < stored.data.length; k++) {
                const m = k % persons;
                const wanted = m < M ? clip.data[Math.floor(k / persons) * M + m] : 0;
                if (!Object.is(stored.data[k], wanted)) expect([k, stored.data[k]]).toBe(wanted);
              }
            }
            await data.close();
          }
          expect((await verifyDataset(out)).problems).toEqual([]);
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  it('writes the bytes of the set from which its data sets are opened', async () => {
    await mkdir(path('raw'));
    for (const [name, label, frames] of [
      ['a12_s01_e00_v02', 10, 5],
      ['a01_s03_e00_v01', 1, 2],
      ['a01_s02_e00_v03', 1, 7],
    ] as const) {
      await writeNwUcla(path('raw'), name, label, frames);
    }
    await prepare('nw-ucla', { raw: path('raw'), out: path('prepared') });
    const [train, test] = [
      await openDataset(path('prepared'), { part: 'train' }),
      await openDataset(path('prepared'), { part: 'test' }),
    ];
    await writeDataset({ train, test }, { out: path('out'), benchmark: 'xview' });
    await train.close();
    await test.close();
    const written = await readManifest(path('out'));
    // It does not know how many clips were published.
    expect({ ...written, complete: false }).toEqual(await readManifest(path('prepared')));
    expect((await verifyDataset(path('out'))).problems).toEqual([]);
  });

  it('reads each clip once, in order, one at a time', async () => {
    const { train, test } = two();
    const seen: string[] = [];
    let open = 0;
    const watched = (part: string, clips: ClipsToWrite): ClipsToWrite => ({
      ...clips,
      get: async (index) => {
        seen.push(`${part} ${index}`);
        open++;
        expect(open).toBe(1);
        await Promise.resolve();
        open--;
        return clips.get(index);
      },
    });
    await writeDataset({ train: watched('train', train), test: watched('test', test) }, options());
    expect(seen).toEqual(['train 0', 'train 1', 'test 0']);
  });

  it('reports its progress, empty clips and classes without a clip', async () => {
    const seen: Progress[] = [];
    const empty = { ...sample('c', 1), clip: createClip([3, 2, 20, 1]) };
    const { empty: count, notes } = await writeDataset(
      { train: two().train, test: given([empty]) },
      { ...options(), onProgress: (progress) => seen.push(progress) },
    );
    expect(seen).toEqual([
      { stage: 'measuring', done: 3, total: 3, resumed: 0 },
      { stage: 'preparing', done: 3, total: 3, resumed: 0 },
    ]);
    expect(count).toBe(1);
    expect(notes).toEqual(['classes without a clip: 1 of 2 in split test (wave)']);
  });

  it('states an unknown normalisation for clips that state none', async () => {
    const { train, test } = two();
    const { manifest } = await writeDataset(
      { train: { ...train, preparation: undefined }, test: { ...test, preparation: undefined } },
      options(),
    );
    expect(manifest.preparation).toMatchObject({ channels: 'xyz', normalisation: 'unknown' });
  });

  it('replaces an earlier version, and keeps another benchmark of the same form', async () => {
    await writeDataset(two(), options());
    const first = hashes(path('out'));
    await writeDataset(two(), options());
    expect(hashes(path('out'))).toEqual(first);
    const { manifest } = await writeDataset(two(), { ...options(), benchmark: 'fold-2' });
    expect(Object.keys(manifest.benchmarks)).toEqual(['split', 'fold-2']);
    const longer = { ...two(), test: given([sample('c', 1, [9, 2])]) };
    expect(await messageOf(writeDataset(longer, { ...options(), benchmark: 'fold-3' }))).toMatch(
      /^writeDataset: expected the frames of split and fold-2 in .*, got another;/,
    );
  });

  it('removes what a killed call left behind', async () => {
    await writeDataset(two(), { ...options(), out: path('whole') });
    await mkdir(path('out', '.preparing', 'split'), { recursive: true });
    await writeFile(path('out', '.preparing', 'clips'), 'half a clip');
    await writeFile(path('out', '.preparing', 'split', 'val_data_joint.npy'), 'half');
    await writeDataset(two(), options());
    expect(hashes(path('out'))).toEqual(hashes(path('whole')));
  });
});

describe('writeDataset writes nothing if', () => {
  const cases: readonly (readonly [
    string,
    () => Partial<Record<'train' | 'test', ClipsToWrite>>,
    string,
  ])[] = [
    ['a part has no clip', () => ({ test: given([]) }), 'expected clips in test, got none'],
    [
      'the parts have other classes',
      () => ({ test: given([sample('c', 1)], { classes: ['wave', 'nod'] }) }),
      'expected the classes of train in test, got another',
    ],
    [
      'the parts have other layouts',
      () => ({ test: given([sample('c', 1)], { layout: layoutOf('kinect-v2') }) }),
      'expected the layout of train in test, got another',
    ],
    [
      'the parts were prepared differently',
      () => ({ test: given([sample('c')], { preparation: { ...keptPreparation, up: 'y' } }) }),
      'expected the up of train in test, got another',
    ],
    [
      'a class has no name',
      () => ({ train: given([sample('a')], { classes: [''] }) }),
      "expected names without control characters as train.classes, got ''",
    ],
    [
      'a name occurs twice',
      () => ({ test: given([sample('c'), sample('a')]) }),
      "expected each name once, got 'a' in train and in test",
    ],
    [
      'a clip has another number of joints',
      () => ({ test: given([sampleOf({ name: 'c', label: 0 }, layoutOf('kinect-v2'), [3, 1])]) }),
      'test clip 0: expected [3, T, 20, M] with the 20 joints of kinect-v1, got [3, 3, 25, 1] (c)',
    ],
    [
      'a clip has more persons than stated',
      () => ({ test: given([sample('c', 0, [3, 2])], { persons: 1 }) }),
      'test clip 0: expected [3, T, 20, 1 to 1] with the 20 joints of kinect-v1, got [3, 3, 20, 2] (c)',
    ],
    [
      'a coordinate is NaN',
      () => {
        const bad = sample('c');
        bad.clip.data[5] = NaN;
        return { test: given([bad]) };
      },
      'test clip 0: expected finite coordinates, got NaN or infinity (c)',
    ],
    [
      'a clip is a whole recording',
      () => ({ train: given([sample('a', 0, [10_001, 1])]) }),
      'train clip 0: expected at most 10000 frames, got 10001 (a); cut it into clips',
    ],
    [
      'a label is no class',
      () => ({ test: given([sample('c', 2)]) }),
      'test clip 0: expected a label in [0, 2), got 2 (c)',
    ],
    [
      'a label differs from the list',
      () => ({ test: given([sample('c', 1)], { labels: Int32Array.of(0) }) }),
      'test clip 0: expected label 0 as in labels, got 1 (c)',
    ],
    [
      'a name differs from the list',
      () => ({ test: given([sample('c', 1)], { names: ['d'] }) }),
      "test clip 0: expected the name 'd' as in names, got 'c'",
    ],
    [
      'a clip has no name',
      () => ({ test: given([{ ...sample('c'), name: '' }]) }),
      "test clip 0: expected a name, got ''",
    ],
    [
      'a subject is no number',
      () => ({ test: given([{ ...sample('c'), subject: 'ben' as unknown as number }]) }),
      "test clip 0: expected an integer as subject, got 'ben' (c)",
    ],
    [
      'a clip is an array of numbers',
      () => ({ test: given([{ ...sample('c'), clip: [1, 2] as unknown as Sample['clip'] }]) }),
      'test clip 0 (c): expected a clip { data, shape: [C, T, V, M] }, got an array of 2; see createClip of @halp/skeleton',
    ],
    [
      'a layout without a spine states no channels',
      () => {
        const layout = layoutOf('coco-17');
        const more = { layout, preparation: undefined };
        const clip = sampleOf({ name: 'x', label: 0 }, layout, [2, 1]);
        return { train: given([clip], more), test: given([{ ...clip, name: 'y' }], more) };
      },
      'expected channels xyz or xy-score for coco-17, got none; state whether the third number of a joint is z or a score',
    ],
  ];
  it.each(cases)('%s', async (_, change, message) => {
    const wanted = `writeDataset: ${message}`;
    expect(await messageOf(writeDataset({ ...two(), ...change() }, options()))).toBe(wanted);
    expect(existsSync(path('out'))).toBe(false);
    await writeDataset(two(), options());
    const before = hashes(path('out'));
    expect(await messageOf(writeDataset({ ...two(), ...change() }, options()))).toBe(wanted);
    expect(hashes(path('out'))).toEqual(before);
  });

  it('get throws', async () => {
    const failing = given([sample('c')], { get: () => Promise.reject(new Error('no camera')) });
    expect(await messageOf(writeDataset({ ...two(), test: failing }, options()))).toBe('no camera');
    expect(existsSync(path('out'))).toBe(false);
  });

  it('it is aborted, at any clip', async () => {
    await writeDataset(two(), options());
    const before = hashes(path('out'));
    for (const at of ['train 0', 'train 1', 'test 0']) {
      const stop = new AbortController();
      const { train, test } = two();
      const watched = (part: string, clips: ClipsToWrite): ClipsToWrite => ({
        ...clips,
        get: (index) => {
          if (`${part} ${index}` === at) stop.abort(new Error('stopped by the user'));
          return clips.get(index);
        },
      });
      const parts = { train: watched('train', train), test: watched('test', test) };
      const work = writeDataset(parts, { ...options(), signal: stop.signal });
      expect(await messageOf(work)).toBe('stopped by the user');
      expect(hashes(path('out'))).toEqual(before);
      expect((await readdir(path('out'))).sort()).toEqual(['dataset.json', 'split']);
    }
  });

  it.each([
    [{ name: 'a/b' }, `expected a name of letters, digits, ".", "_" and "-" as name, got 'a/b'`],
    [
      { name: undefined },
      'expected a name of letters, digits, ".", "_" and "-" as name, got undefined',
    ],
    [
      { benchmark: 'Fold 1' },
      `expected a name of lower-case letters, digits and "-" as benchmark, got 'Fold 1'`,
    ],
    [
      { benchmark: '..' },
      `expected a name of lower-case letters, digits and "-" as benchmark, got '..'`,
    ],
    [{ fps: 0 }, 'expected frames a second as fps, got 0'],
  ])('an option is wrong: %j', async (change, message) => {
    const work = writeDataset(two(), { ...options(), ...change });
    expect(await messageOf(work)).toBe(`writeDataset: ${message}`);
    expect(existsSync(path('out'))).toBe(false);
  });

  it('the folder holds another set or other files', async () => {
    await writeDataset(two(), options());
    expect(await messageOf(writeDataset(two(), { ...options(), name: 'yours' }))).toMatch(
      /^writeDataset: expected a new or empty folder, got .* with the data set mine in it;/,
    );
    await mkdir(path('other'));
    await writeFile(path('other', 'thesis.tex'), '');
    expect(await messageOf(writeDataset(two(), { ...options(), out: path('other') }))).toMatch(
      /^writeDataset: expected a new or empty folder, got .* with other files in it;/,
    );
  });
});
