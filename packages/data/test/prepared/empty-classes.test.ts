import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planOwnClips, prepare } from '../../src/node.ts';
import { emptyClassNotes } from '../../src/prepared/empty-classes.ts';
import { temporaryFolder } from '../helpers.ts';

const path = temporaryFolder();

const part = (
  ...clipsPerClass: readonly number[]
): { readonly clipsPerClass: readonly number[] } => ({ clipsPerClass });

describe('classes without a clip', () => {
  it('are none where every part has a clip of every class', () => {
    const benchmarks = { split: { train: part(1, 2), test: part(3, 1) } };
    expect(emptyClassNotes({ classes: ['a', 'b'], benchmarks })).toEqual([]);
  });

  it('are named once, with the parts in which they are missing', () => {
    const benchmarks = {
      xsub: { train: part(1, 0, 2), test: part(0, 0, 2) },
      xview: { train: part(1, 0, 2), test: part(1, 1, 1) },
    };
    expect(emptyClassNotes({ classes: ['a', 'b', 'c'], benchmarks })).toEqual([
      'classes without a clip: 1 of 3 in xsub train, xview train (b); 2 of 3 in xsub test (a, b)',
    ]);
  });

  it('are the first five and a count where they are many', () => {
    const classes = Array.from({ length: 60 }, (_, i) => `c${i}`);
    const counts = classes.map((_, i) => (i < 3 ? 1 : 0));
    const benchmarks = { xsub: { train: part(...counts), test: part(...counts) } };
    expect(emptyClassNotes({ classes, benchmarks })).toEqual([
      'classes without a clip: 57 of 60 in xsub train, xsub test (c3, c4, c5, c6, c7, …)',
    ]);
  });

  it('are noted for a prepared set that has some, and not for a complete one', async () => {
    const write = async (file: string, text: string): Promise<void> => {
      await mkdir(dirname(path('raw', file)), { recursive: true });
      await writeFile(path('raw', file), text);
    };
    const frame = Array.from({ length: 20 }, (_, v) => [0, v / 10, 2]);
    for (const file of ['a.json', 'b.json', 'c.json']) await write(file, JSON.stringify([frame]));
    const clips = [
      { file: 'a.json', label: 'wave', split: 'train' },
      { file: 'b.json', label: 'point', split: 'train' },
      { file: 'c.json', label: 'wave', split: 'test' },
    ];
    const about = { name: 'mine', layout: 'kinect-v1', fps: 25, clips };
    await write('clips.json', JSON.stringify({ ...about, classes: ['jump', 'wave', 'point'] }));
    const { notes } = await prepare(await planOwnClips({ raw: path('raw') }), { out: path('out') });
    expect(notes).toEqual([
      'classes without a clip: 1 of 3 in split train (jump); 2 of 3 in split test (jump, point)',
    ]);
    const all = [...clips, { file: 'd.json', label: 'point', split: 'test' }];
    await write('d.json', JSON.stringify([frame]));
    await write('clips.json', JSON.stringify({ ...about, clips: all }));
    const whole = await planOwnClips({ raw: path('raw') });
    expect((await prepare(whole, { out: path('whole') })).notes).toEqual([]);
  });
});
