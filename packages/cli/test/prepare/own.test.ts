import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '@halp/data/node';
import { kinectV1 } from '@halp/skeleton';
import { withFolder } from '../../../runs/test/helpers.ts';
import { halp } from '../helpers.ts';

/** The joints of a person who leans forward by this many degrees, before they are written as x, y, z. */
function body(lean: number): readonly (readonly number[])[] {
  const radians = (lean * Math.PI) / 180;
  return kinectV1.joints.map((joint, v) => {
    const height = joint.includes('foot') ? -0.9 : joint.includes('hip') ? 0 : 0.05 + 0.04 * v;
    const side = joint.startsWith('left') ? -0.2 : joint.startsWith('right') ? 0.2 : 0.01;
    const up = joint === 'hip centre' ? 0 : joint === 'head' ? 0.8 : height;
    const level = joint.includes('shoulder') ? 0.5 : up;
    return [side, level * Math.cos(radians), 3 + level * Math.sin(radians)];
  });
}

type Written = (place: readonly number[]) => readonly number[];

async function rawClips(
  folder: string,
  lean: number,
  written: Written = (p) => p,
): Promise<string> {
  const raw = join(folder, 'raw');
  await mkdir(raw, { recursive: true });
  const clips = [0, 1, 2].map((i) => ({
    ...{ file: `${i}.csv`, label: `class ${i % 2}`, split: i < 2 ? 'train' : 'test' },
  }));
  const description = { name: 'mine', layout: 'kinect-v1', fps: 30, clips };
  await writeFile(join(raw, 'clips.json'), JSON.stringify(description));
  const line = body(lean).flatMap(written).join(',');
  for (const { file } of clips) await writeFile(join(raw, file), `${line}\n${line}\n`);
  return raw;
}

async function linesOf(
  lean: number,
  { written, normalisation }: { written?: Written; normalisation?: 'yaw' | 'upright' } = {},
): Promise<readonly string[]> {
  return withFolder(async (folder) => {
    const raw = await rawClips(folder, lean, written);
    const kind = normalisation === undefined ? [] : ['--normalisation', normalisation];
    const out = join(folder, 'out');
    const { status, stderr } = await halp('prepare', 'own', '--raw', raw, '--out', out, ...kind);
    expect(status).toBe(0);
    return stderr.split('\n').filter((text) => /tilts|warning/.test(text));
  });
}

describe('halp prepare own', () => {
  it('reports the tilt that upright normalisation corrects, without a warning for people who stand', async () => {
    expect(await linesOf(10)).toEqual([
      'upright tilts the vertical by 10.0° in the median clip, 10.0° at most',
    ]);
  });

  it('warns if the tilt is large, and names the option to use', async () => {
    expect(await linesOf(40)).toEqual([
      'upright tilts the vertical by 40.0° in the median clip, 40.0° at most',
      'warning: a median tilt above 25° can cost accuracy; prepare it with --normalisation yaw too, and compare both by halp inspect --coordinates',
    ]);
    expect(await linesOf(40, { normalisation: 'yaw' })).toEqual([]);
  });

  it('warns if coordinates are upside down or have another vertical axis, with every normalisation', async () => {
    const down: Written = ([x, y, z]) => [-x!, -y!, z!];
    const upsideDown =
      'warning: in 3 of 3 clips the head is below the hips; if y points down, write -x, -y, z ' +
      '(only -y where x points to the left of the image)';
    expect(await linesOf(5, { written: down, normalisation: 'yaw' })).toEqual([upsideDown]);
    expect(await linesOf(5, { written: down })).toContain(upsideDown);
    const zUp: Written = ([x, y, z]) => [x!, -z!, y!];
    expect(await linesOf(5, { written: zUp, normalisation: 'yaw' })).toEqual([
      'warning: in 3 of 3 clips people lie along x or z; y is treated as the vertical: if it is z, write x, z, -y',
    ]);
  });

  it('accepts --normalisation, writes it to dataset.json, and rejects it if it has no effect', async () => {
    await withFolder(async (folder) => {
      const raw = await rawClips(folder, 10);
      const out = join(folder, 'out');
      const done = await halp(
        'prepare',
        'own',
        '--raw',
        raw,
        '--out',
        out,
        '--normalisation',
        'yaw',
      );
      expect(done.stderr).toContain('mine, 2 classes');
      expect((await readManifest(out)).preparation.normalisation).toBe('yaw');
      const refused = await halp(
        ...['prepare', 'utd-mhad', '--raw', raw, '--out', join(folder, 'other')],
        ...['--normalisation', 'yaw'],
      );
      expect(refused.stderr).toContain(
        'prepare utd-mhad: expected --normalisation for arrays, own only, got yaw; published sets have one normalisation',
      );
      const unknown = await halp(
        'prepare',
        'own',
        '--raw',
        raw,
        '--out',
        out,
        '--normalisation',
        'x',
      );
      expect(unknown.stderr).toContain('none, center, yaw, upright, min-max');
    });
  });
});
