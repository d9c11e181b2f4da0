import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import type { Preparation } from '@halp/data';
import { planOwnClips, prepare, readRawClips, type ReadRawClipsOptions } from '@halp/data/node';
import type { Evaluation } from '@halp/protocols';
import { createRandom } from '@halp/random';
import { clipForRecipe, type Recipe, type TrainedOn, trainedOn } from '@halp/recipes';
import {
  classify,
  evaluate,
  exportRun,
  importCheckpoint,
  pretrain,
  retrieve,
} from '@halp/runs/node';
import { type Clip, type LayoutName, layoutOf } from '@halp/skeleton';
import { openRun } from '@halp/train/node';
import { halp } from '../../../cli/test/helpers.ts';
import { collectedOutput, withFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

beforeAll(() => startBackend({ prefer: 'cpu' }));

type Channels = Preparation['channels'];

/** The clips of a file in the recipe's evaluation view. */
async function readForRecipe(
  recipe: Recipe,
  trained: TrainedOn | undefined,
  file: string,
  options: ReadRawClipsOptions = {},
) {
  const { clips } = await readRawClips(file, options);
  return clips.map((raw) => ({
    name: raw.name,
    ...clipForRecipe(recipe, raw, { path: file, trained }),
  }));
}

/** A custom data set of noisy clips: class 0 lifts one joint, class 1 another. */
interface OwnSet {
  readonly layout: LayoutName;
  readonly channels: Channels;
  readonly persons?: number;
  readonly normalisation?: 'none' | 'center' | 'upright';
}

const CLIPS = 20;

async function writeSet(folder: string, set: OwnSet): Promise<{ data: string; test: string[] }> {
  const { layout, channels, persons = 1, normalisation } = set;
  const raw = join(folder, 'raw');
  await mkdir(raw, { recursive: true });
  const rng = createRandom(5);
  const joints = layoutOf(layout).joints.length;
  const joint = (t: number, v: number, label: number): number[] => {
    const lifted = v === (label === 0 ? 7 : 13) ? 0.05 * t : 0;
    const third = channels === 'xyz' ? 2 + 0.02 * v : 0.5 + 0.4 * Math.sin(v);
    return [0.03 * v + 0.02 * rng.normal(), 0.1 * (v % 7) + lifted, third];
  };
  const clips = [];
  for (let i = 0; i < 2 * CLIPS; i++) {
    const label = i % 2;
    const frames = Array.from({ length: 12 }, (_, t) =>
      Array.from({ length: persons }, () =>
        Array.from({ length: joints }, (__, v) => joint(t, v, label)),
      ),
    );
    const file = `c${String(i).padStart(2, '0')}.json`;
    await writeFile(join(raw, file), JSON.stringify(persons === 1 ? frames.flat() : frames));
    clips.push({ file, label: ['arm', 'leg'][label], split: i < CLIPS ? 'train' : 'test' });
  }
  const description = { name: 'own', layout, channels, persons, fps: 30, clips };
  await writeFile(join(raw, 'clips.json'), JSON.stringify(description));
  const data = join(folder, 'data');
  await prepare(await planOwnClips({ raw, ...(normalisation && { normalisation }) }), {
    out: data,
  });
  const test = clips.filter(({ split }) => split === 'test').map(({ file }) => join(raw, file));
  return { data, test };
}

const recipeFor = ({ layout, persons = 1 }: OwnSet, axes?: 'camera'): Recipe => ({
  ...tinyMoco,
  data: { name: 'own', benchmark: 'split', layout, persons, ...(axes && { axes }) },
  views: { query: tinyMoco.evaluation.view, key: tinyMoco.evaluation.view },
});

async function withRun(
  set: OwnSet,
  axes: 'camera' | undefined,
  work: (run: string, made: { data: string; test: string[] }, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const made = await writeSet(folder, set);
    const run = join(folder, 'run');
    const recipe = recipeFor(set, axes);
    await pretrain({ recipe, data: made.data, out: run, epochs: 1 });
    await work(run, made, folder);
  });
}

describe.each<[string, OwnSet, 'camera' | undefined]>([
  ['a 2-D set', { layout: 'coco-17', channels: 'xy-score' }, undefined],
  [
    ...([
      'a set of clips as recorded',
      { layout: 'kinect-v2', channels: 'xyz', normalisation: 'none' },
    ] as const),
    undefined,
  ],
  ['a set with upright normalisation', { layout: 'kinect-v2', channels: 'xyz' }, undefined],
  ['a recipe with camera axes', { layout: 'kinect-v2', channels: 'xyz' }, 'camera'],
])('a run on %s', (_, set, axes) => {
  it('classifies raw test clips as the evaluation does, and retrieves a gallery clip with itself as query', async () => {
    await withRun(set, axes, async (run, { data, test }, folder) => {
      const [linear] = (await evaluate({
        run,
        data,
        protocols: [{ protocol: 'linear' }],
      })) as unknown as [Evaluation & { changes?: unknown }];
      const files = [...test];
      const options = { run, files, channels: set.channels };
      const found = await classify(options);
      const right = found.filter(({ top }, i) => top[0]?.name === ['arm', 'leg'][i % 2]);
      expect(right.length).toBe(linear.counts.correct);
      const file = join(folder, 'raw', 'c03.json');
      const near = await retrieve({ run, data, file, channels: set.channels });
      expect(near[0]).toMatchObject({ clip: 'c03' });
      expect(near[0]?.similarity).toBeCloseTo(1, 5);
      expect((await openRun(run)).manifest.data['preparation']).toMatchObject({
        channels: set.channels,
      });
    });
  });
});

