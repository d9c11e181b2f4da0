import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatNpy } from '@halp/files';
import {
  openDataset,
  type Plan,
  planArrays,
  planNtu,
  planNwUcla,
  planPku,
  planPyskl,
  planUtdMhad,
  prepare,
  type Prepared,
} from '../../src/node.ts';
import { messageOf, nwUclaContents, temporaryFolder } from '../helpers.ts';
import {
  arrays,
  csv,
  integers,
  kinetics,
  nobody,
  ntu,
  pysklTexts,
  rawSets,
  video,
} from '../raw-sets.ts';

const path = temporaryFolder();
const {
  raw,
  write,
  ntuFolder,
  pkuFolder,
  uclaFolder,
  utdFolder,
  kineticsFolder,
  pyskl,
  arrayFolder,
  ownFolder,
} = rawSets(path);

type Case = readonly [what: string, make: () => Promise<Plan>, reason: string, left: number];

/** One error in a set of three to five clips, in every format. */
const cases: readonly Case[] = [
  [
    'a damaged recording of NTU',
    async () => {
      const plan = await ntuFolder();
      await write('S001C001P001R001A002.skeleton', ntu().slice(0, 500));
      return plan;
    },
    'line 11: expected a joint (12 fields), got 2 fields',
    2,
  ],
  [
    'a name that is none of NTU',
    async () => {
      await write('extra.skeleton', ntu());
      return ntuFolder();
    },
    'expected a name like S001C001P001R001A001 with an action up to 120, got extra',
    3,
  ],
  [
    'a line of a label text of PKU-MMD',
    () => pkuFolder('1,0,5,2\n99,5,10,2\n'),
    'Label/A01N01-L.txt (byte 8): line 2: expected an action from 1 to 51, got "99"',
    3,
  ],
  [
    'an action of PKU-MMD that ends after its video',
    () => pkuFolder('1,0,5,2\n2,5,99,2\n'),
    'expected frames within [0, 10), got [5, 99)',
    3,
  ],
  [
    'a recording of NW-UCLA with NaN',
    async () => {
      const plan = await uclaFolder();
      const text = JSON.stringify(nwUclaContents('a01_s01_e01_v02', 1, 3)).replace('3.01', 'NaN');
      await write('a01_s01_e01_v02.json', text);
      return plan;
    },
    'coordinate 2 of joint 1 of frame 0: expected a finite number, got NaN',
    2,
  ],
  [
    'a page in place of a file of UTD-MHAD',
    async () => {
      const plan = await utdFolder();
      await write('a1_s3_t1_skeleton.mat', '<!DOCTYPE html><html>');
      return plan;
    },
    'expected a MATLAB file of version 5, got an HTML page',
    2,
  ],
  [
    'a label of Kinetics',
    () => kineticsFolder(400),
    'label_index of "a": expected a class below 400, got 400',
    2,
  ],
  [
    'a clip of Kinetics',
    async () => {
      const plan = await kineticsFolder();
      await write('kinetics_train/a.json', kinetics(0).replace('0.5', 'Infinity'));
      return plan;
    },
    'score 0 of person 0 of data 0: expected a finite number, got Infinity',
    2,
  ],
  ['a clip of PYSKL with nobody', () => pyskl('no person'), 'expected at least one person', 4],
  ['total_frames of PYSKL', () => pyskl('one frame more'), 'expected floats [M, 3, 25, 3] or', 4],
  ['NaN in PYSKL', () => pyskl('NaN'), 'at channel 1, frame 1, joint 3, person 0', 4],
  ['a label of PYSKL', () => pyskl('negative label'), 'expected an integer in [0, 4999]', 4],
  ['a large label of PYSKL', () => pyskl('large label'), 'in [0, 4999], got 10000', 4],
  ['no name in PYSKL', () => pyskl('no name'), 'frame_dir: expected a text, got', 4],
  ['no annotation in PYSKL', () => pyskl('None'), 'annotations[2]: expected a dict, got null', 4],
  ['a clip twice in PYSKL', () => pyskl('twice'), 'expected each name once, got clip0 twice', 4],
  ['a 3-D clip in 2-D PYSKL', () => pyskl('other layout'), 'the layout of the other clips', 4],
  ['a row of an array with NaN', () => arrayFolder([0, 1, 0], 1), 'expected finite coordinates', 3],
  [
    'a negative label of an array',
    () => arrayFolder([0, -1, 0]),
    'entry 1: expected an integer',
    3,
  ],
  ['half a label of an array', () => arrayFolder([0, 1, 0.5]), 'entry 2: expected an integer', 3],
  ['a large label of an array', () => arrayFolder([0, 1, 999_999]), 'in [0, 4999], got 999999', 3],
  [
    'a clip of your own with NaN',
    async () => {
      const plan = await ownFolder();
      await write('b.csv', csv.replace(/^[^,]*/, 'nan'));
      return plan;
    },
    'line 1, column 1: expected a finite number, got "nan"',
    2,
  ],
  ['an entry of clips.json', () => ownFolder({ split: 'val' }), 'clips[1].split: expected', 2],
  ['a file of clips.json', () => ownFolder({ file: 'd.csv' }), 'got nothing at that path', 2],
];

