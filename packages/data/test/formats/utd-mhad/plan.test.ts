import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { kinectV1 } from '@halp/skeleton';
import { readUtdMhad } from '../../../src/formats/utd-mhad/plan.ts';
import { normaliseClip, parseUtdMhad } from '../../../src/index.ts';
import { planUtdMhad } from '../../../src/node.ts';
import { matOf, messageOf, sameNumbers, temporaryFolder } from '../../helpers.ts';

const path = temporaryFolder();

/** A file of `frames` frames of a standing body. */
async function writeClip(folder: string, name: string, frames: number): Promise<void> {
  await mkdir(path(folder), { recursive: true });
  const numbers = Array.from({ length: 60 * frames }, (_, i) => Math.sin(i) + (i % 60) / 30);
  await writeFile(path(folder, `${name}.mat`), matOf('d_skel', [20, 3, frames], numbers));
}

describe('planUtdMhad', () => {
  it('trains on odd subjects and tests on even ones, sorted by name', async () => {
    await writeClip('one', 'a10_s2_t1_skeleton', 3);
    await writeClip('one/more', 'a1_s3_t1_skeleton', 2);
    await writeClip('two', 'a27_s1_t4_skeleton', 5);
    const plan = await planUtdMhad({ raw: [path('one'), path('two')] });
    expect(plan.sources.flatMap(({ clips }) => clips)).toEqual([
      { name: 'a10_s2_t1_skeleton', label: 9, subject: 2, parts: { xsub: 'test' } },
      { name: 'a1_s3_t1_skeleton', label: 0, subject: 3, parts: { xsub: 'train' } },
      { name: 'a27_s1_t4_skeleton', label: 26, subject: 1, parts: { xsub: 'train' } },
    ]);
    expect(plan).toMatchObject({ name: 'utd-mhad', layout: 'kinect-v1', persons: 1 });
    expect(plan.published).toEqual({ xsub: { train: 431, test: 430 } });
  });

  it('lists files with other names as problems', async () => {
    await writeClip('one', 'a1_s1_t1_skeleton', 2);
    await writeClip('one', 'a1_s1_t1_inertial', 2);
    const plan = await planUtdMhad({ raw: path('one') });
    expect(plan.sources.length).toBe(1);
    expect(plan.problems).toEqual([
      {
        file: path('one', 'a1_s1_t1_inertial.mat'),
        reason: 'expected a name like a27_s8_t4_skeleton',
      },
    ]);
  });

  it('refuses two files of one name, and no folder', async () => {
    await writeClip('one', 'a1_s1_t1_skeleton', 2);
    await writeClip('two', 'a1_s1_t1_skeleton', 2);
    expect(await messageOf(planUtdMhad({ raw: [path('one'), path('two')] }))).toContain(
      'expected each name once, got',
    );
    expect(await messageOf(planUtdMhad({ raw: [] }))).toBe(
      'planUtdMhad: expected raw to be a path or a list of paths, got an array of 0',
    );
  });
});

describe('readUtdMhad', () => {
  it('gives the normalised clip, all of whose frames are valid', async () => {
    await writeClip('one', 'a1_s1_t1_skeleton', 4);
    const file = path('one', 'a1_s1_t1_skeleton.mat');
    const [prepared] = await readUtdMhad(
      { path: file, clips: [] },
      await planUtdMhad({ raw: path('one') }),
    );
    const expected = normaliseClip(parseUtdMhad(readFileSync(file), file), kinectV1);
    if (prepared === undefined || 'problem' in prepared) throw new Error('expected a clip');
    expect(prepared.frames).toBe(4);
    expect(sameNumbers(prepared.clip.data, expected.data)).toBe('same');
  });
});
