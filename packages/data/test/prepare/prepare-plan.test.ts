import { existsSync, readdirSync, readFileSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  formatNtuSkeleton,
  type NtuName,
  parseNtuName,
  syntheticNames,
  syntheticRecording,
} from '@halp/data';
import { parseNpy } from '@halp/files';
import { createRandom } from '@halp/random';
import {
  openDataset,
  type Plan,
  planNtu,
  planNwUcla,
  planSynthetic,
  prepare,
  type Prepared,
  type PrepareOptions,
  type Progress,
} from '../../src/node.ts';
import { hashes, messageOf, readJson, temporaryFolder, writeNwUcla } from '../helpers.ts';

const path = temporaryFolder();

/** Few frames: these tests check the positions of clips in files and journals, not their lengths. */
const FRAMES = 8;
const SHORT = new Map(
  syntheticNames({ performers: 3, replications: 1 }).map((name) => {
    const recording = syntheticRecording(parseNtuName(name) as NtuName, createRandom(0));
    const short = { ...recording, frames: recording.frames.slice(0, FRAMES) };
    return [`${name}.skeleton`, formatNtuSkeleton(short)];
  }),
);

/** The preparation settings of all benchmarks, or of one: padded to few frames, not to 300. */
async function planOf(benchmarks?: readonly ('xsub' | 'xview')[]): Promise<Plan> {
  const options = { set: 'ntu60', raw: path('raw'), missing: [] } as const;
  const plan = await planNtu({ ...options, ...(benchmarks && { benchmarks }) });
  return { ...plan, frames: 2 * FRAMES };
}

/** 144 short recordings in NTU's format, and the plan to prepare them. */
async function recordings(): Promise<Plan> {
  await mkdir(path('raw'));
  for (const [name, text] of SHORT) await writeFile(path('raw', name), text);
  return planOf();
}

/** Prepares until `done` clips are done, then stops. */
async function interrupted(
  plan: Plan,
  done: number,
  options: Partial<PrepareOptions> = {},
): Promise<string> {
  const stop = new AbortController();
  const onProgress = (progress: Progress): void => {
    if (progress.stage === 'preparing' && progress.done >= done)
      stop.abort(new Error('stopped by the user'));
  };
  return messageOf(
    prepare(plan, { out: path('out'), ...options, onProgress, signal: stop.signal }),
  );
}

/** Toy clips of NW-UCLA: three for training, one for testing. */
async function toyRaw(): Promise<string> {
  await mkdir(path('raw'), { recursive: true });
  await writeNwUcla(path('raw'), 'a12_s01_e00_v02', 10, 5);
  await writeNwUcla(path('raw'), 'a01_s03_e00_v01', 1, 2);
  await writeNwUcla(path('raw'), 'a01_s02_e00_v03', 1, 7);
  await writeNwUcla(path('raw'), 'a08_s02_e00_v01', 7, 1);
  return path('raw');
}

const toyPlan = async (): Promise<Plan> => planNwUcla({ raw: await toyRaw() });

