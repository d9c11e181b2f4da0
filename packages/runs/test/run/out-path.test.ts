import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planOwnClips, prepare } from '@halp/data/node';
import { pretrain } from '@halp/runs/node';
import { readSweep } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

/** Longer than the limit of every file system. */
const LONG = 'n'.repeat(260);

environmentOf('HALP_BACKEND', 'cpu');
const folder = keptFolder();
const at = (...names: readonly string[]): string => join(folder(), ...names);

beforeAll(async () => {
  await startBackend({ prefer: 'cpu' });
  await mkdir(at('raw'));
  const clips = Array.from({ length: 20 }, (_, i) => ({
    ...{ file: `c${i}.json`, label: ['arm', 'leg'][i % 2] },
    split: i < 16 ? 'train' : 'test',
  }));
  for (const [i, { file }] of clips.entries()) {
    const frames = Array.from({ length: 12 }, (_, t) =>
      Array.from({ length: 25 }, (__, v) => [0.03 * v, 0.1 * (v % 7) + 0.01 * t * (i % 3), 2]),
    );
    await writeFile(at('raw', file), JSON.stringify(frames));
  }
  const about = { name: 'own', layout: 'kinect-v2', fps: 30, clips };
  await writeFile(at('raw', 'clips.json'), JSON.stringify(about));
  await prepare(await planOwnClips({ raw: at('raw') }), { out: at('data') });
  const view = tinyMoco.evaluation.view;
  const recipe = {
    ...{ ...tinyMoco, views: { query: view, key: view } },
    data: { name: 'own', benchmark: 'split', layout: 'kinect-v2', persons: 1 },
  } as const;
  await pretrain({ recipe, data: at('data'), out: at('run'), epochs: 1 });
  const plan = { data: 'data', out: 'sweep', recipes: ['nw-ucla-moco'], seeds: [0] };
  await writeFile(at('plan.json'), JSON.stringify(plan));
  await writeFile(at('a-file'), 'mine');
});

/** The only line of an error. */
function refusalIn(stderr: string): string {
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('backend '));
  expect(lines).toHaveLength(1);
  return lines[0] as string;
}

/** Every command with an option for its output file. */
const writers: readonly (readonly [name: string, ending: string, command: () => string[]])[] = [
  [
    'export safetensors',
    'safetensors',
    () => ['export', at('run'), '--format', 'safetensors', '--out'],
  ],
  ['export pytorch', 'pt', () => ['export', at('run'), '--format', 'pytorch', '--out']],
  ['export onnx', 'onnx', () => ['export', at('run'), '--format', 'onnx', '--out']],
  ['embed', 'npy', () => ['embed', at('run'), '--data', at('data'), '--out']],
  ['report', 'html', () => ['report', at('run'), '--out']],
  ['inspect --draw', 'svg', () => ['inspect', at('raw', 'c0.json'), '--draw']],
  [
    ...(['retrieve --draw', 'svg'] as const),
    () => ['retrieve', at('raw', 'c0.json'), '--run', at('run'), '--data', at('data'), '--draw'],
  ],
  ['sweep --slurm', 'sbatch', () => ['sweep', at('plan.json'), '--slurm']],
  ['sweep --kubernetes', 'yaml', () => ['sweep', at('plan.json'), '--kubernetes']],
];

describe.each(writers)('the output file of %s', (name, ending, command) => {
  const place = name.replace(/\W/g, '-');

  it('is written into a folder that is created if it does not exist', async () => {
    const file = at(place, 'new', `out.${ending}`);
    const { status, stderr } = await halp(...command(), file);
    expect([status, stderr.includes('ENOENT')]).toEqual([0, false]);
    expect(await readdir(at(place, 'new'))).toContain(`out.${ending}`);
  });

  it('is rejected in one line if it is a folder, or if its parent is a file', async () => {
    await mkdir(at(`${place}-taken`, `out.${ending}`), { recursive: true });
    const refusals = [
      [
        at(`${place}-taken`, `out.${ending}`),
        `expected the path of a file, got the folder ${at(`${place}-taken`, `out.${ending}`)}; give a file in it`,
      ],
      [
        at('a-file', 'deep', `out.${ending}`),
        `expected a folder, got the file ${at('a-file')} in ${at('a-file', 'deep', `out.${ending}`)}`,
      ],
    ] as const;
    for (const [file, said] of refusals) {
      const { status, stdout, stderr } = await halp(...command(), file);
      expect([status, stdout]).toEqual([1, '']);
      expect(refusalIn(stderr)).toMatch(/^halp: \w+: expected/);
      expect(stderr).toContain(said);
    }
  });

  it("is rejected in one line if its name or its folder's name is too long for the file system", async () => {
    for (const names of [[`${LONG}.${ending}`], [LONG, `out.${ending}`]]) {
      const { status, stdout, stderr } = await halp(...command(), at(...names));
      expect([status, stdout]).toEqual([1, '']);
      expect(refusalIn(stderr)).toMatch(/^halp: \w+: expected a name of at most 240 bytes, got 2/);
    }
  });
});

describe('the output folder of a command', () => {
  const commands: [string, () => string[]][] = [
    ['embed', () => ['embed', at('run'), '--format', 'projector', '--data', at('data'), '--out']],
    ['prepare', () => ['prepare', 'own', '--raw', at('raw'), '--out']],
    ['fake-data', () => ['fake-data', 'ntu60', '--out']],
    ['pretrain', () => ['pretrain', 'synthetic-moco', '--data', at('data'), '--out']],
    ['reproduce', () => ['reproduce', 'nw-ucla', '--data', at('data'), '--out']],
  ];
  it.each(commands)('is rejected in one line if its name is too long: %s', async (_, command) => {
    const { status, stderr } = await halp(...command(), at(LONG));
    expect(status).toBe(1);
    expect(refusalIn(stderr)).toMatch(
      /^halp: [\w-]+: expected a name of at most 240 bytes, got 260/,
    );
  });

  it('is rejected if the values of a sweep make the name of a run too long', async () => {
    const values = { 'schedule.milestones': [Array.from({ length: 100 }, (_, i) => i + 1)] };
    const plan = { data: 'data', out: 'sweep', recipes: ['nw-ucla-moco'], seeds: [0], values };
    await writeFile(at('long.json'), JSON.stringify(plan));
    await expect(readSweep(at('long.json'))).rejects.toThrow(
      'long.json: expected runs with names of at most 240 bytes, got nw-ucla-moco_milestones=1-2-',
    );
  });

  it.each(commands)('is rejected in one line if it is a file: %s', async (_, command) => {
    for (const path of [at('a-file'), at('a-file', 'deep')]) {
      const { status, stderr } = await halp(...command(), path);
      expect(status).toBe(1);
      const line = refusalIn(stderr);
      expect(line).toMatch(/^halp: .*expected/);
      expect(line).not.toMatch(/ENOTDIR|EEXIST|ENOENT/);
      expect(line).toContain(at('a-file'));
    }
  });
});
