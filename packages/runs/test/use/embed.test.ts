import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, it } from 'vitest';
import { compilePipeline } from '@halp/augment';
import { openDataset, planSynthetic, prepare, writeSynthetic } from '@halp/data/node';
import { parseNpy } from '@halp/files';
import { createRandom } from '@halp/random';
import { buildTraining } from '@halp/recipes';
import { embed, pretrain, retrieve } from '@halp/runs/node';
import { onBackend } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

interface Expected {
  readonly features: readonly number[];
  readonly names: readonly string[];
  readonly labels: readonly number[];
  readonly classes: readonly string[];
}

/** Reference features of the test clips: view, ordered batches of 16, encoder in eval mode. */
async function expectedFeatures(): Promise<Expected> {
  const run = await openRun(at('run'));
  const training = buildTraining(tinyMoco, createRandom(run.manifest.seed));
  const dataset = await openDataset(at('data'), { benchmark: 'xsub', part: 'test' });
  const view = await compilePipeline(tinyMoco.evaluation.view);
  try {
    await run.loadInto(training);
    const encoder = training.encoders[0]?.encoder;
    const features: number[] = [];
    for (let first = 0; first < dataset.length; first += tinyMoco.batchSize) {
      const clips: tf.Tensor[] = [];
      for (let i = first; i < Math.min(dataset.length, first + tinyMoco.batchSize); i++) {
        const { data, shape } = view((await dataset.get(i)).clip, createRandom(0));
        clips.push(tf.tensor(data, [...shape]));
      }
      const batch = tf.stack(clips) as tf.Tensor5D;
      const made = encoder?.apply(batch, { mode: 'eval' }) as tf.Tensor2D;
      features.push(...(await made.data()));
      tf.dispose([...clips, batch, made]);
    }
    const { names, labels, classes } = dataset;
    return { features, names, labels: [...labels], classes };
  } finally {
    training.dispose();
    await dataset.close();
  }
}

onBackend('wasm', () => {
  beforeEach(async () => {
    if (existsSync(at('run'))) return;
    await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
    const options = { recipe: tinyMoco, data: at('data'), out: at('run'), epochs: 1, seed: 3 };
    await pretrain({ ...options, keep: [0] });
  });

  it('writes the features of the encoder, one row per clip in the order of the data set', async () => {
    const expected = await expectedFeatures();
    const options = { run: at('run'), data: at('data'), part: 'test', benchmark: 'xsub' } as const;
    const { clips: count } = await embed({ ...options, format: 'npy', out: at('features.npy') });
    expect(count).toBe(expected.names.length);
    const { shape, data } = parseNpy(await readFile(at('features.npy')), 'features.npy');
    expect(shape).toEqual([count, expected.features.length / count]);
    expect([...(data as Float32Array)]).toEqual(expected.features);
    const facts = JSON.parse(await readFile(at('features.json'), 'utf8')) as Partial<Expected>;
    const { names, labels, classes } = expected;
    expect(facts).toMatchObject({ names, labels, classes });
  });

  it('writes the features of another checkpoint', async () => {
    const featuresAt = async (epoch?: number): Promise<readonly number[]> => {
      const options = { run: at('run'), data: at('data'), format: 'npy', epoch } as const;
      await embed({ ...options, out: at('at.npy') });
      return [...(parseNpy(await readFile(at('at.npy')), 'at.npy').data as Float32Array)];
    };
    const last = await featuresAt();
    expect(await featuresAt(1)).toEqual(last);
    expect(await featuresAt(0)).not.toEqual(last);
    await expect(featuresAt(7)).rejects.toThrow(/epoch/);
  });

  it('retrieve searches the training part of the given benchmark, with the given checkpoint', async () => {
    await writeSynthetic({ performers: 2, replications: 1, out: at('raw') });
    const file = at('raw', 'S001C001P001R001A001.skeleton');
    const asked = { file, run: at('run'), data: at('data'), count: 20 };
    const namesOf = async (benchmark: string): Promise<readonly string[]> => {
      const dataset = await openDataset(at('data'), { benchmark, part: 'train' });
      await dataset.close();
      return dataset.names;
    };
    const xsub = await namesOf('xsub');
    const others = (await namesOf('xview')).filter((name) => !xsub.includes(name));
    const found = await retrieve({ ...asked, benchmark: 'xview' });
    expect(found.some(({ clip }) => others.includes(clip))).toBe(true);
    const usual = await retrieve(asked);
    expect(usual.every(({ clip }) => xsub.includes(clip))).toBe(true);
    expect(await retrieve({ ...asked, epoch: 1 })).toEqual(usual);
    expect(await retrieve({ ...asked, epoch: 0 })).not.toEqual(usual);
    await expect(retrieve({ ...asked, benchmark: 'xset' })).rejects.toThrow(
      "expected a benchmark of synthetic (xsub, xview), got 'xset'; choose one with option benchmark",
    );
  });

  it('rejects a manifest with networks larger than its checkpoint, before it creates them', async () => {
    await cp(at('run'), at('claims'), { recursive: true });
    const file = at('claims', 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { recipe: typeof tinyMoco };
    const { recipe } = manifest;
    for (const claim of [
      { encoder: { ...recipe.encoder, hidden: 1_000_000 } },
      { objective: { ...recipe.objective, queueSize: 1_000_000_000 } },
      { head: { ...recipe.head, hidden: 1_000_000_000 } },
    ]) {
      await writeFile(file, JSON.stringify({ ...manifest, recipe: { ...recipe, ...claim } }));
      const options = { run: at('claims'), data: at('data'), benchmark: 'xsub' } as const;
      await expect(embed({ ...options, format: 'npy', out: at('claims.npy') })).rejects.toThrow(
        'bytes for the networks of the manifest, got a checkpoint of',
      );
    }
    expect(existsSync(at('claims.npy'))).toBe(false);
  });

  it("writes files for TensorBoard's projector, with name and class of each clip in its row", async () => {
    const expected = await expectedFeatures();
    const options = { run: at('run'), data: at('data'), part: 'test', benchmark: 'xsub' } as const;
    const { clips: count } = await embed({ ...options, format: 'projector', out: at('projector') });
    const text = (name: string): Promise<string> => readFile(at('projector', name), 'utf8');
    const size = expected.features.length / count;
    const rows = (await text('tensors.tsv')).trimEnd().split('\n');
    expect(rows.map((row) => row.split('\t').map((word) => Math.fround(Number(word))))).toEqual(
      expected.names.map((_, i) => expected.features.slice(i * size, (i + 1) * size)),
    );
    expect(await text('metadata.tsv')).toBe(
      [
        'name\tclass',
        ...expected.names.map(
          (name, i) => `${name}\t${expected.classes[expected.labels[i] as number]}`,
        ),
        '',
      ].join('\n'),
    );
    expect(await text('projector_config.pbtxt')).toBe(
      'embeddings {\n  tensor_name: "features"\n  tensor_path: "tensors.tsv"\n  metadata_path: "metadata.tsv"\n}\n',
    );
  });
});
