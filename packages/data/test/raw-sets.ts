import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatNpy } from '@halp/files';
import { formatNtuSkeleton } from '../src/formats/ntu/skeleton-file.ts';
import {
  type Plan,
  planArrays,
  planKinetics,
  planNtu,
  planNwUcla,
  planOwnClips,
  planPku,
  planPyskl,
  planUtdMhad,
} from '../src/node.ts';
import { matOf, nwUclaContents } from './helpers.ts';

/** Pickles of PYSKL clips with one thing wrong; `fixtures/README.md` says how they are made. */
export const pysklTexts = JSON.parse(
  readFileSync(new URL('fixtures/pyskl-cases.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

const joints = (shift: number): Float64Array =>
  Float64Array.from({ length: 75 }, (_, i) => Math.sin(i) + shift + 1);
export const ntu = (): string =>
  formatNtuSkeleton({ joints: 25, frames: [0, 0.1].map((t) => [{ id: 1n, joints: joints(t) }]) });
export const nobody = formatNtuSkeleton({ joints: 25, frames: [[], []] });
export const video = Array.from({ length: 10 }, (_, t) =>
  [...joints(t / 100), ...new Float64Array(75)].map((x) => x.toFixed(4)).join(' '),
).join('\n');
export const kinetics = (label: number, score = 0.5, seen = true): string =>
  JSON.stringify({
    data: [1, 2].map((frame) => ({
      frame_index: frame,
      skeleton: seen ? [{ pose: Array(36).fill(0.3), score: Array(18).fill(score) }] : [],
    })),
    label_index: label,
  });
const kineticsLabel = (label: unknown): object => ({
  ...{ has_skeleton: true, label: `class ${String(label)}`, label_index: label },
});
export const integers = (...values: readonly number[]): Uint8Array =>
  formatNpy({ dtype: 'float64', shape: [values.length], data: Float64Array.from(values) });
export const arrays = (count: number, nan = -1): Uint8Array => {
  const data = Float32Array.from({ length: count * 300 }, (_, i) =>
    i === nan * 300 + 7 ? NaN : 1 + (i % 7),
  );
  return formatNpy({ dtype: 'float32', shape: [count, 3, 2, 25, 2], data });
};
export const csv = `${[...joints(0)].map((x) => x.toFixed(3)).join(',')}\n`;

/** Writers of three to five raw clips into the folder `raw`, in every format, each with the plan of it. */
export function rawSets(path: (...names: readonly string[]) => string) {
  const raw = (): string => path('raw');

  async function write(file: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(path('raw', file)), { recursive: true });
    await writeFile(path('raw', file), content);
  }

  async function ntuFolder(): Promise<Plan> {
    for (const name of ['S001C001P001R001A001', 'S001C001P001R001A002', 'S001C001P003R001A001']) {
      await write(`${name}.skeleton`, ntu());
    }
    return planNtu({ set: 'ntu60', raw: raw(), benchmarks: ['xsub'], missing: [] });
  }

  async function pkuFolder(labels = '1,0,5,2\n2,5,10,2\n'): Promise<Plan> {
    for (const name of ['A01N01-L', 'A01N01-R', 'A02N01-M']) {
      await write(`Data/${name}.txt`, video);
      await write(`Label/${name}.txt`, name === 'A01N01-L' ? labels : '1,0,5,2\n');
    }
    await write('Split/cross_subject_v2.txt', 'Training videos:\nA01N01-L, A01N01-R\n');
    return planPku({ raw: raw(), phase: 2 });
  }

  async function uclaFolder(): Promise<Plan> {
    for (const name of ['a01_s01_e00_v01', 'a01_s01_e01_v02', 'a01_s01_e00_v03']) {
      await write(`${name}.json`, JSON.stringify(nwUclaContents(name, 1, 3)));
    }
    return planNwUcla({ raw: raw() });
  }

  async function utdFolder(): Promise<Plan> {
    const numbers = Array.from({ length: 180 }, (_, i) => Math.sin(i) + 2);
    for (const name of ['a1_s1_t1_skeleton', 'a1_s3_t1_skeleton', 'a1_s2_t1_skeleton']) {
      await write(`${name}.mat`, matOf('d_skel', [20, 3, 3], numbers));
    }
    return planUtdMhad({ raw: raw() });
  }

  async function kineticsFolder(bad: unknown = 0): Promise<Plan> {
    const train = { a: kineticsLabel(bad), b: kineticsLabel(0) };
    await write('kinetics_train_label.json', JSON.stringify(train));
    await write('kinetics_val_label.json', JSON.stringify({ c: kineticsLabel(0) }));
    for (const file of ['train/a', 'train/b', 'val/c']) {
      await write(`kinetics_${file}.json`, kinetics(0));
    }
    return planKinetics({ raw: raw() });
  }

  async function pyskl(name: string): Promise<Plan> {
    await write('clips.pkl', Buffer.from(pysklTexts[name] as string, 'base64'));
    return planPyskl({ raw: path('raw', 'clips.pkl') });
  }

  async function arrayFolder(labels: readonly number[], nan = -1): Promise<Plan> {
    await write('xsub/train_data_joint.npy', arrays(3, nan));
    await write('xsub/train_label.npy', integers(...labels));
    await write('xsub/val_data_joint.npy', arrays(1));
    await write('xsub/val_label.npy', integers(0));
    return planArrays({ raw: raw(), name: 'mine' });
  }

  async function ownFolder(change: object = {}): Promise<Plan> {
    const clip = (file: string, split = 'train'): object => ({ file, label: 'wave', split });
    const clips = [clip('a.csv'), { ...clip('b.csv'), ...change }, clip('c.csv', 'test')];
    const description = { name: 'mine', layout: 'kinect-v2', fps: 30, clips };
    await write('clips.json', JSON.stringify(description));
    for (const name of ['a', 'b', 'c']) await write(`${name}.csv`, csv);
    return planOwnClips({ raw: raw() });
  }
  return {
    raw,
    write,
    ntuFolder,
    pkuFolder,
    uclaFolder,
    utdFolder,
    kineticsFolder,
    pyskl,
    arrayFolder,
    ownFolder,
  };
}