describe('prepare', () => {
  it('writes the same bytes for any number of workers', async () => {
    const plan = await recordings();
    for (const workers of [0, 1, 2]) await prepare(plan, { out: path(`out${workers}`), workers });
    const expected = hashes(path('out0'));
    expect(Object.keys(expected)).toHaveLength(1 + 2 * 2 * 4);
    expect(hashes(path('out1'))).toEqual(expected);
    expect(hashes(path('out2'))).toEqual(expected);
  });

  it('writes the same bytes again, and replaces its earlier output', async () => {
    const plan = await toyPlan();
    await prepare(plan, { out: path('out') });
    const first = hashes(path('out'));
    await writeFile(path('out', 'xview', 'stale'), '');
    await prepare(plan, { out: path('out') });
    expect(hashes(path('out'))).toEqual(first);
  });

  it('reports a replaced benchmark with other clips, and none with the same', async () => {
    const plan = (performers: number): Plan =>
      planSynthetic({ performers, replications: 1, seed: 0 });
    const counts = ({ manifest }: Prepared): string => {
      const xsub = manifest.benchmarks['xsub'];
      return `${xsub?.train.clips} + ${xsub?.test.clips} clips`;
    };
    const first = await prepare(plan(2), { out: path('out') });
    const again = await prepare(plan(2), { out: path('out') });
    const other = await prepare(plan(3), { out: path('out') });
    expect([first.notes, again.notes]).toEqual([[], []]);
    expect(other.notes[0]).toBe(
      `replaced the earlier xsub by one with other clips: ${counts(first)} before, ${counts(other).replace(' clips', '')} now`,
    );
    expect(counts(other)).not.toBe(counts(first));
  });

  it('reports its progress', async () => {
    const seen: Progress[] = [];
    await prepare(await toyPlan(), { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen).toEqual([
      { stage: 'measuring', done: 4, total: 4, resumed: 0 },
      { stage: 'preparing', done: 4, total: 4, resumed: 0 },
    ]);
  });

  it('keeps one benchmark when it prepares the other, and describes both', async () => {
    await recordings();
    await prepare(await planOf(['xsub']), { out: path('out') });
    const { manifest } = await prepare(await planOf(['xview']), { out: path('out') });
    await appendFile(path('raw', 'README.txt'), 'not a recording');
    await prepare(await planOf(), { out: path('both') });
    expect(Object.keys(manifest.benchmarks)).toEqual(['xsub', 'xview']);
    expect(hashes(path('out'))).toEqual(hashes(path('both')));
  });

  it('rejects keeping a benchmark that was prepared with other settings', async () => {
    const plan = planSynthetic({ performers: 2, replications: 1, seed: 0 });
    await prepare({ ...plan, benchmarks: ['xsub'] }, { out: path('out') });
    const before = hashes(path('out'));
    const other = {
      ...planSynthetic({ performers: 2, replications: 1, seed: 1 }),
      benchmarks: ['xview'],
    };
    expect(await messageOf(prepare(other, { out: path('out') }))).toContain(
      'expected the seed of xsub in',
    );
    expect(hashes(path('out'))).toEqual(before);
  });
});

describe('prepare, interrupted', () => {
  it('resumes with the same bytes', async () => {
    const plan = await recordings();
    await prepare(plan, { out: path('whole') });
    expect(await interrupted(plan, 40)).toBe('stopped by the user');
    expect(readdirSync(path('out'))).toEqual(['.preparing']);
    const seen: Progress[] = [];
    await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen[0]).toEqual({ stage: 'preparing', done: 64, total: 144, resumed: 48 });
    expect(hashes(path('out'))).toEqual(hashes(path('whole')));
  });

  it('restarts if a finished file has changed', async () => {
    const plan = await recordings();
    await interrupted(plan, 40);
    await utimes(plan.sources[3]?.path as string, new Date(0), new Date(0));
    const seen: Progress[] = [];
    await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen[0]).toMatchObject({ done: 16, resumed: 0 });
  });

  it('resumes if an unfinished file has changed', async () => {
    const plan = await recordings();
    await interrupted(plan, 40);
    await utimes(plan.sources[90]?.path as string, new Date(0), new Date(0));
    const seen: Progress[] = [];
    await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen[0]?.resumed).toBe(48);
  });

  it('resumes if there are new files after the finished ones', async () => {
    const plan = await recordings();
    await prepare(plan, { out: path('whole') });
    await interrupted({ ...plan, sources: plan.sources.slice(0, 100) }, 40);
    const seen: Progress[] = [];
    await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen[0]?.resumed).toBe(48);
    expect(hashes(path('out'))).toEqual(hashes(path('whole')));
  });

  it('restarts if its files are incomplete or its journal is damaged', async () => {
    const plan = await recordings();
    await prepare(plan, { out: path('whole') });
    for (const damage of ['data', 'journal']) {
      await interrupted(plan, 40);
      const preparing = path('out', '.preparing');
      if (damage === 'data') await truncate(join(preparing, 'xsub', 'train_data_joint.npy'), 5000);
      else await truncate(join(preparing, 'journal.json'), 100);
      const seen: Progress[] = [];
      await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
      expect(seen[0]?.resumed).toBe(0);
      expect(hashes(path('out'))).toEqual(hashes(path('whole')));
    }
  });

  it.each(['.preparing', '.preparing/xsub', '.preparing/xsub/val_data_joint.npy'])(
    'restarts if %s was replaced by a link, and does not change the target',
    async (name) => {
      const plan = await recordings();
      await interrupted(plan, 40);
      await rename(path('out', name), path('victim'));
      await symlink(path('victim'), path('out', name));
      const before = name.endsWith('.npy') ? readFileSync(path('victim')) : hashes(path('victim'));
      const seen: Progress[] = [];
      await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
      expect(seen[0]?.resumed).toBe(0);
      const after = name.endsWith('.npy') ? readFileSync(path('victim')) : hashes(path('victim'));
      expect(after).toEqual(before);
      await prepare(plan, { out: path('whole') });
      expect(hashes(path('out'))).toEqual(hashes(path('whole')));
    },
  );

  it('keeps the previous contents of the folder', async () => {
    const plan = await recordings();
    await prepare(plan, { out: path('out') });
    const before = hashes(path('out'));
    await interrupted(plan, 40);
    const { [`/.preparing/journal.json`]: journal, ...after } = hashes(path('out'));
    expect(journal).toBeDefined();
    for (const [file, hash] of Object.entries(before))
      expect([file, after[file]]).toEqual([file, hash]);
    await (await openDataset(path('out'), { benchmark: 'xsub', part: 'test' })).close();
  });

  it('leaves nothing behind if it stops before the first clip', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the user'));
    expect(await messageOf(prepare(await toyPlan(), { out: path('out'), signal }))).toBe(
      'stopped by the user',
    );
    expect(existsSync(path('out'))).toBe(false);
  });

  it('stops with the cause if the disk is full, and resumes when there is space', async (context) => {
    // A device that is always full replaces one of the arrays.
    if (!existsSync('/dev/full')) context.skip('this system has no /dev/full');
    const plan = await recordings();
    await interrupted(plan, 40);
    const data = path('out', '.preparing', 'xsub', 'val_data_joint.npy');
    await rm(data);
    await symlink('/dev/full', data);
    expect(await messageOf(prepare(plan, { out: path('out') }))).toBe(
      `${data}: cannot be written, ENOSPC: no space left on device, write`,
    );
    await rm(data);
    const seen: Progress[] = [];
    await prepare(plan, { out: path('out'), onProgress: (p) => seen.push(p) });
    expect(seen[0]?.resumed).toBe(48);
    await prepare(plan, { out: path('whole') });
    expect(hashes(path('out'))).toEqual(hashes(path('whole')));
  });
});

