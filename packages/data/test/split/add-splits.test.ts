import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNpy } from '@halp/files';
import type { ClipRule, Sample, SplitRule } from '../../src/index.ts';
import {
  addSplits,
  openDataset,
  prepare,
  readManifest,
  removeSplits,
  reopenDataset,
  verifyDataset,
} from '../../src/node.ts';
import { hashes, messageOf, readJson, temporaryFolder, writeNwUcla } from '../helpers.ts';

const path = temporaryFolder();
const actions = [1, 12];
let made = '';

/** Two actions of three performers in three views, with lengths of 1 to 4 frames: 12 training clips, 6 test clips. */
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'halp-data-'));
  await mkdir(join(made, 'raw'));
  let n = 0;
  for (const action of actions) {
    for (const subject of [1, 2, 3]) {
      for (const view of [1, 2, 3]) {
        const name = `a${String(action).padStart(2, '0')}_s0${subject}_e00_v0${view}`;
        await writeNwUcla(join(made, 'raw'), name, action === 1 ? 1 : 10, 1 + (n++ % 4));
      }
    }
  }
  await prepare('nw-ucla', { raw: join(made, 'raw'), out: join(made, 'out') });
});
afterAll(() => rm(made, { recursive: true }));

async function prepared(): Promise<string> {
  await cp(join(made, 'out'), path('out'), { recursive: true });
  return path('out');
}

async function samplesOf(
  dir: string,
  benchmark: string,
  part: 'train' | 'test',
): Promise<Sample[]> {
  const data = await openDataset(dir, { benchmark, part });
  const samples: Sample[] = [];
  for (let i = 0; i < data.length; i++) {
    const sample = await data.get(i);
    expect([sample.name, sample.label]).toEqual([data.names[i], data.labels[i]]);
    samples.push(sample);
  }
  await data.close();
  return samples;
}

const folds: Readonly<Record<string, SplitRule>> = Object.fromEntries(
  [1, 2, 3].map((subject) => [
    `without-${subject}`,
    {
      from: 'xview',
      train: { part: 'train', not: { subject: [subject] } },
      test: { part: 'train', subject: [subject] },
    },
  ]),
);

