import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { keptPreparation, preparedClip, type Sample, syntheticRecording } from '@halp/data';
import {
  type ClipsToWrite,
  openDataset,
  prepare,
  readManifest,
  readRawClips,
  writeDataset,
} from '@halp/data/node';
import { parseSafetensorsHeader } from '@halp/files';
import { createThreadedLoader } from '@halp/loader/node';
import { createRandom } from '@halp/random';
import { parseEncoderFile, type Recipe, recordingForRecipe } from '@halp/recipes';
import { encoderFromBytes } from '@halp/runs';
import {
  classify,
  drawClip,
  embed,
  evaluate,
  exportRun,
  inspect,
  inspectionLines,
  loadEncoder,
  pretrain,
  retrieve,
} from '@halp/runs/node';
import { createClip, createLayout, type Layout, layoutOf } from '@halp/skeleton';
import { openRun } from '@halp/train/node';
import { sbu15 } from '../../../skeleton/test/sbu-15.ts';
import { keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: readonly string[]): string => join(folder(), ...names);
const layout = createLayout(sbu15);

/** Coordinates in metres of a body that lifts one arm. */
function rawClip(label: number, seed: number): Sample['clip'] {
  const rng = createRandom(seed);
  const T = 20 + rng.integer(10);
  const clip = createClip([3, T, 15, 1]);
  for (let v = 0; v < 15; v++) {
    const [x, y] = [Math.cos(v), 1 + Math.sin(v) / 2];
    for (let t = 0; t < T; t++) {
      const lifted = v === (label === 0 ? 5 : 8) ? t / T : 0;
      const numbers = [x, y + lifted, 2 + v / 30].map((value) => value + 0.01 * rng.normal());
      numbers.forEach((value, c) => {
        clip.data[(c * T + t) * 15 + v] = value;
      });
    }
  }
  return clip;
}

function clips(part: string, length: number, of: Layout = layout): ClipsToWrite {
  return {
    ...{ layout: of, classes: ['left', 'right'], length, preparation: keptPreparation },
    get: (i) => ({
      clip: preparedClip(rawClip(i % 2, (part === 'train' ? 0 : 1000) + i), of, keptPreparation),
      ...{ label: i % 2, name: `${part}-${i}` },
    }),
  };
}

const flip = [
  ...tinyMoco.views.query.filter(({ kind }) => kind === 'crop-resize'),
  { kind: 'spatial-flip', layout, axis: 'x' } as const,
];
const recipe: Recipe = {
  ...tinyMoco,
  ...{ name: 'own-layout', stream: 'bone' },
  data: { name: 'lifts', benchmark: 'split', layout, persons: 1 },
  encoder: { kind: 'stgcn', width: 4, features: 8, partition: 'spatial' },
  views: { query: flip, key: flip },
};

beforeAll(async () => {
  await startBackend({ prefer: 'wasm' });
  const parts = { train: clips('train', 32), test: clips('test', 16) };
  await writeDataset(parts, { out: at('data'), name: 'lifts' });
});