const counted = ({ manifest }: Prepared): number =>
  Object.values(manifest.benchmarks).reduce(
    (n, { train, test }) => n + train.clips + test.clips,
    0,
  );

describe('one error is one entry of skipped.json:', () => {
  it.each(cases)('%s', async (_, make, reason, left) => {
    const plan = await make();
    const prepared = await prepare(plan, { out: path('out'), workers: 0 });
    expect(prepared.skipped.map((skipped) => skipped.reason)).toEqual([
      expect.stringContaining(reason),
    ]);
    expect(counted(prepared)).toBe(left);
    expect(JSON.parse(readFileSync(path('out', 'skipped.json'), 'utf8'))).toEqual(prepared.skipped);
    const strict = prepare(plan, { out: path('strict'), workers: 0, strict: true });
    expect(await messageOf(strict)).toContain(reason);
  });
});

describe('when every clip is bad, the error has the first reason:', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'labels of PKU-MMD separated by blanks',
      async () => {
        for (const name of ['A01N01-L', 'A02N01-M']) {
          await write(`Data/${name}.txt`, video);
          await write(`Label/${name}.txt`, '1 0 40 2\n');
        }
        await write('Split/cross_subject_v2.txt', 'Training videos:\nA01N01-L\n');
        return prepare(await planPku({ raw: raw(), phase: 2 }), { out: path('out') });
      },
      'A01N01-L.txt (byte 0): line 1: expected action,start,end,confidence, got "1 0 40 2"',
    ],
    [
      'names of NTU',
      async () => {
        await write('clip1.skeleton', ntu());
        const plan = await planNtu({ set: 'ntu60', raw: raw() });
        return prepare(plan, { out: path('out') });
      },
      'clip1.skeleton: expected a name like S001C001P001R001A001 with an action up to 120, got clip1',
    ],
    [
      'one part of NW-UCLA',
      async () => {
        await write(
          'a01_s01_e00_v01.json',
          JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3)),
        );
        await write('a01_s01_e00_v04.json', '{}');
        return prepare(await planNwUcla({ raw: raw() }), { out: path('out') });
      },
      'got none of 1; 1 cannot be used, the first: ',
    ],
    [
      'clips of PYSKL',
      () => pyskl('all bad'),
      'got none of 5; the first: clip0: keypoint: expected',
    ],
  ])('%s', async (_, make, message) => {
    expect(await messageOf(make())).toContain(message);
  });
});

