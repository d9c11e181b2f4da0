import '@tensorflow/tfjs-backend-cpu';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compilePipeline } from '@halp/augment';
import {
  type Dataset,
  formatNtuSkeleton,
  normalisations,
  syntheticRecording,
  withNormalisation,
} from '@halp/data';
import {
  openDataset,
  type Plan,
  planKinetics,
  planNtu,
  planNwUcla,
  planOwnClips,
  planPku,
  planPyskl,
  planUtdMhad,
  prepare,
  readRawClips,
} from '@halp/data/node';
import { onStream } from '@halp/encoders';
import { createRandom } from '@halp/random';
import {
  buildEncoder,
  clipForRecipe,
  datasetForRecipe,
  evaluationBatches,
  type Recipe,
  syntheticMoco,
} from '@halp/recipes';
import { type LayoutData, type LayoutName, layoutOf, storedLayout } from '@halp/skeleton';
import { pickled } from '../../../data/test/formats/pickled.ts';
import { matOf, nwUclaContents, temporaryFolder } from '../../../data/test/helpers.ts';
import { sbu15 } from '../../../skeleton/test/sbu-15.ts';

const path = temporaryFolder();
const raw = (...names: readonly string[]): string => path('raw', ...names);

beforeAll(() => tf.setBackend('cpu'));

/** A prepared part and the raw files of the same clips, in the same order. */
interface Prepared {
  readonly dataset: Dataset;
  readonly files: readonly string[];
}

async function write(file: string, contents: string | Uint8Array): Promise<string> {
  const target = raw(file);
  await mkdir(join(target, '..'), { recursive: true });
  await writeFile(target, contents);
  return target;
}

async function prepared(plan: Plan, benchmark: string, part: 'train' | 'test'): Promise<Dataset> {
  await prepare(plan, { out: path('out') });
  return openDataset(path('out'), { benchmark, part });
}

/** Two recordings of two persons, who are not in every frame: performer 1 trains, 3 tests. */
async function ntu(): Promise<Prepared> {
  const files: string[] = [];
  for (const subject of [1, 3]) {
    const name = { setup: 1, camera: 2, subject, replication: 1, action: 15 };
    const recording = syntheticRecording(name, createRandom(1));
    // Nobody is in the first frames and in the middle.
    const frames = recording.frames.map((bodies, t) => (t < 2 || t === 9 ? [] : bodies));
    const file = `S001C002P00${subject}R001A015.skeleton`;
    files.push(await write(file, formatNtuSkeleton({ ...recording, frames })));
  }
  const plan = await planNtu({ set: 'ntu60', raw: raw(), benchmarks: ['xsub'] });
  return { dataset: await prepared(plan, 'xsub', 'test'), files: files.slice(1) };
}

async function pku(): Promise<Prepared> {
  const line = (t: number): string =>
    Array.from({ length: 150 }, (_, i) =>
      (t < 3 ? 0 : Math.sin(i * 0.7) + t * 0.01).toFixed(6),
    ).join(' ');
  const video = Array.from({ length: 20 }, (_, t) => line(t)).join('\n');
  for (const name of ['A01N01-L', 'A02N01-M']) {
    await write(`Skeleton_v2/${name}.txt`, video);
    await write(`Label_PKUMMD_v2/${name}.txt`, '1,0,20,2\n');
  }
  await write('Split/cross_subject_v2.txt', 'Training videos: \nA01N01-L\n');
  const dataset = await prepared(await planPku({ raw: raw(), phase: 2 }), 'xsub', 'test');
  return { dataset, files: [raw('Skeleton_v2/A02N01-M.txt')] };
}

async function nwUcla(): Promise<Prepared> {
  for (const name of ['a01_s01_e00_v01', 'a01_s01_e00_v03']) {
    await write(`${name}.json`, JSON.stringify(nwUclaContents(name, 1, 9)));
  }
  const dataset = await prepared(await planNwUcla({ raw: raw() }), 'xview', 'test');
  return { dataset, files: [raw('a01_s01_e00_v03.json')] };
}