describe('addSplits', () => {
  it('opens the selected clips, bit for bit, in the order of their names, whatever the rule', async () => {
    const dir = await prepared();
    const before = hashes(dir);
    const all = [
      ...(await samplesOf(dir, 'xview', 'train')),
      ...(await samplesOf(dir, 'xview', 'test')),
    ];
    const parts = new Map(all.map(({ name, camera }) => [name, camera === 3 ? 'test' : 'train']));
    const listOf = <T>(...values: readonly T[]): fc.Arbitrary<readonly T[] | undefined> =>
      fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
    const conditions = fc.record({
      subject: listOf(1, 2, 3),
      camera: listOf(1, 2, 3),
      class: listOf('pick up with one hand', 'carry'),
      name: listOf('a01*', 'a12_s*_v02', '*v03', 'a01_s02_e00_v01'),
    });
    const withPart = fc.tuple(conditions, fc.constantFrom('train', 'test', undefined));
    const rule = fc
      .tuple(withPart, fc.option(conditions, { nil: undefined }))
      .map(([[plain, part], not]) => ({ ...plain, part, not }));
    const meets = ({ name, subject, camera, label }: Sample, when: ClipRule): boolean =>
      (when.part === undefined || parts.get(name) === when.part) &&
      (when.subject?.includes(subject as number) ?? true) &&
      (when.camera?.includes(camera as number) ?? true) &&
      (when.class?.includes(label === 0 ? 'pick up with one hand' : 'carry') ?? true) &&
      (when.name?.some((each) =>
        new RegExp(`^${each.replace('*', '.*').replace('*', '.*')}$`).test(name),
      ) ??
        true);
    const isEmpty = (when: object): boolean =>
      Object.values(when).every((each) => each === undefined);
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(rule, rule, async (train, test) => {
        const wanted = (when: ClipRule): readonly Sample[] =>
          all
            .filter((each) => meets(each, when) && !(when.not && meets(each, when.not)))
            .sort((a, b) => (a.name < b.name ? -1 : 1));
        const [trained, tested] = [wanted(train), wanted(test)];
        const both = trained.some((clip) => tested.includes(clip));
        const wrong = [train, test].some(
          (each) => isEmpty(each) || (each.not && isEmpty(each.not)),
        );
        const work = addSplits(dir, { mine: { from: 'xview', train, test } });
        if (both || wrong || trained.length === 0 || tested.length === 0) {
          await expect(work).rejects.toThrow(RangeError);
          return;
        }
        valid++;
        const { manifest } = await work;
        expect(await samplesOf(dir, 'mine', 'train')).toEqual(trained);
        expect(await samplesOf(dir, 'mine', 'test')).toEqual(tested);
        expect((await verifyDataset(dir)).problems).toEqual([]);
        expect(manifest.benchmarks['mine']?.test.clips).toBe(tested.length);
      }),
      { numRuns: 120, seed: 3 },
    );
    expect(valid).toBeGreaterThan(10);
    const after = hashes(dir);
    for (const [file, hash] of Object.entries(before)) {
      if (file !== '/dataset.json') expect([file, after[file]]).toEqual([file, hash]);
    }
    expect(readdirSync(join(dir, 'mine')).filter((file) => file.includes('data'))).toEqual([]);
  });

  it('gives a split the checksums of the same benchmark that was prepared with its own arrays', async () => {
    await prepare('synthetic', { out: path('out'), performers: 2, replications: 1 });
    const camera = { train: { camera: [2, 3] }, test: { camera: [1] } };
    const { manifest } = await addSplits(path('out'), { 'by-camera': { from: 'xsub', ...camera } });
    const { xview, 'by-camera': split } = manifest.benchmarks;
    expect(split).toMatchObject({ train: xview?.train, test: xview?.test });
    for (const part of ['train', 'test'] as const) {
      expect(await samplesOf(path('out'), 'by-camera', part)).toEqual(
        await samplesOf(path('out'), 'xview', part),
      );
    }
  });

  it('is opened by its source in another thread, and with blocking reads', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    const data = await openDataset(dir, { benchmark: 'without-2', part: 'test' });
    const again = await reopenDataset(structuredClone(data.source as never), { blocking: true });
    expect(await again.get(1)).toEqual(await data.get(1));
    expect(await messageOf(data.get(99))).toBe('get: expected an index in [0, 4), got 99');
    await data.close();
    await again.close();
    const only = await openDataset(dir, { part: 'test' });
    expect(only.source).toMatchObject({ benchmark: 'xview' });
    await only.close();
  });

  it('stores its rule, and splits a split', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    await addSplits(dir, {
      inner: { from: 'without-1', train: { part: 'train', camera: [1] }, test: { camera: [2] } },
    });
    const { inner, 'without-1': outer } = (await readManifest(dir)).benchmarks;
    expect(outer?.split?.rule).toEqual(folds['without-1']);
    expect(inner?.split).toMatchObject({ from: 'xview', rule: { from: 'without-1' } });
    const names = (await samplesOf(dir, 'inner', 'train')).map(({ name }) => name);
    expect(names).toEqual([
      'a01_s02_e00_v01',
      'a01_s03_e00_v01',
      'a12_s02_e00_v01',
      'a12_s03_e00_v01',
    ]);
    const tested = (await samplesOf(dir, 'inner', 'test')).map(({ name }) => name);
    expect(tested).toHaveLength(6);
  });

  it('keeps a split that exists, and replaces one with another rule', async () => {
    const dir = await prepared();
    const progress: number[] = [];
    await addSplits(dir, folds, { onProgress: ({ done }) => progress.push(done) });
    expect(progress.at(-1)).toBe(36);
    const before = hashes(dir);
    progress.length = 0;
    await addSplits(dir, folds, { onProgress: ({ done }) => progress.push(done) });
    expect([progress, hashes(dir)]).toEqual([[], before]);
    const rule = { from: 'xview', train: { subject: [1] }, test: { subject: [2] } };
    await addSplits(dir, { 'without-1': rule });
    expect((await readManifest(dir)).benchmarks['without-1']?.split?.rule).toEqual(rule);
    expect(await samplesOf(dir, 'without-1', 'train')).toHaveLength(6);
    expect((await verifyDataset(dir)).problems).toEqual([]);
  });

  it('notes classes without a clip', async () => {
    const { notes } = await addSplits(await prepared(), {
      mine: { from: 'xview', train: { subject: [1] }, test: { name: ['a12_s02_e00_v01'] } },
    });
    expect(notes[0]).toContain('in mine test');
  });

  it('keeps splits when the same clips are prepared again, and removes them with a note when others are', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    const state = async (): Promise<unknown> => {
      const { '/dataset.json': _, ...files } = hashes(dir);
      return { files, manifest: await readManifest(dir) };
    };
    const before = await state();
    await prepare('nw-ucla', { raw: join(made, 'raw'), out: dir });
    expect(await state()).toEqual(before);
    await cp(join(made, 'raw'), path('raw'), { recursive: true });
    await writeNwUcla(path('raw'), 'a01_s01_e00_v01', 1, 7);
    const { notes, manifest } = await prepare('nw-ucla', { raw: path('raw'), out: dir });
    expect(notes).toContain(
      'removed the splits without-1, without-2, without-3, whose clips have changed; make them again',
    );
    expect(Object.keys(manifest.benchmarks)).toEqual(['xview']);
    expect(readdirSync(dir).sort()).toEqual(['dataset.json', 'xview']);
  });

  it('refuses to open a split whose arrays are others', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    const file = join(dir, 'dataset.json');
    const text = readFileSync(file, 'utf8');
    const hash = (await readManifest(dir)).benchmarks['xview']?.test.sha256.data as string;
    await writeFile(file, text.replace(hash, '0'.repeat(64)));
    expect(await messageOf(openDataset(dir, { benchmark: 'without-1', part: 'train' }))).toBe(
      `${file}: benchmarks.without-1: expected xview as when this split was made, got other clips; make the split again`,
    );
  });

  it('finds damaged rows', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    const file = join(dir, 'without-1', 'train_row.npy');
    const rows = (values: readonly number[]): Uint8Array =>
      formatNpy({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
    await writeFile(file, rows([1, 0, 2, 3, 4, 5, 6, 7]));
    const { problems } = await verifyDataset(dir);
    expect(problems.map((each) => each.file)).toEqual([file]);
    await writeFile(file, rows([18, 0, 2, 3, 4, 5, 6, 7]));
    const message = `${file}: entry 0: expected an integer in [0, 17], got 18`;
    expect(await messageOf(openDataset(dir, { benchmark: 'without-1', part: 'train' }))).toBe(
      message,
    );
    expect((await verifyDataset(dir)).problems[0]?.reason).toContain(message);
  });
});

