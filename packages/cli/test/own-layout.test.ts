import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '@halp/data/node';
import { formatNpy } from '@halp/files';
import { createLayout } from '@halp/skeleton';
import { contentsOf, keptFolder } from '../../runs/test/helpers.ts';
import { sbu15 } from '../../skeleton/test/sbu-15.ts';
import { halp } from './helpers.ts';

const folder = keptFolder();
const at = (...names: readonly string[]): string => join(folder(), ...names);
const clip = (joints: number): string =>
  Array.from({ length: 6 }, (_, t) =>
    Array.from({ length: 3 * joints }, (__, i) => Math.sin(i + t).toFixed(4)).join(','),
  ).join('\n');

async function ownClips(name: string, layout: unknown, joints = 15): Promise<string> {
  await mkdir(at(name), { recursive: true });
  for (const file of ['one.csv', 'two.csv']) await writeFile(at(name, file), clip(joints));
  const clips = ['one.csv', 'two.csv'].map((file, i) => ({
    ...{ file, label: 'wave', split: i === 0 ? 'train' : 'test' },
  }));
  await writeFile(at(name, 'clips.json'), JSON.stringify({ name, layout, fps: 30, clips }));
  return at(name);
}

/** Two training clips and one test clip in a `.npz`-less folder of arrays. */
async function arrays(name: string, joints: number): Promise<string> {
  await mkdir(at(name), { recursive: true });
  for (const [part, count] of [
    ['train', 2],
    ['val', 1],
  ] as const) {
    const data = Float32Array.from({ length: count * 3 * 4 * joints }, (_, i) => Math.sin(i));
    const shape = [count, 3, 4, joints, 1];
    await writeFile(
      at(name, `${part}_data_joint.npy`),
      formatNpy({ dtype: 'float32', shape, data }),
    );
    const labels = { dtype: 'int32', shape: [count], data: new Int32Array(count) } as const;
    await writeFile(at(name, `${part}_label.npy`), formatNpy(labels));
  }
  return at(name);
}

describe('a layout of your own on the command line', () => {
  it('is that of own clips, written in clips.json', async () => {
    const raw = await ownClips('clips', sbu15);
    const done = await halp('prepare', 'own', '--raw', raw, '--out', at('own'));
    expect([done.status, done.stderr]).toEqual([0, expect.stringContaining('1 train / 1 test')]);
    expect((await readManifest(at('own'))).layout).toEqual(createLayout(sbu15));
    const drawn = await halp('inspect', at('own'), '--draw', at('own.svg'));
    expect(drawn.stdout + drawn.stderr).toContain('sbu-15 (15 joints)');
  });

  it('is that of a raw file, given to inspect', async () => {
    await writeFile(at('clip.csv'), clip(15));
    await writeFile(at('sbu-15.json'), JSON.stringify(sbu15));
    const { stdout, stderr } = await halp('inspect', at('clip.csv'), '--layout', at('sbu-15.json'));
    expect(stdout + stderr).toContain('own clip, sbu-15 (15 joints)');
  });

  it('is that of arrays, by the name of its file', async () => {
    const raw = await arrays('arrays', 15);
    await writeFile(at('sbu-15.json'), JSON.stringify(sbu15));
    const flags = ['--raw', raw, '--out', at('prepared'), '--as-name', 'sbu'];
    const done = await halp('prepare', 'arrays', ...flags, '--layout', at('sbu-15.json'));
    expect([done.status, done.stderr]).toEqual([0, expect.stringContaining('2 train / 1 test')]);
    expect((await readManifest(at('prepared'))).layout).toEqual(createLayout(sbu15));
  });

  const twoRoots = { ...sbu15, bones: sbu15.bones.slice(1) };
  it.each<[string, unknown, number, RegExp]>([
    [
      'two roots',
      twoRoots,
      15,
      /^halp: .*clips\.json: layout\.bones: expected one joint without a parent, got 2: 'head', 'neck'$/,
    ],
    [
      'a cycle',
      { ...sbu15, bones: [...sbu15.bones, ['neck', 'head']] },
      15,
      /^halp: .*clips\.json: layout\.bones: expected a tree, got the cycle 'head', 'neck', 'head'$/,
    ],
    [
      'a joint named twice',
      { ...sbu15, joints: ['neck', ...sbu15.joints.slice(1)] },
      15,
      /^halp: .*clips\.json: layout\.joints: expected each name once, got 'neck' twice$/,
    ],
    [
      'a bone to a missing joint',
      { ...sbu15, bones: [['head', 'tail'], ...sbu15.bones.slice(1)] },
      15,
      /^halp: .*clips\.json: layout\.bones\[0\]\[1\]: expected a joint of the layout, got 'tail'$/,
    ],
    [
      'other joints than the clips',
      sbu15,
      14,
      /^halp: .*expected at least one readable file, got none; the first: .*line 1: expected 45 columns \(x, y, z of 15 joints\), got 42/,
    ],
  ])('with %s is one line, and nothing is written', async (name, layout, joints, message) => {
    const raw = await ownClips(`bad-${name.replaceAll(' ', '-')}`, layout, joints);
    const before = await contentsOf(folder());
    const { status, stdout, stderr } = await halp(
      'prepare',
      'own',
      '--raw',
      raw,
      '--out',
      at('none'),
    );
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
    expect(await contentsOf(folder())).toEqual(before);
  });

  it.each([
    [
      'kinect-v3',
      /^halp: readLayout: expected kinect-v1, .* or a \.json file, got kinect-v3; did you mean kinect-v/,
    ],
    ['gone.json', /^halp: gone\.json: expected a file.*, got nothing at that path$/],
  ])('refuses --layout %s', async (name, message) => {
    const raw = await arrays('more-arrays', 15);
    const flags = ['--raw', raw, '--out', at('none'), '--layout', name];
    const { status, stderr } = await halp('prepare', 'arrays', ...flags);
    expect([status, stderr.trimEnd()]).toEqual([1, expect.stringMatching(message)]);
  });
});