describe('input that the encoder does not support', () => {
  it('scores in place of depth are rejected by classify, retrieve and evaluate, and nothing is written', async () => {
    await withRun(
      { layout: 'coco-17', channels: 'xyz' },
      undefined,
      async (run, { data }, folder) => {
        const flat = await writeSet(join(folder, 'flat'), {
          layout: 'coco-17',
          channels: 'xy-score',
        });
        const refused = 'expected 3-D clips (x, y, z), got 2-D clips (x, y, score)';
        const protocols = [{ protocol: 'linear' }] as const;
        await expect(evaluate({ run, data: flat.data, protocols: [...protocols] })).rejects.toThrow(
          refused,
        );
        const file = flat.test[0] as string;
        await expect(retrieve({ run, data, file, channels: 'xy-score' })).rejects.toThrow(refused);
        await expect(retrieve({ run, data, file })).rejects.toThrow(
          'which may be scores; say which they are with option channels',
        );
      },
    );
  });

  it('a second person is removed for a one-person encoder, which is reported and recorded', async () => {
    const alone: OwnSet = { layout: 'kinect-v2', channels: 'xyz' };
    await withRun(alone, undefined, async (run, { data }, folder) => {
      const pair = await writeSet(join(folder, 'pair'), { ...alone, persons: 2 });
      const output = collectedOutput();
      const [knn] = await evaluate({
        run,
        data: pair.data,
        protocols: [{ protocol: 'knn' }],
        onEvent: output.onEvent,
      });
      expect(knn?.changes).toEqual({ persons: { from: 2, to: 1, clipsCut: 2 * CLIPS } });
      expect(output.lines.join('\n')).toContain(`a person left out of ${2 * CLIPS} clips`);
      await evaluate({ run, data, protocols: [{ protocol: 'linear' }] });
      const said = collectedOutput();
      const [clip] = await classify({ run, files: pair.test.slice(0, 1), onEvent: said.onEvent });
      expect(clip?.changes).toEqual({ persons: { from: 2, to: 1, clipsCut: 1 } });
      expect(said.lines.at(-1)).toMatch(/^c20: persons 2 to 1 \(a person left out of 1 clip\)$/);
    });
  });

  it('a removal is reported once by classify, with the affected clips', async () => {
    const alone: OwnSet = { layout: 'kinect-v2', channels: 'xyz' };
    const pair: OwnSet = { ...alone, persons: 2 };
    await withRun(pair, undefined, async (run, { data, test }, folder) => {
      await evaluate({ run, data, protocols: [{ protocol: 'linear' }] });
      const single = await writeSet(join(folder, 'alone'), alone);
      const other = await writeSet(join(folder, 'other'), { ...alone, layout: 'kinect-v1' });
      const output = collectedOutput();
      const files = [...test.slice(0, 3), ...single.test.slice(0, 4), ...other.test.slice(0, 2)];
      const found = await classify({ run, files, onEvent: output.onEvent });
      expect(found.filter(({ changes }) => changes?.persons !== undefined).length).toBe(6);
      const said = output.lines.filter((line) => line.includes('persons 1 to 2'));
      expect(said).toHaveLength(2);
      expect(said[0]).toBe('4 of 9 clips: persons 1 to 2');
      expect(said[1]).toMatch(/^2 of 9 clips: joints kinect-v1 to kinect-v2.*; persons 1 to 2/);
    });
  });

  it('an encoder of two persons gets the first two of three, from JSON and CSV, which is reported and recorded', async () => {
    const pair: OwnSet = { layout: 'kinect-v2', channels: 'xyz', persons: 2 };
    await withRun(pair, undefined, async (run, { data, test }, folder) => {
      await evaluate({ run, data, protocols: [{ protocol: 'linear' }] });
      const file = test[0] as string;
      const frames = JSON.parse(await readFile(file, 'utf8')) as number[][][][];
      const three = frames.map((persons) => [
        ...persons,
        (persons[0] as number[][]).map(() => [1, 2, 3]),
      ]);
      const json = join(folder, 'three.json');
      await writeFile(json, JSON.stringify(three));
      const csv = join(folder, 'three.csv');
      await writeFile(csv, three.map((persons) => persons.flat(2).join()).join('\n'));
      const output = collectedOutput();
      const [of2, ...of3] = await classify({
        run,
        files: [file, json, csv],
        onEvent: output.onEvent,
      });
      for (const found of of3) {
        expect(found.top).toEqual(of2?.top);
        expect(found.changes).toEqual({ persons: { from: 3, to: 2, clipsCut: 1 } });
      }
      expect(output.lines.slice(-1)).toEqual([
        '2 of 3 clips: persons 3 to 2 (a person left out of 2 clips)',
      ]);
      const [near] = await retrieve({ run, data, file: json });
      const [same] = await retrieve({ run, data, file });
      expect(near).toEqual(same);
    });
  });
});

