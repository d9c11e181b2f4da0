import { mkdir, rename, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openDataset, planKinetics, prepare } from '../../../src/node.ts';
import { messageOf, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

const label = (name: string, index: number, found = true): object => ({
  ...{ has_skeleton: found, label: name, label_index: index },
});

async function writeClip(part: string, name: string, index: number): Promise<void> {
  await mkdir(path('raw', part), { recursive: true });
  const skeleton = [{ pose: Array<number>(36).fill(0.75), score: Array<number>(18).fill(0.5) }];
  const data = [1, 2].map((t) => ({ frame_index: t, skeleton }));
  const text = JSON.stringify({ data, label: 'any', label_index: index });
  await writeFile(path('raw', part, `${name}.json`), text);
}

async function writeLabels(part: string, labels: Readonly<Record<string, object>>): Promise<void> {
  await mkdir(path('raw'), { recursive: true });
  await writeFile(path('raw', `${part}_label.json`), JSON.stringify(labels));
}

/** Two clips to train, one to test, one without a skeleton. */
async function toyRaw(): Promise<string> {
  await writeClip('kinetics_train', 'zebra', 3);
  await writeClip('kinetics_train', 'apple', 0);
  await writeClip('kinetics_train', 'nobody', 0);
  await writeClip('kinetics_val', 'mango', 3);
  await writeLabels('kinetics_train', {
    zebra: label('yoga', 3),
    apple: label('abseiling', 0),
    nobody: label('abseiling', 0, false),
    absent: label('air drumming', 1),
  });
  await writeLabels('kinetics_val', { mango: label('yoga', 3) });
  return path('raw');
}

describe('planKinetics', () => {
  it('trains on kinetics_train, tests on kinetics_val, and excludes clips without a skeleton', async () => {
    const plan = await planKinetics({ raw: await toyRaw() });
    expect(plan.sources.flatMap(({ clips }) => clips)).toEqual([
      { name: 'apple', label: 0, parts: { split: 'train' } },
      { name: 'mango', label: 3, parts: { split: 'test' } },
      { name: 'zebra', label: 3, parts: { split: 'train' } },
    ]);
    expect(plan.classes).toEqual(['abseiling', 'air drumming', 'class 2', 'yoga']);
    expect(plan.excluded).toEqual([{ reason: 'without a skeleton', files: 1 }]);
    expect(plan).toMatchObject({ layout: 'openpose-18', persons: 2, frames: 300, problems: [] });
  });

  it('finds the folder kinetics-skeleton in the one that it is given', async () => {
    await toyRaw();
    await mkdir(path('outer'));
    await rename(path('raw'), path('outer', 'kinetics-skeleton'));
    expect((await planKinetics({ raw: path('outer') })).sources.length).toBe(3);
  });

  it('lists clips without a label, or with another one, as problems', async () => {
    const raw = await toyRaw();
    await writeClip('kinetics_val', 'extra', 3);
    await writeClip('kinetics_train', 'apple', 3);
    const { skipped } = await prepare(await planKinetics({ raw }), { out: path('out') });
    expect(skipped.map(({ file, reason }) => `${file}: ${reason}`.replaceAll(raw, 'RAW'))).toEqual([
      'RAW/kinetics_val/extra.json: expected an entry extra in RAW/kinetics_val_label.json, got none',
      'RAW/kinetics_train/apple.json: expected label_index 0, got 3',
    ]);
  });

  it('prepares x, y and score, zero-padded to 300 frames', async () => {
    const { manifest } = await prepare(await planKinetics({ raw: await toyRaw() }), {
      out: path('out'),
    });
    expect(manifest).toMatchObject({ name: 'kinetics', frames: 300, persons: 2 });
    const data = await openDataset(path('out'), { part: 'train' });
    const { clip, name } = await data.get(1);
    expect([name, clip.shape]).toEqual(['zebra', [3, 3, 18, 2]]);
    const first = (channel: number, t: number): number | undefined =>
      clip.data[(channel * 3 + t) * 36];
    expect([first(0, 1), first(1, 1), first(2, 1)]).toEqual([0.25, -0.25, 0.5]);
    expect([first(0, 0), first(1, 0), first(2, 0)]).toEqual([0, 0, 0]);
    await data.close();
  });

  it('refuses a folder without labels and one that is missing, and skips a class of another name', async () => {
    const message = (raw: string): Promise<string> => messageOf(planKinetics({ raw }));
    expect(await message(path('raw'))).toContain('expected a folder of raw data, got nothing');
    await mkdir(path('raw'));
    expect(await message(path('raw'))).toContain('kinetics_train_label.json: expected a file');
    await toyRaw();
    await writeLabels('kinetics_val', { mango: label('zumba', 3) });
    const { problems } = await planKinetics({ raw: path('raw') });
    expect(problems?.map(({ reason }) => reason).join()).toContain(
      'expected class 3 to be "yoga", got "zumba"',
    );
  });
});