describe('addSplits writes nothing if', () => {
  const rule = (change: Partial<Record<keyof SplitRule, unknown>>): Record<string, SplitRule> => ({
    mine: { from: 'xview', train: { camera: [1] }, test: { camera: [2] }, ...change } as SplitRule,
  });
  it.each([
    [{}, 'expected splits by name, got an object'],
    [
      { 'Fold 1': rule({})['mine'] },
      'expected a name of lower-case letters, digits and "-", got "Fold 1"',
    ],
    [{ mine: [] }, 'mine: expected { from, train, test }, got a list of 0'],
    [rule({ validation: {} } as object), 'mine: expected from, train and test, got "validation"'],
    [rule({ from: 7 }), 'mine.from: expected the name of a benchmark, got 7'],
    [rule({ from: 'xsub' }), "mine.from: expected a benchmark of DIR (xview), got 'xsub'"],
    [
      { xview: rule({})['mine'] },
      'expected a new name, got xview, a benchmark of DIR/dataset.json',
    ],
    [rule({ train: undefined }), 'mine.train: expected conditions, got nothing'],
    [rule({ train: {} }), 'mine.train: expected at least one condition, got none'],
    [rule({ train: { not: {} } }), 'mine.train.not: expected at least one condition, got none'],
    [
      rule({ train: { cameras: [1] } }),
      'mine.train: expected part, subject, camera, setup, class, name, not, got "cameras"',
    ],
    [
      rule({ train: { not: { not: { camera: [1] } } } }),
      'mine.train.not: expected part, subject, camera, setup, class, name, got "not"',
    ],
    [rule({ train: { camera: 1 } }), 'mine.train.camera: expected a list of integers, got 1'],
    [
      rule({ train: { camera: [] } }),
      'mine.train.camera: expected a list of integers, got a list of 0',
    ],
    [rule({ train: { camera: ['1'] } }), 'mine.train.camera[0]: expected an integer, got "1"'],
    [rule({ train: { part: 'val' } }), 'mine.train.part: expected "train" or "test", got "val"'],
    [
      rule({ train: { camera: [9] } }),
      'mine.train.camera: expected cameras of nw-ucla xview, got 9',
    ],
    [
      rule({ train: { not: { subject: [9] } } }),
      'mine.train.not.subject: expected subjects of nw-ucla xview, got 9',
    ],
    [
      rule({ train: { setup: [1] } }),
      'mine.train.setup: expected clips with a setup, got nw-ucla xview without',
    ],
    [
      rule({ train: { class: ['dance'] } }),
      "mine.train.class: expected classes of nw-ucla xview, got 'dance'",
    ],
    [
      rule({ train: { name: ['a01'] } }),
      "mine.train.name: expected names of nw-ucla xview, got 'a01'",
    ],
    [
      rule({ train: { name: ['a*99'] } }),
      "mine.train.name: expected names of nw-ucla xview, got 'a*99'",
    ],
    [
      rule({ train: { camera: [1], subject: [1], not: { camera: [1] } } }),
      'mine.train: expected clips of nw-ucla xview, got none',
    ],
    [
      rule({ test: { subject: [1] } }),
      "mine: expected each clip in one part, got 'a01_s01_e00_v01' and 1 others in train and test",
    ],
  ])('%j', async (splits, message) => {
    const dir = await prepared();
    const before = hashes(dir);
    const work = addSplits(dir, splits as Readonly<Record<string, SplitRule>>);
    expect((await messageOf(work)).replaceAll(dir, 'DIR')).toBe(`addSplits: ${message}`);
    expect(hashes(dir)).toEqual(before);
    expect(readdirSync(dir).sort()).toEqual(['dataset.json', 'xview']);
  });

  it('it is aborted', async () => {
    const dir = await prepared();
    await addSplits(dir, { 'without-1': folds['without-1'] as SplitRule });
    const before = hashes(dir);
    const stop = new AbortController();
    stop.abort(new Error('stopped by the user'));
    expect(await messageOf(addSplits(dir, folds, { signal: stop.signal }))).toBe(
      'stopped by the user',
    );
    expect(hashes(dir)).toEqual(before);
    expect(existsSync(join(dir, '.splitting'))).toBe(false);
  });

  it('the folder is no prepared set', async () => {
    expect(await messageOf(addSplits(path('none'), folds))).toContain(
      'expected a prepared data set',
    );
    expect(existsSync(path('none'))).toBe(false);
  });

  it('two clips of the benchmark have one name', async () => {
    const dir = await prepared();
    const file = join(dir, 'xview', 'val_name.json');
    const names = readJson(file) as { name: string[] };
    names.name[0] = 'a01_s01_e00_v01';
    await writeFile(file, JSON.stringify(names));
    expect(await messageOf(addSplits(dir, folds))).toBe(
      `${file}: expected each name of nw-ucla xview once, got 'a01_s01_e00_v01' twice`,
    );
  });
});