describe('prepare, with bad files', () => {
  it('lists them with their reasons, and prepares the others', async () => {
    const raw = await toyRaw();
    await writeNwUcla(raw, 'a02_s01_e00_v01', 2, 9);
    await truncate(join(raw, 'a02_s01_e00_v01.json'), 500);
    await writeFile(join(raw, 'notes.json'), '{}');
    const { manifest, skipped } = await prepare(await planNwUcla({ raw }), { out: path('out') });
    const expected = [
      { file: join(raw, 'notes.json'), reason: 'expected a name like a01_s01_e00_v01, got notes' },
      {
        file: join(raw, 'a02_s01_e00_v01.json'),
        reason: 'expected valid JSON, got its end; the file is truncated',
        offset: 500,
      },
    ];
    expect(skipped).toEqual(expected);
    expect(readJson(path('out', 'skipped.json'))).toEqual(expected);
    expect(manifest.complete).toBe(false);
    expect(manifest.benchmarks['xview']?.train.clips).toBe(3);
    const data = parseNpy(readFileSync(path('out', 'xview', 'train_data_joint.npy')), 'data');
    expect(data.shape).toEqual([3, 3, 7, 20, 1]);
    const part = await openDataset(path('out'), { part: 'train' });
    expect(part.names).toEqual(['a01_s03_e00_v01', 'a08_s02_e00_v01', 'a12_s01_e00_v02']);
    expect((await part.get(2)).clip.shape[1]).toBe(5);
    await part.close();
  });

  it('removes the list when the files are good again', async () => {
    const raw = await toyRaw();
    await writeFile(join(raw, 'notes.json'), '{}');
    const plan = await planNwUcla({ raw });
    await prepare(plan, { out: path('out') });
    expect(existsSync(path('out', 'skipped.json'))).toBe(true);
    await prepare({ ...plan, problems: [] }, { out: path('out') });
    expect(existsSync(path('out', 'skipped.json'))).toBe(false);
  });

  it('stops at the first with strict', async () => {
    const raw = await toyRaw();
    await truncate(join(raw, 'a08_s02_e00_v01.json'), 100);
    const plan = await planNwUcla({ raw });
    expect(await messageOf(prepare(plan, { out: path('out'), strict: true }))).toBe(
      `${join(raw, 'a08_s02_e00_v01.json')} (byte 100): expected valid JSON, got its end; the file is truncated`,
    );
    expect(existsSync(path('out', 'dataset.json'))).toBe(false);
  });

  it('rejects a set without a readable file', async () => {
    const raw = await toyRaw();
    for (const file of readdirSync(raw)) await truncate(join(raw, file), 10);
    expect(await messageOf(prepare(await planNwUcla({ raw }), { out: path('out') }))).toContain(
      'expected at least one readable file, got none; the first:',
    );
    expect(readdirSync(path())).toEqual(['raw']);
  });

  it('rejects a set with a part without a readable clip', async () => {
    const raw = await toyRaw();
    await truncate(join(raw, 'a01_s02_e00_v03.json'), 10);
    expect(await messageOf(prepare(await planNwUcla({ raw }), { out: path('out') }))).toBe(
      'prepare: expected clips in the test part of nw-ucla xview, got only unreadable ones',
    );
  });

  it('stops with the cause if the raw data vanish', async () => {
    const plan = await recordings();
    await rename(path('raw'), path('moved'));
    expect(await messageOf(prepare(plan, { out: path('out') }))).toBe(
      `prepare: expected ${plan.sources[0]?.path} as when the preparation began, got nothing at that path; ` +
        'restore it and prepare again, which resumes here',
    );
    expect(existsSync(path('out', 'dataset.json'))).toBe(false);
  });
});