describe('names in another case', () => {
  it('are recognised in NTU, also on the list of missing skeletons', async () => {
    for (const name of ['s001c001p001r001a001', 'S001c001p001R001a002', 's001c001p003r001a001']) {
      await write(`${name}.SKELETON`, ntu());
    }
    const missing = ['s001C001p001r001A002'];
    const plan = await planNtu({ set: 'ntu60', raw: raw(), benchmarks: ['xsub'], missing });
    expect(plan.sources.map(({ clips }) => clips[0]?.name)).toEqual([
      'S001C001P001R001A001',
      'S001C001P003R001A001',
    ]);
    expect(plan.excluded).toEqual([{ reason: 'on the list of missing skeletons', files: 1 }]);
  });

  it('are recognised in NW-UCLA, UTD-MHAD and PKU-MMD', async () => {
    await write('u/A01_S01_E00_V01.json', JSON.stringify(nwUclaContents('a01_s01_e00_v01', 1, 3)));
    const ucla = await planNwUcla({ raw: path('raw', 'u') });
    expect(ucla.sources[0]?.clips[0]).toMatchObject({ name: 'a01_s01_e00_v01', label: 0 });
    await write('m/A2_S1_T1_Skeleton.MAT', '');
    const utd = await planUtdMhad({ raw: path('raw', 'm') });
    expect(utd.sources[0]?.clips[0]).toMatchObject({ name: 'a2_s1_t1_skeleton', label: 1 });
    await write('p/a01n01-l.txt', video);
    await write('p/label/A01N01-L.TXT', '1,0,5,2\n');
    await write('p/cross_subject_v2.txt', 'Training videos:\na01n01-L\n');
    const pku = await planPku({ raw: path('raw', 'p'), phase: 2 });
    expect(pku.sources[0]?.clips[0]).toMatchObject({
      name: 'A01N01-L_000',
      parts: { xsub: 'train' },
    });
  });

  it('of the same recording are one clip and one problem', async () => {
    await write('a/S001C001P001R001A001.skeleton', ntu());
    await write('b/s001c001p001r001a001.skeleton', ntu());
    const plan = await planNtu({ set: 'ntu60', raw: raw(), missing: [] });
    expect(plan.sources).toHaveLength(1);
    expect(plan.problems).toHaveLength(1);
    expect(plan.problems?.[0]?.reason).toContain('as well');
  });
});

describe('clips without a person', () => {
  it('are prepared and counted, of NTU and Kinetics, also after an interruption', async () => {
    const plan = await ntuFolder();
    await write('S001C001P001R001A002.skeleton', nobody);
    const first = await prepare(plan, { out: path('out'), workers: 0 });
    expect([first.empty, first.skipped]).toEqual([1, []]);
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }): void => {
      if (done >= 1) stop.abort(new Error('stop'));
    };
    const plans = { out: path('again'), workers: 0, saveEvery: 1 };
    await messageOf(prepare(plan, { ...plans, onProgress, signal: stop.signal }));
    expect((await prepare(plan, plans)).empty).toBe(1);
  });

  it('are counted in Kinetics, arrays and own clips', async () => {
    const flat = await kineticsFolder();
    await write('kinetics_train/a.json', kinetics(0, 0.5, false));
    expect((await prepare(flat, { out: path('kinetics') })).empty).toBe(1);
    await write(
      'none/train_data_joint.npy',
      formatNpy({
        ...{ dtype: 'float32', shape: [2, 3, 2, 25, 2], data: new Float32Array(600) },
      }),
    );
    await write('none/train_label.npy', integers(0, 1));
    await write('none/val_data_joint.npy', arrays(1));
    await write('none/val_label.npy', integers(0));
    const plan = await planArrays({ raw: path('raw', 'none'), name: 'mine' });
    expect((await prepare(plan, { out: path('arrays') })).empty).toBe(2);
  });
});

