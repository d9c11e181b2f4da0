import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepare } from '@halp/data/node';
import { contentsOf, keptFolder } from '../../runs/test/helpers.ts';
import { halp } from './helpers.ts';

const folder = keptFolder();
const at = (name: string): string => join(folder(), name);

beforeAll(async () => {
  await prepare('synthetic', { out: at('data'), performers: 2, replications: 1 });
});

async function split(text: string): ReturnType<typeof halp> {
  await writeFile(at('splits.json'), text);
  return halp('split', at('data'), at('splits.json'), '--json');
}

describe('halp split', () => {
  it('adds splits, which the other commands find by name', async () => {
    const rule = { from: 'xview', train: { camera: [2] }, test: { camera: [3] } };
    const { status, stdout, stderr } = await split(JSON.stringify({ views: rule }));
    expect(status).toBe(0);
    expect(stderr).toContain(`${at('data')}: views, 32 train / 32 test`);
    expect(JSON.parse(stdout)).toMatchObject({
      dir: at('data'),
      benchmarks: { views: { train: { clips: 32 }, split: { from: 'xview', rule } } },
    });
    const inspected = await halp('inspect', at('data'), '--benchmark', 'views');
    expect(inspected.stdout + inspected.stderr).toContain('views (a split of xview): 32 train');
    expect((await halp('verify', at('data'))).status).toBe(0);
  });

  it('removes a split again, and leaves the set as it was before', async () => {
    const without = await contentsOf(at('data'));
    const rule = { from: 'xview', train: { camera: [1] }, test: { camera: [3] } };
    expect((await split(JSON.stringify({ other: rule }))).status).toBe(0);
    const { status, stdout, stderr } = await halp(
      'split',
      at('data'),
      '--remove',
      'other',
      '--json',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: `${at('data')}: removed other\n` });
    expect(JSON.parse(stdout)).not.toHaveProperty('benchmarks.other');
    expect(await contentsOf(at('data'))).toEqual(without);
    for (const [args, message] of [
      [['--remove', 'other'], "(views), got 'other'"],
      [['--remove', 'xview'], "got 'xview', a benchmark with arrays of its own"],
      [[], 'expected a file with splits, or --remove NAME, got neither; give one of them'],
      [['splits.json', '--remove', 'views'], 'got both; give one of them'],
    ] as const) {
      const refused = await halp('split', at('data'), ...args);
      expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(refused.stderr).toContain(message);
      expect(refused.status).toBe(1);
    }
    expect(await contentsOf(at('data'))).toEqual(without);
  });

  it.each([
    ['{', /^halp: .*splits\.json \(byte 1\): expected valid JSON, got its end/],
    ['[]', /^halp: .*splits\.json.*: expected a JSON object, got a list of 0/],
    [
      '{"a": {"from": "xview", "train": {"camera": [1]}, "test": {"subject": ["2"]}}}',
      /^halp: .*splits\.json: a\.test\.subject\[0\]: expected an integer, got "2"$/,
    ],
    [
      '{"a": {"from": "xview", "train": {"camera": [1]}, "test": {"camera": [7]}}}',
      /^halp: addSplits: a\.test\.camera: expected cameras of synthetic xview, got 7$/,
    ],
  ])('refuses %s with one line, and writes nothing', async (text, message) => {
    const before = await contentsOf(at('data'));
    const { status, stdout, stderr } = await split(text);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd()).toMatch(message);
    expect(await contentsOf(at('data'))).toEqual(before);
  });

  it('refuses a missing file and a folder that is not prepared', async () => {
    const missing = await halp('split', at('data'), at('gone.json'));
    expect(missing.stderr).toMatch(
      /^halp: .*gone\.json: expected a file.*, got nothing at that path/,
    );
    await writeFile(
      at('splits.json'),
      '{"a":{"from":"b","train":{"camera":[1]},"test":{"camera":[2]}}}',
    );
    const unprepared = await halp('split', at('none'), at('splits.json'));
    expect(unprepared.stderr).toMatch(
      /^halp: .*none: expected a prepared data set, got no dataset\.json/,
    );
  });
});