async function utdMhad(): Promise<Prepared> {
  const numbers = Array.from({ length: 60 * 8 }, (_, i) => Math.sin(i) + (i % 60) / 30);
  for (const subject of [1, 2]) {
    await write(`a1_s${subject}_t1_skeleton.mat`, matOf('d_skel', [20, 3, 8], numbers));
  }
  const dataset = await prepared(await planUtdMhad({ raw: raw() }), 'xsub', 'test');
  return { dataset, files: [raw('a1_s2_t1_skeleton.mat')] };
}

async function kinetics(): Promise<Prepared> {
  const person = (t: number, score: number): object => ({
    pose: Array.from({ length: 36 }, (_, i) => 0.5 + 0.4 * Math.sin(i + t)),
    score: Array<number>(18).fill(score),
  });
  const data = [1, 2, 4].map((t) => ({
    frame_index: t,
    skeleton: [person(t, 0.2), person(t + 1, 0.9), person(t + 2, 0.5)],
  }));
  const text = JSON.stringify({ data, label: 'any', label_index: 0 });
  for (const part of ['train', 'val']) {
    const label = { [part]: { has_skeleton: true, label: 'yoga', label_index: 0 } };
    await write(`kinetics_${part}/${part}.json`, text);
    await write(`kinetics_${part}_label.json`, JSON.stringify(label));
  }
  const dataset = await prepared(await planKinetics({ raw: raw() }), 'split', 'test');
  return { dataset, files: [raw('kinetics_val/val.json')] };
}

async function pyskl(name: 'pyskl3d2' | 'pyskl2d4'): Promise<Prepared> {
  const file = await write('clips.pkl', pickled(name));
  const plan = await planPyskl({ raw: file });
  return { dataset: await prepared(plan, plan.benchmarks[0] as string, 'test'), files: [file] };
}

/** A user's own clips in a layout; the third number is a coordinate or a score. */
async function own(
  layout: LayoutName | LayoutData,
  channels: 'xyz' | 'xy-score',
  normalisation: (typeof normalisations)[number],
): Promise<Prepared> {
  const joints = (typeof layout === 'string' ? layoutOf(layout) : layout).joints.length;
  const frames = Array.from({ length: 6 }, (_, t) =>
    Array.from({ length: joints }, (_, v) => {
      const third = Math.cos(3 * v + t);
      return [Math.sin(v + 0.3 * t), v / 10, channels === 'xyz' ? third - 2 : Math.abs(third)];
    }),
  );
  await write('one.json', JSON.stringify(frames));
  const csv = frames.map((joint) => joint.flat().join(',')).join('\n');
  await write('two.csv', csv);
  const clips = ['one.json', 'two.csv'].map((file, i) => ({
    ...{ file, label: 'wave', split: i === 0 ? 'train' : 'test' },
  }));
  await write('clips.json', JSON.stringify({ name: 'own', layout, channels, fps: 30, clips }));
  const plan = await planOwnClips({ raw: raw() });
  const preparation = withNormalisation(plan.preparation, normalisation);
  const dataset = await prepared({ ...plan, preparation }, 'split', 'test');
  return { dataset, files: [raw('two.csv')] };
}

const cases: readonly (readonly [string, () => Promise<Prepared>])[] = [
  ['NTU RGB+D', ntu],
  ['PKU-MMD', pku],
  ['NW-UCLA', nwUcla],
  ['UTD-MHAD', utdMhad],
  ['Kinetics-skeleton', kinetics],
  ['PYSKL, 3-D', () => pyskl('pyskl3d2')],
  ['PYSKL, 2-D', () => pyskl('pyskl2d4')],
  ['own 2-D clips', () => own('coco-17', 'xy-score', 'none')],
  ...normalisations.map(
    (kind) => [`own clips, ${kind}`, () => own('kinect-v2', 'xyz', kind)] as const,
  ),
  ...(['upright', 'none'] as const).map(
    (kind) =>
      [`own clips, ${kind}, with a layout of their own`, () => own(sbu15, 'xyz', kind)] as const,
  ),
  ['own 3-D clips of a detector', () => own('mediapipe-33', 'xyz', 'upright')],
];

