import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clip, createClip, kinectV1 } from '@halp/skeleton';
import { postureOf, summarisePostures } from '../../../src/clip/posture.ts';
import {
  centerClip,
  minMaxClip,
  normaliseClip,
  parseOwnClips,
  yawClip,
} from '../../../src/index.ts';
import { openDataset, planOwnClips, prepare, readManifest } from '../../../src/node.ts';
import { messageOf, sameNumbers, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(path('raw', file)), { recursive: true });
  await writeFile(path('raw', file), text);
}

/** Coordinate c of joint v in frame t: somebody of about 2 m who moves a little. */
function coordinate(t: number, v: number, c: number): number {
  return Math.fround(Math.sin(7 * v + 3 * c) + 0.01 * t);
}

function frames(count: number, scale = 1): number[][][] {
  return Array.from({ length: count }, (_, t) =>
    Array.from({ length: 20 }, (__, v) => [0, 1, 2].map((c) => scale * coordinate(t, v, c))),
  );
}

const csv = (count: number, scale = 1): string =>
  frames(count, scale)
    .map((frame) => frame.flat().join(','))
    .join('\n');

/** The clip in a file of so many frames. */
function rawWave(count = 4, scale = 1): Clip {
  const raw = createClip([3, count, 20, 1]);
  raw.data.forEach((_, i) => {
    const c = Math.floor(i / (20 * count));
    raw.data[i] = scale * coordinate(Math.floor(i / 20) % count, i % 20, c);
  });
  return raw;
}

const clips = [
  { file: 'ben/wave.json', label: 'wave', split: 'test', subject: 2 },
  { file: 'anna/wave.csv', label: 'wave', split: 'train', subject: 1 },
  { file: 'anna/point.csv', label: 'point', split: 'train', subject: 1 },
];

async function toyRaw(change: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const description = { name: 'mine', layout: 'kinect-v1', fps: 25, clips, ...change };
  await write('clips.json', JSON.stringify(description));
  await write('anna/wave.csv', csv(4));
  await write('anna/point.csv', csv(6));
  await write('ben/wave.json', JSON.stringify(frames(3)));
  await write('notes.txt', 'not a clip');
  return path('raw');
}

describe('planOwnClips', () => {
  it('lists the clips in the order of their names, in the parts that clips.json says', async () => {
    const plan = await planOwnClips({ raw: await toyRaw() });
    expect(plan.sources.flatMap((source) => source.clips)).toEqual([
      { name: 'anna/point', label: 0, subject: 1, parts: { split: 'train' } },
      { name: 'anna/wave', label: 1, subject: 1, parts: { split: 'train' } },
      { name: 'ben/wave', label: 1, subject: 2, parts: { split: 'test' } },
    ]);
    expect(plan).toMatchObject({ name: 'mine', layout: 'kinect-v1', classes: ['point', 'wave'] });
    expect(plan).toMatchObject({
      fps: 25,
      preparation: { channels: 'xyz', normalisation: 'upright' },
    });
    expect([plan.problems, plan.excluded]).toEqual([[], []]);
  });

  it('reports listed files that are missing, and counts files that are not listed', async () => {
    const raw = await toyRaw({
      clips: [
        ...clips,
        { file: 'anna/Wave.csv', label: 'wave', split: 'train' },
        { file: 'carl/wave.csv', label: 'wave', split: 'train' },
      ],
    });
    await write('old/take.csv', csv(3));
    const plan = await planOwnClips({ raw });
    const missing = 'expected a file, since clips.json lists it, got nothing at that path';
    expect(plan.problems).toEqual([
      { file: path('raw', 'anna/Wave.csv'), reason: `${missing}; the folder has anna/wave.csv` },
      { file: path('raw', 'carl/wave.csv'), reason: missing },
    ]);
    expect(plan.excluded).toEqual([{ reason: 'not in clips.json', files: 1 }]);
  });

  it('refuses an unknown normalisation', async () => {
    const plan = planOwnClips({ raw: await toyRaw(), normalisation: 'centre' as 'center' });
    expect(await messageOf(plan)).toBe(
      'planOwnClips: expected normalisation none or center or yaw or upright or min-max, got "centre"',
    );
  });

  it('refuses a folder without clips.json', async () => {
    const message = await messageOf(planOwnClips({ raw: path('raw') }));
    expect(message).toContain(
      `${path('raw', 'clips.json')}: expected a description of the clips, got nothing at that path; write {`,
    );
    expect(message).toContain('see docs/guides/add-a-data-set.md');
    // The example is valid.
    const example = /write (\{.*\}): see/.exec(message)?.[1] ?? '';
    expect(parseOwnClips(Buffer.from(example), 'clips.json')).toMatchObject({ name: 'mine' });
  });
});