describe('removeSplits', () => {
  it('removes splits with their files, and no byte of the arrays and of other splits', async () => {
    const dir = await prepared();
    const [first, second] = ['without-1', 'without-2'];
    const one = { [first]: folds[first] as SplitRule };
    await addSplits(dir, one);
    const before = hashes(dir);
    await addSplits(dir, { [second]: folds[second] as SplitRule });
    const manifest = await removeSplits(dir, [second]);
    expect(hashes(dir)).toEqual(before);
    expect(manifest).toEqual(await readManifest(dir));
    expect((await verifyDataset(dir)).problems).toEqual([]);
  });

  it('refuses a benchmark with own arrays and unknown names, and removes nothing', async () => {
    const dir = await prepared();
    await addSplits(dir, folds);
    const before = hashes(dir);
    for (const [names, message] of [
      [['xview'], "got 'xview', a benchmark with arrays of its own"],
      [['without-1', 'without-9'], "(without-1, without-2, without-3), got 'without-9'"],
      [['../raw'], "got '../raw'"],
      [['__proto__'], "got '__proto__'"],
      [[], 'expected names of splits, got none'],
    ] as const) {
      expect(await messageOf(removeSplits(dir, names))).toContain(message);
    }
    expect(hashes(dir)).toEqual(before);
  });
});
