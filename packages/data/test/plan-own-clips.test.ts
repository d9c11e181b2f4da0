import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createClip, kinectV1 } from '@halp/skeleton';
import { describe, expect, it } from 'vitest';
import { normaliseClip } from '../src/index.ts';
import { openDataset, planOwnClips, prepare } from '../src/node.ts';
import { messageOf, sameNumbers, temporaryFolder } from './helpers.ts';

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
    expect([plan.problems, plan.leftOut]).toEqual([[], undefined]);
  });

  it('says which files are listed and not there, and counts those that are not listed', async () => {
    const raw = await toyRaw({
      clips: [
        ...clips,
        { file: 'anna/Wave.csv', label: 'wave', split: 'train' },
        { file: 'carl/wave.csv', label: 'wave', split: 'train' },
      ],
    });
    await write('old/take.csv', csv(3));
    const plan = await planOwnClips({ raw });
    const missing = 'expected it, since clips.json lists it, got nothing at that path';
    expect(plan.problems).toEqual([
      { file: path('raw', 'anna/Wave.csv'), reason: `${missing}; there is anna/wave.csv` },
      { file: path('raw', 'carl/wave.csv'), reason: missing },
    ]);
    expect(plan.leftOut).toEqual([{ reason: 'not in clips.json', files: 1 }]);
  });

  it('refuses a folder without clips.json', async () => {
    expect(await messageOf(planOwnClips({ raw: path('raw') }))).toBe(
      `${path('raw', 'clips.json')}: expected a description of the clips, got nothing at that path`,
    );
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
    const raw = createClip([3, 4, 20, 1]);
    raw.data.forEach((_, i) => {
      raw.data[i] = coordinate(Math.floor(i / 20) % 4, i % 20, Math.floor(i / 80));
    });
    expect(sameNumbers(clip.data, normaliseClip(raw, kinectV1).data)).toBe('same');
    await data.close();
  });

  it('says of each bad clip what is wrong, and prepares the others', async () => {
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
      'cm.csv: expected metres, a person of 0.1 to 10, got one of 198; divide millimetres by 1000, centimetres by 100',
      'cut.json: expected JSON to go on, got its end; the file is truncated',
      'short.csv: line 1: expected 60 columns (x, y, z of 20 joints), got 3; leave out columns such as a frame number or a time',
    ]);
  });
});