describe('a layout of its own', () => {
  it('is stored whole in dataset.json, and is that of the clips', async () => {
    expect((await readManifest(at('data'))).layout).toEqual(layout);
    const data = await openDataset(at('data'), { part: 'test' });
    expect(data.layout).toEqual(layout);
    expect(await data.get(3)).toEqual(await clips('test', 16).get(3));
    await data.close();
  });

  it('reaches an encoder as the same numbers from memory, from the folder, and from worker threads', async () => {
    const given = clips('train', 32);
    const samples: Sample[] = [];
    for (let i = 0; i < 32; i++) samples.push(await given.get(i));
    const written = await openDataset(at('data'), { part: 'train' });
    const memory = {
      ...{ ...written, source: undefined },
      get: (i: number) => Promise.resolve(samples[i] as Sample),
      close: () => Promise.resolve(),
    };
    const batchesOf = async (data: typeof written, workers: number): Promise<readonly string[]> => {
      const options = { batchSize: 8, views: [flip, flip], shuffle: true, dropLast: true, workers };
      const loader = await createThreadedLoader(data, options, createRandom(4));
      const batches: string[] = [];
      for await (const { views, labels } of loader.epoch(0)) {
        batches.push(
          ...views.map((view) => Buffer.from(new Float32Array(view).buffer).toString('base64')),
          labels.join(),
        );
      }
      await loader.close();
      return batches;
    };
    const expected = await batchesOf(memory, 0);
    expect(expected).toHaveLength(12);
    expect(await batchesOf(written, 0)).toEqual(expected);
    expect(await batchesOf(written, 2)).toEqual(expected);
    await written.close();
  });

  it('trains a graph encoder on bones, is evaluated, and stands in the manifest', async () => {
    const run = await pretrain({ recipe, data: at('data'), out: at('run'), epochs: 2 });
    expect(run.log).toHaveLength(2);
    const { manifest } = await openRun(at('run'));
    expect(manifest.recipe).toMatchObject({ data: { layout } });
    const again = { recipe, data: at('data'), out: at('run'), epochs: 3, resume: true };
    expect((await pretrain(again)).log).toHaveLength(3);
    const protocols = [{ protocol: 'knn' }, { protocol: 'linear' }] as const;
    expect(await evaluate({ run: at('run'), data: at('data'), protocols })).toHaveLength(2);
  });

  it('is exported, and a raw file is classified by the run and embedded by the exported encoder alike', async () => {
    const raw = rawClip(0, 1000);
    const [, T] = raw.shape;
    const rows = Array.from({ length: T }, (_, t) =>
      Array.from({ length: 45 }, (__, i) => raw.data[((i % 3) * T + t) * 15 + Math.floor(i / 3)]),
    );
    await writeFile(at('clip.csv'), rows.map((row) => row.join(',')).join('\n'));
    const [found] = await classify({ run: at('run'), files: [at('clip.csv')] });
    expect(found?.top).toHaveLength(2);
    expect(found?.changes).toEqual(undefined);
    await embed({ run: at('run'), data: at('data'), format: 'npy', out: at('f.npy') });
    await exportRun({ run: at('run'), format: 'safetensors', out: at('e.safetensors') });
    const bytes = await readFile(at('e.safetensors'));
    expect(parseSafetensorsHeader(bytes, 'e').metadata['layout']).toBe('sbu-15');
    const model = await loadEncoder(at('run'));
    const exported = await encoderFromBytes(bytes, { name: 'e' });
    const { clips: read } = await readRawClips(at('clip.csv'), { layout });
    const features = await model.embed([at('clip.csv')]);
    expect(await exported.embed(read)).toEqual(features);
    // The same clip of the prepared set, in the last place of equal batches.
    expect(read[0]?.clip.data).toEqual(raw.data);
    model.dispose();
    exported.dispose();
    await exportRun({ run: at('run'), format: 'onnx', out: at('e.onnx') });
    // The name alone does not say the order of the joints.
    expect(await readFile(at('e.onnx'), 'utf8')).toContain(JSON.stringify(layout.joints));
  });

  it('is drawn, and named in descriptions', async () => {
    const out = at('alike.svg');
    await retrieve({ run: at('run'), file: at('clip.csv'), data: at('data'), count: 2, draw: out });
    expect(await readFile(out, 'utf8')).toContain('<svg');
    const prepared = await inspect({ path: at('data') });
    expect(inspectionLines(prepared)[0]).toContain('prepared data set, sbu-15 (15 joints)');
    const raw = await inspect({ path: at('clip.csv'), layout });
    expect(inspectionLines(raw)[0]).toContain('own clip, sbu-15 (15 joints)');
    await drawClip(prepared, { file: at('clip.html'), pipeline: 'halp', seed: 0 });
    expect(await readFile(at('clip.html'), 'utf8')).toContain('after halp, seed 0');
  });

  it('is converted for an encoder of a built-in layout', async () => {
    const size = { performers: 2, replications: 1 };
    await prepare('synthetic', { out: at('synthetic'), ...size });
    const other: Recipe = { ...tinyMoco, data: { ...tinyMoco.data, persons: 2 } };
    await pretrain({ recipe: other, data: at('synthetic'), out: at('kinect'), epochs: 1 });
    const [transfer] = await evaluate({
      run: at('kinect'),
      data: at('data'),
      protocols: [{ protocol: 'knn' }],
    });
    expect(transfer).toMatchObject({
      changes: { joints: { from: 'sbu-15', to: 'kinect-v2' }, again: 'upright' },
    });
  });

  it('gets the joints of the same name from a recording of Kinect v2, as the live pages show it', async () => {
    await exportRun({ run: at('run'), format: 'safetensors', out: at('page.safetensors') });
    const file = parseEncoderFile(await readFile(at('page.safetensors')), 'page.safetensors');
    file.encoder.dispose();
    const name = { setup: 1, camera: 1, subject: 1, replication: 1, action: 3 };
    // Distances: each layout has its own spine, to which a body is rotated.
    const distances = (joints: Layout['joints'], recipe: Recipe): number[] => {
      const options = { path: 'clip', trained: file.trained };
      const { clip } = recordingForRecipe(
        recipe,
        syntheticRecording(name, createRandom(0)),
        options,
      );
      const [C, T, V, M] = clip.shape;
      const [neck, hand, foot] = ['neck', 'left hand', 'right foot'].map((joint) =>
        Array.from(
          { length: C },
          (_, c) => clip.data[(c * T * V + joints.indexOf(joint)) * M] ?? NaN,
        ),
      ) as [number[], number[], number[]];
      const between = (a: number[], b: number[]): number =>
        Math.hypot(...a.map((value, c) => value - (b[c] ?? NaN)));
      return [between(neck, hand), between(hand, foot), between(foot, neck)];
    };
    const own = distances(layout.joints, file.recipe);
    const builtIn = { ...file.recipe, data: { ...file.recipe.data, layout: 'kinect-v2' as const } };
    const expected = distances(layoutOf('kinect-v2').joints, builtIn);
    expect(Math.min(...own)).toBeGreaterThan(0.1);
    expected.forEach((distance, i) => expect(own[i]).toBeCloseTo(distance, 5));
  });

  it('is refused with one line where another layout of that name, or a fault, is found', async () => {
    const other = createLayout({ ...sbu15, joints: sbu15.joints.toReversed() });
    const wrong = { ...recipe, data: { ...recipe.data, layout: other }, views: tinyMoco.views };
    await expect(
      pretrain({ recipe: wrong, data: at('data'), out: at('none'), epochs: 1 }),
    ).rejects.toThrow(
      "recipe own-layout: expected a data set with sbu-15, 1 person(s), got 'lifts' with another sbu-15, 1 person(s)",
    );
    const manifest = JSON.parse(await readFile(at('data', 'dataset.json'), 'utf8')) as object;
    await mkdir(at('bad'));
    const bones = [...layout.bones.slice(0, -1), [14, 14]];
    await writeFile(
      at('bad', 'dataset.json'),
      JSON.stringify({ ...manifest, layout: { ...layout, bones } }),
    );
    await expect(readManifest(at('bad'))).rejects.toThrow(
      "dataset.json: layout.bones[13]: expected two different joints, got 'right foot' twice",
    );
    const parts = { train: clips('train', 2), test: clips('test', 2, { ...layout, root: 3 }) };
    await expect(writeDataset(parts, { out: at('never'), name: 'lifts' })).rejects.toThrow(
      "writeDataset: test.layout.root: expected 'neck', the joint without a parent, got 3",
    );
    await expect(readManifest(at('never'))).rejects.toThrow('got no dataset.json');
  });
});