/** Recipes of encoders trained on the same layout, another one, fewer persons, camera axes. */
function recipesFor({ layout, persons, preparation }: Dataset): readonly Recipe[] {
  const of = (data: Partial<Recipe['data']>): Recipe => ({
    ...syntheticMoco,
    data: { ...syntheticMoco.data, layout: storedLayout(layout), persons, ...data },
  });
  const flat = preparation?.channels === 'xy-score';
  return [
    of({}),
    of({ persons: 3 - persons }),
    ...(flat
      ? []
      : [of({ axes: 'camera' }), of({ layout: 'kinect-v2' }), of({ layout: 'kinect-v1' })]),
  ];
}

/** The batch of every clip of the set in the evaluation view. */
async function batchOf(recipe: Recipe, dataset: Dataset): Promise<Float32Array> {
  const batches = await evaluationBatches({ ...recipe, batchSize: dataset.length }, dataset);
  const next = await batches.next();
  await batches.return(undefined);
  if (next.done === true) throw new Error('expected a batch');
  return next.value.views[0] as Float32Array;
}

/** The same batch from the raw files. */
async function rawBatchOf(recipe: Recipe, { dataset, files }: Prepared): Promise<Float32Array> {
  const { preparation } = dataset;
  if (preparation === undefined) throw new Error('expected a preparation');
  const trained = { set: dataset.name, preparation };
  const view = await compilePipeline(recipe.evaluation.view);
  const clips = new Map<string, Float32Array>();
  for (const file of files) {
    const { clips: found } = await readRawClips(file, {
      ...{ channels: preparation.channels, layout: dataset.layout },
    });
    for (const each of found) {
      const { clip } = clipForRecipe(recipe, each, { path: file, trained });
      clips.set(each.name, view(clip, createRandom(0)).data);
    }
  }
  const rows = dataset.names.map((name) => clips.get(name) ?? clips.get(name.replace(/_000$/, '')));
  return Float32Array.from(rows.flatMap((row) => [...(row ?? [])]));
}

describe.each(cases)('%s: a test clip read raw', (_, make) => {
  it('has the same numbers and features as the clip of the prepared set, for every encoder', async () => {
    const { dataset, files } = await make();
    const { preparation } = dataset;
    if (preparation === undefined) throw new Error('expected a preparation');
    const trained = { set: dataset.name, preparation };
    for (const recipe of recipesFor(dataset)) {
      const seen = datasetForRecipe(recipe, dataset, trained).dataset;
      const fromSet = await batchOf(recipe, seen);
      const fromFiles = await rawBatchOf(recipe, { dataset, files });
      expect(fromSet.some((value) => value !== 0)).toBe(true);
      expect(Buffer.from(fromFiles.buffer).equals(Buffer.from(fromSet.buffer))).toBe(true);
      const { layout, persons } = recipe.data;
      const shape = [dataset.length, 3, 24, layoutOf(layout).joints.length, persons] as const;
      for (const stream of ['joint', 'motion', 'bone'] as const) {
        const encoder = buildEncoder(
          { ...recipe, encoder: { kind: 'bigru', hidden: 4, layers: 1, direction: 'stepwise' } },
          createRandom(0),
        );
        const whole = stream === 'joint' ? encoder : onStream(encoder, stream, layoutOf(layout));
        const of = (numbers: Float32Array): Float32Array =>
          tf.tidy(() =>
            whole
              .apply(tf.tensor5d(numbers, [...shape]), { mode: 'eval' })
              .dataSync<'float32'>()
              .slice(),
          );
        expect(of(fromFiles)).toEqual(of(fromSet));
        whole.dispose();
      }
    }
    await dataset.close();
  });
});
