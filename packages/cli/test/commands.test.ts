import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentsOf, environmentOf, withFolder } from '../../runs/test/helpers.ts';
import { halp, halpProcess } from './helpers.ts';

const BACKEND = 'wasm';
/** 48 clips to train, one step an epoch. */
const SMALL = ['--performers', '2', '--replications', '1'];
environmentOf('HALP_BACKEND', BACKEND);

/** Expects that a command fails with one line that starts with `halp:`, and returns the line. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await halp(...args);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('backend '));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^halp: /);
  return lines[0] as string;
}

describe('the halp command', () => {
  it('prepares, trains, resumes and evaluates; with --json the last line of standard output is one object', async () => {
    await withFolder(async (folder) => {
      const [data, run] = [join(folder, 'data'), join(folder, 'run')];
      const prepared = await halp('prepare', 'synthetic', ...SMALL, '--out', data, '--json');
      expect(prepared).toMatchObject({ status: 0 });
      expect(JSON.parse(prepared.stdout)).toMatchObject({ name: 'synthetic', layout: 'kinect-v2' });

      const common = ['--data', data, '--out', run, '--seed', '5', '--json'];
      const first = await halp('pretrain', 'synthetic-moco', ...common, '--epochs', '1');
      expect(JSON.parse(first.stdout)).toMatchObject({
        run,
        recipe: 'synthetic-moco',
        seed: 5,
        backend: BACKEND,
        epoch: 0,
      });
      const second = await halp(
        'pretrain',
        'synthetic-moco',
        ...common,
        '--epochs',
        '2',
        '--resume',
      );
      expect(JSON.parse(second.stdout)).toMatchObject({
        run,
        epoch: 1,
        losses: { infonce: expect.any(Number) as number },
      });

      const evaluated = await halp('evaluate', 'knn', '--run', run, '--data', data, '--json');
      const result = JSON.parse(evaluated.stdout) as {
        knn: number;
        counts: { correct: number; test: number };
      };
      expect(result).toMatchObject({ backend: BACKEND, seed: 5, run, epoch: 2 });
      expect(result.knn).toBeCloseTo(result.counts.correct / result.counts.test, 12);
      expect(result.knn).toBeGreaterThan(1 / 16);
      expect(evaluated.stderr).toContain(
        'synthetic-moco, seed 5, after 2 epochs, on synthetic xsub: knn top-1',
      );
    });
  });

  it('is a process with an exit status, and prints its backend', async () => {
    const { status, stdout } = await halpProcess('doctor', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      backend: BACKEND,
      gflops: expect.any(Number) as number,
    });
    expect(await halpProcess('doctor', '--backend', 'cuda')).toMatchObject({
      status: 1,
      stdout: '',
    });
  });

  it('stops if no GPU has the name in --device', async () => {
    const { status, stderr } = await halpProcess(
      ...['doctor', '--backend', 'webgpu', '--device', 'no such GPU'],
    );
    expect(status).toBe(1);
    // Without Vulkan's loader the message has no name.
    expect(stderr).toMatch(/webgpu cannot start: no adapter (of the name 'no such GPU' )?answers/);
  });

  it('says how recipes are listed if the name is unknown', async () => {
    const { status, stderr } = await halp('pretrain', 'moco', '--data', 'x', '--out', 'y');
    expect(status).toBe(1);
    expect(stderr).toContain(
      "expected the name of a recipe, got 'moco'; `recipes` (`halp recipes`) lists all",
    );
  });
});

describe('bad input to prepare', () => {
  it('is rejected: a missing folder, an empty one, a truncated file, an output folder with other files', async () => {
    await withFolder(async (folder) => {
      const [raw, out] = [join(folder, 'raw'), join(folder, 'out')];
      expect(await refusal('prepare', 'nw-ucla', '--raw', raw, '--out', out)).toContain(raw);
      await mkdir(raw);
      expect(await refusal('prepare', 'nw-ucla', '--raw', raw, '--out', out)).toContain(raw);
      await writeFile(
        join(raw, 'a01_s01_e00_v01.json'),
        '{"file_name": "a01_s01_e00_v01", "skeletons": [[[0.1',
      );
      // Two views: a part without clips would be rejected before a file is read.
      await writeFile(join(raw, 'a01_s01_e00_v03.json'), '{"file_name": "a01_s01_e00_v03"}');
      expect(await refusal('prepare', 'nw-ucla', '--raw', raw, '--out', out, '--strict')).toContain(
        'a01_s01_e00_v01.json (byte ',
      );
      expect(await refusal('prepare', 'nw-ucla', '--out', out)).toContain(
        'expected --raw (the folders of the raw files), got none',
      );
      await mkdir(out);
      await writeFile(join(out, 'thesis.tex'), 'all of it');
      const before = await contentsOf(folder);
      expect(await refusal('prepare', 'synthetic', '--out', out)).toContain(out);
      expect(await contentsOf(folder)).toEqual(before);
    });
  });
});

describe('bad input to pretrain and evaluate', () => {
  it('is rejected, and existing files are unchanged', async () => {
    await withFolder(async (folder) => {
      const [data, run] = [join(folder, 'data'), join(folder, 'run')];
      const pretrain = (recipe: string, ...rest: readonly string[]): Promise<string> =>
        refusal('pretrain', recipe, '--data', data, '--out', run, '--epochs', '1', ...rest);
      expect(await pretrain('synthetic-moco')).toContain(`${data}: expected a prepared data set`);
      expect(await pretrain('synthetic-moco')).toContain(`halp prepare synthetic --out ${data}`);
      expect(await pretrain('nw-ucla-moco')).toContain(`prepare nw-ucla --raw DIR --out ${data}`);
      await halp('prepare', 'synthetic', ...SMALL, '--out', data);
      expect(await pretrain('nw-ucla-moco')).toMatch(/xview|kinect-v1/);
      expect(await pretrain('synthetic-moco', '--resume')).toContain('manifest.json');
      await mkdir(run);
      await writeFile(join(run, 'notes.txt'), 'mine');
      expect(await pretrain('synthetic-moco')).toContain(`got ${run} with 1 entries`);
      expect(await contentsOf(run)).toEqual({
        'notes.txt': Buffer.from('mine').toString('base64'),
      });
      expect(await refusal('evaluate', 'knn', '--run', run, '--data', data)).toContain(
        'manifest.json',
      );

      const other = join(folder, 'other');
      await halp('pretrain', 'synthetic-moco', '--data', data, '--out', other, '--epochs', '1');
      const before = await contentsOf(other);
      const resume = ['--data', data, '--out', other, '--resume'];
      expect(await refusal('pretrain', 'synthetic-halp', ...resume)).toContain(
        'expected a run of this recipe',
      );
      expect(await refusal('pretrain', 'synthetic-moco', ...resume, '--seed', '1')).toContain(
        'seed: 0 !== 1',
      );
      expect(
        await refusal('evaluate', 'knn', '--run', other, '--data', data, '--epoch', '7'),
      ).toContain('epoch-0007');
      expect(await contentsOf(other)).toEqual(before);

      const file = join(data, 'xsub', 'train_data_joint.npy');
      await truncate(file, (await readFile(file)).length - 1000);
      expect(await refusal('evaluate', 'knn', '--run', other, '--data', data)).toContain(file);
    });
  });
});