describe('prepare rejects', () => {
  it('a folder with other files, a file, and another data set', async () => {
    const plan = await toyPlan();
    await writeFile(path('file'), 'a file');
    expect(await messageOf(prepare(plan, { out: path('file') }))).toContain(
      `got the file ${path('file')}`,
    );
    await mkdir(path('thesis'));
    await writeFile(path('thesis', 'thesis.txt'), 'years of work');
    expect(await messageOf(prepare(plan, { out: path('thesis') }))).toContain(
      'with other files in it',
    );
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: path('other') });
    expect(await messageOf(prepare(plan, { out: path('other') }))).toContain(
      'with the data set synthetic in it',
    );
    expect(readFileSync(path('thesis', 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('raw data as the output folder', async () => {
    const plan = await toyPlan();
    const raw = path('raw');
    for (const out of [raw, join(raw, 'out'), join(raw, 'more', '..', 'out')]) {
      expect(await messageOf(prepare(plan, { out }))).toBe(
        `prepare: expected out outside the raw data ${raw}, got ${out}`,
      );
    }
  });

  it('data without a test clip', async () => {
    await mkdir(path('raw'));
    await writeNwUcla(path('raw'), 'a01_s01_e00_v01', 1, 2);
    expect(
      await messageOf(prepare(await planNwUcla({ raw: path('raw') }), { out: path('out') })),
    ).toBe('prepare: expected clips in the test part of nw-ucla xview, got none of 1');
  });

  it('more clips than published', async () => {
    const plan = { ...(await toyPlan()), published: { xview: { train: 2, test: 1 } } };
    expect(await messageOf(prepare(plan, { out: path('out') }))).toBe(
      `${path('raw')}: xview: expected at most the 2 training and 1 test clips that were published, got 3 and 1; ` +
        'remove other files from the folder',
    );
  });

  it('a folder in use by another preparation', async () => {
    const plan = await toyPlan();
    await mkdir(path('out'));
    await writeFile(path('out', '.lock'), JSON.stringify({ pid: 1, host: hostname() }));
    expect(await messageOf(prepare(plan, { out: path('out') }))).toBe(
      `the folder ${path('out')} is in use by process 1; wait for it or stop it`,
    );
  });

  it('no folder because of leftovers of a killed process', async () => {
    await mkdir(path('out'));
    await writeFile(path('out', '.lock.0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f.tmp'), '');
    await writeFile(path('out', '.dataset.json.0a1b2c3d.tmp'), '{');
    expect((await prepare(await toyPlan(), { out: path('out') })).manifest.name).toBe('nw-ucla');
  });

  it('an invalid number of workers', async () => {
    expect(await messageOf(prepare(await toyPlan(), { out: path('out'), workers: 1.5 }))).toBe(
      'prepare: expected workers to be an integer of at least 0, got 1.5',
    );
  });
});