describe('labels that count from 1', () => {
  it('are noted, since class 0 is empty, and are shifted on request', async () => {
    const file = path('raw', 'clips.pkl');
    const plan = await pyskl('from one');
    expect(plan.notes).toEqual([
      'the smallest label is 1; if labels count from 1, prepare with option labelsFrom = 1',
    ]);
    const { notes } = await prepare(plan, { out: path('out'), workers: 0 });
    expect(notes.slice(0, -1)).toEqual(plan.notes);
    expect(notes.at(-1)).toMatch(/^classes without a clip: .*\(class 0\)/);
    const shifted = await planPyskl({ raw: file, labelsFrom: 1 });
    expect([shifted.classes.length, shifted.notes]).toEqual([2, []]);
    expect(shifted.sources[0]?.clips.map(({ label }) => label)).toEqual([0, 1, 0, 1, 0]);
  });

  it('are handled in arrays, where a 0 is one skipped row', async () => {
    const plan = await arrayFolder([1, 2, 1]);
    expect(plan.notes).toEqual([]);
    await write('xsub/val_label.npy', integers(1));
    const from0 = await planArrays({ raw: raw(), name: 'mine' });
    expect([from0.notes?.length, from0.classes.length]).toEqual([1, 3]);
    const from1 = await planArrays({ raw: raw(), name: 'mine', labelsFrom: 1 });
    expect([from1.notes, from1.classes.length]).toEqual([[], 2]);
    await write('xsub/train_label.npy', integers(1, 0, 2));
    const { problems } = await planArrays({ raw: raw(), name: 'mine', labelsFrom: 1 });
    expect(problems).toMatchObject([
      { clip: 'xsub-train-1', reason: 'entry 1: expected an integer of at least 1, got 0' },
    ]);
  });

  it.each([-1, 0.5, NaN])('cannot start at %d', async (labelsFrom) => {
    expect(await messageOf(planArrays({ raw: raw(), name: 'mine', labelsFrom }))).toContain(
      'planArrays: expected labelsFrom to be an integer of at least 0, got',
    );
  });
});

describe('real-world PYSKL files', () => {
  const samples = async (out: string): Promise<readonly unknown[]> => {
    const set = await openDataset(out, { benchmark: 'split', part: 'train' });
    const read = await Promise.all(Array.from({ length: set.length }, (_, i) => set.get(i)));
    await set.close();
    return read;
  };

  it.each(['views', 'numpy'])('give the same clips: %s', async (name) => {
    await prepare(await pyskl('good'), { out: path('good'), workers: 0 });
    await prepare(await pyskl(name), { out: path('other'), workers: 0 });
    expect(await samples(path('other'))).toEqual(await samples(path('good')));
  });

  it('can be bare lists of annotations, as in MMAction2 0.x, one file for each split', async () => {
    await prepare(await pyskl('good'), { out: path('good'), workers: 0 });
    const files = ['ntu60_xsub_train.pkl', 'ntu60_xsub_val.pkl'];
    await write(files[0] as string, Buffer.from(pysklTexts['bare train'] as string, 'base64'));
    await write(files[1] as string, Buffer.from(pysklTexts['bare val'] as string, 'base64'));
    const both = files.map((file) => path('raw', file));
    const plan = await planPyskl({ raw: both });
    expect(plan.benchmarks).toEqual(['ntu60-xsub']);
    await prepare(plan, { out: path('bare'), workers: 0 });
    const set = await openDataset(path('bare'), { benchmark: 'ntu60-xsub', part: 'train' });
    expect(await set.get(0)).toEqual((await samples(path('good')))[0]);
    await set.close();
    expect(await messageOf(planPyskl({ raw: both.slice(0, 1) }))).toBe(
      `${both[0]}: expected splits like ntu60-xsub_train and ntu60-xsub_val, got no val; pass the file of the val part, too`,
    );
    await write('clips.pkl', Buffer.from(pysklTexts['bare train'] as string, 'base64'));
    expect(await messageOf(planPyskl({ raw: path('raw', 'clips.pkl') }))).toBe(
      `${path('raw', 'clips.pkl')}: expected splits, got a list of 3 annotations, as MMAction2 0.x writes one for each ` +
        'split; rename the files to clips_train.pkl and clips_val.pkl and pass both',
    );
  });
});

describe("a data set's name", () => {
  it.each(['my set', '../mine', 'a/b', '', '.hidden', 'con', 'é', 'x'.repeat(300), 'a\nb'])(
    'cannot be %j, which is no valid file name, and nothing is written',
    async (name) => {
      await arrayFolder([0, 1, 0]);
      const plan = await planArrays({ raw: raw(), name });
      expect(await messageOf(prepare(plan, { out: path('out') }))).toBe(
        `prepare: expected a name of letters, digits, ".", "_" and "-" as the data set's name, ` +
          `got ${JSON.stringify(name)}; the name is part of file names`,
      );
      expect(existsSync(path('out'))).toBe(false);
    },
  );
});
