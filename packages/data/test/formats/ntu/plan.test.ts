import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kinectV2 } from '@halp/skeleton';
import { fixturePath } from '@halp/testing';
import {
  normaliseClip,
  ntuBenchmarksOf,
  ntuClasses,
  ntuMissing,
  type NtuName,
  ntuSets,
  parseNtuName,
  parseNtuSkeleton,
  selectBodies,
} from '../../../src/index.ts';
import { openDataset, planNtu, prepare, writeSynthetic } from '../../../src/node.ts';
import { messageOf, realData, sameNumbers, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

/** Empty files of these names, where only names matter. */
async function named(folder: string, names: readonly string[]): Promise<string> {
  mkdirSync(folder, { recursive: true });
  for (const name of names) await writeFile(join(folder, `${name}.skeleton`), '');
  return folder;
}

const every = (text: string): NtuName => parseNtuName(text) as NtuName;

describe('planNtu', () => {
  it('splits performers, cameras and setups as published', () => {
    const { trains: trains60 } = ntuSets.ntu60;
    const { trains: trains120 } = ntuSets.ntu120;
    const subjects = (trains: typeof trains60): number =>
      Array.from({ length: 106 }, (_, i) => i + 1).filter((subject) =>
        trains('xsub', { ...every('S001C001P001R001A001'), subject }),
      ).length;
    expect([subjects(trains60), subjects(trains120)]).toEqual([20, 53]);
    expect(
      [1, 2, 3].filter((camera) => trains60('xview', { ...every('S001C001P001R001A001'), camera })),
    ).toEqual([2, 3]);
    expect(
      [1, 2, 31, 32].filter((setup) =>
        trains120('xset', { ...every('S001C001P001R001A001'), setup }),
      ),
    ).toEqual([2, 32]);
  });

  it('trains with the performers that the two papers list, and with no others', () => {
    const trainsOf = (set: 'ntu60' | 'ntu120'): number[] =>
      Array.from({ length: 106 }, (_, i) => i + 1).filter((subject) =>
        ntuSets[set].trains('xsub', { ...every('S001C001P001R001A001'), subject }),
      );
    // Shahroudy et al., CVPR 2016, section 4.1, and Liu et al., TPAMI 2020, section 4.2, written out once more.
    const first = '1 2 4 5 8 9 13 14 15 16 17 18 19 25 27 28 31 34 35 38';
    const more =
      '45 46 47 49 50 52 53 54 55 56 57 58 59 70 74 78 80 81 82 83 84 85 86 89 91 92 93 94 95 97 98 100 103';
    expect(trainsOf('ntu60').join(' ')).toBe(first);
    expect(trainsOf('ntu120').join(' ')).toBe(`${first} ${more}`);
  });

  it('leaves out the recordings of the official lists, name by name', () => {
    const hash = (names: readonly string[]): string =>
      createHash('sha256')
        .update([...names].sort().join('\n'))
        .digest('hex');
    // SHA-256 of the sorted names of the two official lists, of 535 and 302 names.
    expect(hash(ntuMissing)).toBe(
      '58d30a6fdf262ab9fe1b51b74fb64f51a5b0107ab9eaa9fb3382d55c7b7d6884',
    );
    expect(hash(ntuMissing.filter((name) => every(name).setup <= 17))).toBe(
      '3ff503429ae912d947682d1e93a50e5e7f6dc0b0cac61dbc7d306801f36e6317',
    );
  });

  it('has the hashes of the official lists themselves', async (context) => {
    const lists = realData('missing-skeletons', context);
    for (const [name, setups] of [
      ['ntu120.txt', 32],
      ['ntu60.txt', 17],
    ] as const) {
      const official = (await readFile(join(lists, name), 'utf8')).trim().split(/\s+/).sort();
      const ours = ntuMissing.filter((each) => every(each).setup <= setups).sort();
      expect(ours).toEqual(official);
    }
  });

  it('knows 120 classes, and the counts and missing skeletons that were published', () => {
    expect(new Set(ntuClasses).size).toBe(120);
    expect([ntuClasses[0], ntuClasses[59], ntuClasses[119]]).toEqual([
      'drink water',
      'walking apart from each other',
      'finger-guessing game (playing rock-paper-scissors)',
    ]);
    expect([ntuMissing.length, new Set(ntuMissing).size]).toEqual([535, 535]);
    expect(ntuMissing.filter((name) => every(name).setup <= 17)).toHaveLength(302);
    // 56,880 and 114,480 recordings were published, the missing ones included.
    for (const benchmark of ntuBenchmarksOf('ntu60')) {
      const { train, test } = ntuSets.ntu60.published(benchmark);
      expect(train + test).toBe(56_880 - 302);
    }
    for (const benchmark of ntuBenchmarksOf('ntu120')) {
      const { train, test } = ntuSets.ntu120.published(benchmark);
      expect(train + test).toBe(114_480 - 535);
    }
  });

  it('reads two folders, sorts, and excludes missing recordings and those of the other set', async () => {
    await named(path('raw', 'a'), [
      'S002C001P003R001A002',
      'S001C002P005R002A008',
      'S001C001P001R001A001',
    ]);
    await named(path('raw', 'b'), ['S018C001P008R001A061', 'S001C001P003R001A060']);
    const raw = [path('raw', 'a'), path('raw', 'b')];
    const plan = await planNtu({ set: 'ntu60', raw });
    expect(plan.sources.flatMap(({ clips }) => clips)).toEqual([
      {
        name: 'S001C001P001R001A001',
        label: 0,
        subject: 1,
        camera: 1,
        setup: 1,
        parts: { xsub: 'train', xview: 'test' },
      },
      {
        name: 'S001C001P003R001A060',
        label: 59,
        subject: 3,
        camera: 1,
        setup: 1,
        parts: { xsub: 'test', xview: 'test' },
      },
      {
        name: 'S002C001P003R001A002',
        label: 1,
        subject: 3,
        camera: 1,
        setup: 2,
        parts: { xsub: 'test', xview: 'test' },
      },
    ]);
    expect(plan.excluded).toEqual([
      { reason: 'on the list of missing skeletons', files: 1 },
      { reason: 'not of ntu60: a setup after 17 or an action after 60', files: 1 },
    ]);
    const whole = await planNtu({ set: 'ntu120', raw, benchmarks: ['xset'], missing: [] });
    expect(whole.sources.map(({ clips }) => [clips[0]?.name, clips[0]?.parts])).toEqual([
      ['S001C001P001R001A001', { xset: 'test' }],
      ['S001C001P003R001A060', { xset: 'test' }],
      ['S001C002P005R002A008', { xset: 'test' }],
      ['S002C001P003R001A002', { xset: 'train' }],
      ['S018C001P008R001A061', { xset: 'train' }],
    ]);
  });

  it('lists files of other names as problems', async () => {
    const raw = await named(path('raw'), [
      'S001C001P001R001A001',
      'S001C001P001R001A121',
      'copy of S001C001P001R001A001',
    ]);
    const plan = await planNtu({ set: 'ntu120', raw });
    expect(plan.sources).toHaveLength(1);
    expect(plan.problems?.map(({ file, reason }) => [file.slice(raw.length + 1), reason])).toEqual([
      [
        'S001C001P001R001A121.skeleton',
        'expected a name like S001C001P001R001A001 with an action up to 120, got S001C001P001R001A121',
      ],
      [
        'copy of S001C001P001R001A001.skeleton',
        'expected a name like S001C001P001R001A001 with an action up to 120, got copy of S001C001P001R001A001',
      ],
    ]);
  });

  it('refuses one name in two folders, and a benchmark of the other set', async () => {
    await named(path('a'), ['S001C001P001R001A001']);
    await named(path('b'), ['S001C001P001R001A001']);
    expect(await messageOf(planNtu({ set: 'ntu60', raw: [path('a'), path('b')] }))).toBe(
      `${path('b', 'S001C001P001R001A001.skeleton')}: expected each name once, got ${path('a', 'S001C001P001R001A001.skeleton')} as well`,
    );
    expect(await messageOf(planNtu({ set: 'ntu60', raw: path('a'), benchmarks: ['xset'] }))).toBe(
      'planNtu: expected a benchmark of ntu60 (xsub, xview), got xset',
    );
  });

  it('prepares the golden recordings, of which one has no body in any frame', async () => {
    const folder = fixturePath('raw');
    await mkdir(path('raw'));
    const [first = '', ...rest] = readdirSync(folder);
    for (const file of [first, ...rest]) await copyFile(join(folder, file), path('raw', file));
    await copyFile(join(folder, first), path('raw', 'S001C002P003R001A002.skeleton'));
    const options = { set: 'ntu120', raw: path('raw'), benchmarks: ['xsub'], missing: [] } as const;
    const plan = await planNtu(options);
    expect((await prepare(plan, { out: path('out') })).skipped).toEqual([]);
    let [compared, empty] = [0, 0];
    for (const part of ['train', 'test'] as const) {
      const data = await openDataset(path('out'), { part });
      for (let i = 0; i < data.length; i++) {
        const { clip, name } = await data.get(i);
        const file = path('raw', `${name}.skeleton`);
        const raw = selectBodies(parseNtuSkeleton(readFileSync(file), file), 2);
        const whole = normaliseClip(raw, kinectV2, { fillTo: 300 });
        const T = raw.shape[1];
        expect(clip.shape[1]).toBe(T);
        for (let c = 0; c < 3; c++) {
          const own = clip.data.subarray(c * T * 50, (c + 1) * T * 50);
          const expected = whole.data.subarray(c * 15_000, c * 15_000 + T * 50);
          expect(sameNumbers(own, expected)).toBe('same');
        }
        compared++;
        if (clip.data.every((x) => x === 0)) empty++;
      }
      await data.close();
    }
    expect([compared, empty]).toEqual([plan.sources.length, 1]);
  });

  it('lists a file that is far too large to be a recording, without reading it', async () => {
    await writeSynthetic({ performers: 3, replications: 1, out: path('raw') });
    const [file] = readdirSync(path('raw')).sort();
    await truncate(path('raw', file as string), 2 ** 31);
    const plan = await planNtu({ set: 'ntu60', raw: path('raw'), missing: [] });
    const { skipped } = await prepare(plan, { out: path('out') });
    expect(skipped).toEqual([
      {
        file: path('raw', file as string),
        reason: 'expected at most 268435456 bytes, got 2147483648',
      },
    ]);
  });

  it('prepares real recordings', async (context) => {
    const plan = await planNtu({ set: 'ntu60', raw: realData('ntu-samples', context) });
    const { manifest, skipped } = await prepare(plan, { out: path('out') });
    expect(skipped).toEqual([]);
    expect(manifest.complete).toBe(false);
    expect(manifest.benchmarks['xsub']?.train.clips).toBe(5);
    expect(manifest.benchmarks['xsub']?.test.clips).toBe(4);
  });
});
