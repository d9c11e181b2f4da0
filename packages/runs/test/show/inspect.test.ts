import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compilePipeline } from '@halp/augment';
import { startBackend } from '@halp/backend';
import { openDataset, planSynthetic, prepare } from '@halp/data/node';
import { createRandom } from '@halp/random';
import { fixturePath } from '@halp/testing';
import { drawClip } from '../../src/show/draw-clip.ts';
import { inspect, inspectionLines } from '../../src/show/inspect.ts';
import { withFolder } from '../helpers.ts';

const recording = fixturePath('raw/S001C001P001R001A001.skeleton');

beforeAll(async () => {
  await startBackend();
});

describe('inspect', () => {
  it('describes a raw file and lists anomalies of its clip', async () => {
    const lines = inspectionLines(await inspect({ path: recording }));
    expect(lines[0]).toContain('NTU RGB+D skeleton, kinect-v2 (25 joints), 1 clip');
    expect(lines[1]).toMatch(/^clip S001C001P001R001A001: \d+ frames; x -?\d/);
    expect(lines[2]).toMatch(/^ {2}person 0: (present in every frame|absent in \d+ frames); /);
  });

  it('counts one jump and several', async () => {
    const inspection = await inspect({ path: recording });
    const jump = { frame: 3, joint: 0, distance: 0.75 };
    const lineOf = (count: number): string | undefined => {
      const person = { empty: false, emptyFrames: 0, jumps: Array(count).fill(jump) };
      const statistics = { ...inspection.clip.statistics, persons: [person] };
      return inspectionLines({ ...inspection, clip: { ...inspection.clip, statistics } })[2];
    };
    const where = 'spine base by 0.75 at frame 3';
    expect(lineOf(1)).toBe(`  person 0: present in every frame; 1 suspicious jump: ${where}`);
    expect(lineOf(2)).toContain(`; 2 suspicious jumps: ${where}, ${where}`);
    expect(lineOf(0)).toContain('; no jumps');
  });

  it('describes a prepared data set, and finds a clip by name or number', async () => {
    await withFolder(async (folder) => {
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: folder });
      const first = await inspect({ path: folder });
      expect(inspectionLines(first).slice(0, 3).join('\n')).toContain(
        'xsub: 48 train / 48 test, 3 training clips per class',
      );
      expect(inspectionLines(first)[0]).toBe(`${folder}: prepared data set, kinect-v2 (25 joints)`);
      const name = 'S002C001P002R001A007';
      const named = await inspect({ path: folder, part: 'test', clip: name });
      expect([named.clip.name, named.clip.className]).toEqual([name, 'kick']);
      expect((await inspect({ path: folder, clip: '0' })).clip.name).toBe(first.clip.name);
      await expect(inspect({ path: folder, clip: 'none' })).rejects.toThrow(
        /expected the name of a clip of .* or a number below 48, got none/,
      );
    });
  });

  it('computes 1-NN on the coordinates of a prepared set, as a loop over all pairs of clips does', async () => {
    await withFolder(async (folder) => {
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: folder });
      expect((await inspect({ path: folder })).coordinates).toBeUndefined();
      const { coordinates, ...rest } = await inspect({ path: folder, coordinates: true });
      const crop = await compilePipeline([{ kind: 'centre-crop', size: 32 }]);
      const [train, test] = await Promise.all(
        (['train', 'test'] as const).map(async (part) => {
          const data = await openDataset(folder, { benchmark: 'xsub', part });
          const all = [];
          for (let i = 0; i < data.length; i++) {
            const { clip, label } = await data.get(i);
            all.push({ label, values: crop(clip, createRandom(0)).data });
          }
          await data.close();
          return all;
        }),
      );
      const distance = (a: Float32Array, b: Float32Array): number =>
        a.reduce((sum, value, i) => sum + (value - (b[i] ?? NaN)) ** 2, 0);
      const correct = (test ?? []).filter(({ values, label }) => {
        const distances = (train ?? []).map((other) => distance(values, other.values));
        return train?.[distances.indexOf(Math.min(...distances))]?.label === label;
      }).length;
      expect(coordinates?.counts).toMatchObject({ correct, test: 48 });
      expect(inspectionLines({ ...rest, ...(coordinates && { coordinates }) })).toContainEqual(
        `  xsub, centre crop of 32 frames: baseline, 1-NN on coordinates: ${((100 * correct) / 48).toFixed(1)} % (${correct} of 48)`,
      );
    });
    await expect(inspect({ path: recording, coordinates: true })).rejects.toThrow(
      'inspect: expected a prepared data set with option coordinates, got the file ',
    );
  });

  it('draws a clip, and a clip before and after a pipeline, the same for the same seed', async () => {
    await withFolder(async (folder) => {
      const inspection = await inspect({ path: recording });
      const [svg, both, again, html] = ['a.svg', 'b.svg', 'c.svg', 'd.html'].map((name) =>
        join(folder, name),
      ) as [string, string, string, string];
      await drawClip(inspection, { file: svg, seed: 0 });
      await drawClip(inspection, { file: both, seed: 1, pipeline: 'aimclr-normal' });
      await drawClip(inspection, { file: again, seed: 1, pipeline: 'aimclr-normal' });
      await drawClip(inspection, { file: html, seed: 1, pipeline: 'halp' });
      const texts = await Promise.all(
        [svg, both, again, html].map((file) => readFile(file, 'utf8')),
      );
      expect(texts[0]?.match(/<svg/g)).toHaveLength(1);
      expect(texts[1]?.match(/<svg/g)).toHaveLength(3);
      expect(texts[1]).toContain('after aimclr-normal, seed 1');
      expect(texts[2]).toBe(texts[1]);
      expect(texts[3]).toContain('after halp, seed 1');
    });
  });

  it('gives a pipeline a raw clip as a prepared set holds it', async () => {
    await withFolder(async (folder) => {
      const name = 'S001C001P001R001A001';
      const [raw, data] = [join(folder, 'raw'), join(folder, 'data')];
      await prepare('synthetic', { raw, out: data, performers: 2, replications: 1 });
      const drawn = async (path: string): Promise<string> => {
        const file = join(folder, 'drawn.svg');
        const inspection = await inspect({ path, clip: name });
        await drawClip(inspection, { file, seed: 1, pipeline: 'halp' });
        return readFile(file, 'utf8');
      };
      const ofSet = await drawn(data);
      const ofFile = await drawn(join(raw, `${name}.skeleton`));
      expect(ofFile).toContain('before, prepared (upright)');
      expect(ofFile.replaceAll('before, prepared (upright)', 'before')).toBe(ofSet);
    });
  });

  it('reads a pipeline from a JSON file, and rejects an invalid one', async () => {
    await withFolder(async (folder) => {
      const inspection = await inspect({ path: recording });
      const [file, pipeline] = [join(folder, 'a.svg'), join(folder, 'p.json')];
      await writeFile(pipeline, '[{"kind": "temporal-flip"}]');
      await drawClip(inspection, { file, seed: 0, pipeline });
      await writeFile(pipeline, '[{"kind": "sparkle"}]');
      await expect(drawClip(inspection, { file, seed: 0, pipeline })).rejects.toThrow('sparkle');
      await expect(drawClip(inspection, { file, seed: 0, pipeline: 'best' })).rejects.toThrow(
        'expected option augment among halp, downstream, aimclr-normal, aimclr-extreme, aimclr-evaluation, centre or a JSON file, got best',
      );
      await expect(drawClip(inspection, { file: join(folder, 'a.png'), seed: 0 })).rejects.toThrow(
        'expected option draw = FILE.svg or FILE.html',
      );
    });
  });
});