describe('an imported encoder', () => {
  it('declared as trained on clips as recorded gets raw clips without normalisation, in classify and evaluate', async () => {
    const recorded: OwnSet = { layout: 'kinect-v2', channels: 'xyz', normalisation: 'none' };
    await withRun(recorded, undefined, async (trained, { data, test }, folder) => {
      const file = join(folder, 'theirs.safetensors');
      await exportRun({ run: trained, format: 'safetensors', out: file });
      const recipe = recipeFor(recorded);
      const bare = join(folder, 'bare');
      const run = join(folder, 'stated');
      const said = collectedOutput();
      await importCheckpoint({ recipe, file, out: bare, onEvent: said.onEvent });
      expect(said.lines.join('\n')).toContain('upright and facing the camera');
      expect(said.lines.join('\n')).toContain('option normalisation');
      const protocols = [{ protocol: 'linear' }] as const;
      await expect(evaluate({ run: bare, data, protocols: [...protocols] })).rejects.toThrow(
        "expected the normalisation 'upright', got 'none'",
      );

      const preparation = { normalisation: 'none' } as const;
      await importCheckpoint({ recipe, file, out: run, preparation });
      const { manifest } = await openRun(run);
      expect(manifest.data['preparation']).toMatchObject({ normalisation: 'none', up: 'y' });
      const [first] = test as [string];
      const seen = async (path: string): Promise<Clip | undefined> =>
        (await readForRecipe(recipe, trainedOn((await openRun(path)).manifest), first))[0]?.clip;
      const raw = (await readRawClips(first)).clips[0]?.clip;
      expect(await seen(run)).toEqual(raw);
      expect(await seen(bare)).not.toEqual(raw);

      await evaluate({ run: trained, data, protocols: [...protocols] });
      await evaluate({ run, data, protocols: [...protocols] });
      const of = async (path: string): Promise<unknown> =>
        (await classify({ run: path, files: test, channels: 'xyz' })).map(({ top }) => top);
      expect(await of(run)).toEqual(await of(trained));
      const upright = await writeSet(join(folder, 'upright'), {
        ...recorded,
        normalisation: 'upright',
      });
      await expect(retrieve({ run, data: upright.data, file: first })).rejects.toThrow(
        "expected the normalisation 'none', got 'upright'",
      );
      // Persons and empty frames belong to the data set, so training can continue from here.
      const next = { run, epoch: 1 };
      const went = join(folder, 'went-on');
      await pretrain({ recipe, data, out: went, epochs: 2, branch: next });
    });
  });

  it('is declared on the command line, and an invalid preparation creates nothing', async () => {
    await withRun(
      { layout: 'kinect-v2', channels: 'xyz' },
      undefined,
      async (trained, _, folder) => {
        const file = join(folder, 'theirs.pt');
        await exportRun({ run: trained, format: 'pytorch', out: file });
        const module = join(folder, 'mine.mjs');
        const recipe = recipeFor({ layout: 'kinect-v2', channels: 'xyz' });
        await writeFile(module, `export const recipe = ${JSON.stringify(recipe)};`);
        const imported = (out: string, ...args: readonly string[]): ReturnType<typeof halp> =>
          halp(
            'import',
            file,
            '--as',
            module,
            '--out',
            join(folder, out),
            '--backend',
            'cpu',
            ...args,
          );
        expect(await imported('a', '--normalisation', 'center', '--unit', 'unknown')).toMatchObject(
          {
            status: 0,
          },
        );
        expect((await openRun(join(folder, 'a'))).manifest.data['preparation']).toMatchObject({
          ...{ normalisation: 'center', unit: 'unknown', up: 'y', channels: 'xyz' },
        });
        const refused = await imported('b', '--channels', 'xy-score', '--normalisation', 'yaw');
        expect(refused.status).toBe(1);
        expect(refused.stderr).toContain('expected the normalisation none or min-max');
        expect(existsSync(join(folder, 'b'))).toBe(false);
      },
    );
  });
});