describe('a folder of clips', () => {
  it('becomes a data set of normalised clips', async () => {
    const plan = await planOwnClips({ raw: await toyRaw() });
    const { manifest, skipped } = await prepare(plan, { out: path('out') });
    expect(skipped).toEqual([]);
    expect(manifest).toMatchObject({ name: 'mine', layout: 'kinect-v1', persons: 1, frames: 6 });
    const data = await openDataset(path('out'), { benchmark: 'split', part: 'train' });
    const { clip, label, name, subject } = await data.get(1);
    expect({ label, name, subject }).toEqual({ label: 1, name: 'anna/wave', subject: 1 });
    expect(sameNumbers(clip.data, normaliseClip(rawWave(), kinectV1).data)).toBe('same');
    await data.close();
  });

  it.each([
    ['none', (clip: Clip) => clip, 'y'],
    ['center', (clip: Clip) => centerClip(clip, kinectV1), 'y'],
    ['yaw', (clip: Clip) => yawClip(clip, kinectV1), 'y'],
    ['upright', (clip: Clip) => normaliseClip(clip, kinectV1), 'z'],
    ['min-max', (clip: Clip) => minMaxClip(clip, kinectV1), 'y'],
  ] as const)('is normalised by %s where that is asked for, and says so', async (kind, by, up) => {
    const plan = await planOwnClips({ raw: await toyRaw(), normalisation: kind });
    const { manifest } = await prepare(plan, { out: path('out') });
    expect(manifest.preparation).toMatchObject({ normalisation: kind, up });
    const data = await openDataset(path('out'), { benchmark: 'split', part: 'train' });
    expect(sameNumbers((await data.get(1)).clip.data, by(rawWave()).data)).toBe('same');
    await data.close();
  });

  it('replaces one with another normalisation', async () => {
    const raw = await toyRaw();
    await prepare(await planOwnClips({ raw }), { out: path('out') });
    await prepare(await planOwnClips({ raw, normalisation: 'yaw' }), { out: path('out') });
    expect((await readManifest(path('out'))).preparation.normalisation).toBe('yaw');
  });

  it('summarises the postures, also after an interruption', async () => {
    // More clips than are read at a time.
    const many = Array.from({ length: 20 }, (_, i) => i + 2);
    const files = many.map((count) => `${String(count).padStart(2, '0')}.csv`);
    const raw = await toyRaw({
      clips: files.map((file, i) => ({ file, label: 'wave', split: i < 10 ? 'train' : 'test' })),
    });
    for (const [i, file] of files.entries()) await write(file, csv(many[i]!, 1 + i / 10));
    const plan = await planOwnClips({ raw });
    const whole = await prepare(plan, { out: path('out') });
    expect(whole.posture).toEqual(
      summarisePostures(many.map((count, i) => postureOf(rawWave(count, 1 + i / 10), kinectV1))),
    );
    const stop = new AbortController();
    const interrupted = prepare(plan, {
      ...{ out: path('again'), saveEvery: 1, signal: stop.signal },
      onProgress: ({ stage }) => void (stage === 'preparing' && stop.abort()),
    });
    await expect(interrupted).rejects.toThrow();
    let before = 0;
    const onProgress = ({ resumed }: { resumed: number }): void => void (before = resumed);
    const resumed = await prepare(plan, { out: path('again'), onProgress });
    expect([before, resumed.posture]).toEqual([16, whole.posture]);
  });

  it('reports each bad clip, and prepares the others', async () => {
    const raw = await toyRaw({
      clips: [
        ...clips,
        { file: 'cm.csv', label: 'wave', split: 'train' },
        { file: 'cut.json', label: 'wave', split: 'train' },
        { file: 'short.csv', label: 'wave', split: 'train' },
      ],
    });
    await write('cm.csv', csv(3, 100));
    await write('cut.json', JSON.stringify(frames(3)).slice(0, 100));
    await write('short.csv', '1,2,3');
    const { manifest, skipped } = await prepare(await planOwnClips({ raw }), { out: path('out') });
    expect(manifest.benchmarks['split']?.train.clips).toBe(2);
    expect(skipped.map(({ file, reason }) => `${file.slice(raw.length + 1)}: ${reason}`)).toEqual([
      'cm.csv: expected metres (persons of 0.1 to 10), got a person of 198; divide millimetres by 1000, centimetres by 100',
      'cut.json: expected valid JSON, got its end; the file is truncated',
      'short.csv: line 1: expected 60 columns (x, y, z of 20 joints), got 3; ' +
        'one row is one frame, with x, y, z of all joints in the order of the layout, not one joint: see docs/guides/add-a-data-set.md',
    ]);
  });
});
