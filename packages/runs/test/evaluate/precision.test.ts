import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { reproduce, tableText } from '@halp/runs/node';
import { onBackend } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { halp } from '../../../cli/test/helpers.ts';
import { resultsOf } from '../../src/evaluate/results.ts';
import { contentsOf, environmentOf, keptFolder } from '../helpers.ts';
import { tinyMoco } from '../tiny.ts';

environmentOf('HALP_BACKEND', 'tensorflow');
environmentOf('HALP_PRECISION', 'float32');
const folder = keptFolder();
const at = (...names: string[]): string => join(folder(), ...names);

beforeAll(async () => {
  await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: at('data') });
  await writeFile(at('moco.mjs'), `export const recipe = ${JSON.stringify(tinyMoco)};\n`);
});

const pretrain = (run: string, ...rest: string[]) =>
  halp('pretrain', at('moco.mjs'), '--data', at('data'), '--out', at(run), '--json', ...rest);

describe('a run in bfloat16', () => {
  onBackend('tensorflow', () => {
    it('records its precision in manifest, results and result names, and differs from a float32 run', async () => {
      const rounded = await pretrain('rounded', '--epochs', '1', '--precision', 'bfloat16');
      expect(rounded).toMatchObject({ status: 0 });
      expect(rounded.stderr).toMatch(
        /^backend tensorflow, bfloat16 by (amx_bf16|avx512_bf16|float32)\n/,
      );
      expect(JSON.parse(rounded.stdout)).toMatchObject({ precision: 'bfloat16' });
      const exact = await pretrain('exact', '--epochs', '1', '--precision', 'float32');
      expect(JSON.parse(exact.stdout)).toMatchObject({ precision: 'float32' });
      const [first, second] = [await openRun(at('rounded')), await openRun(at('exact'))];
      expect(first.manifest.software).toMatchObject({ precision: 'bfloat16' });
      expect(second.manifest.software).toMatchObject({ precision: 'float32' });
      const [a = NaN, b] = [first, second].map(({ log }) => log[0]?.losses['infonce'] ?? NaN);
      expect(a).not.toBe(b);
      expect(a).toBeCloseTo(b ?? NaN, 1);

      const evaluate = (...rest: string[]) =>
        halp('evaluate', 'knn', '--run', at('rounded'), '--data', at('data'), '--json', ...rest);
      expect(await evaluate('--precision', 'float32')).toMatchObject({ status: 0 });
      const again = await evaluate('--precision', 'bfloat16');
      expect(JSON.parse(again.stdout)).toMatchObject({ precision: 'bfloat16' });
      expect((await readdir(at('rounded', 'evaluations'))).sort()).toEqual([
        'epoch-0001-knn-bfloat16.json',
        'epoch-0001-knn.json',
      ]);
      const results = await resultsOf(await openRun(at('rounded')));
      expect(results.map(({ text }) => text)).toEqual(['kNN, k = 1', 'kNN, k = 1, bfloat16']);

      const data = ['--data', at('data'), '--precision', 'bfloat16'];
      const fused = ['fuse', 'knn', at('rounded'), at('exact'), '--out', at('fused.json')];
      const embedded = ['embed', at('rounded'), '--out', at('features.npy')];
      for (const command of [fused, embedded]) {
        expect(await halp(...command, ...data)).toMatchObject({ status: 0 });
      }
      for (const name of ['fused.json', 'features.json']) {
        expect(JSON.parse(await readFile(at(name), 'utf8'))).toMatchObject({
          precision: 'bfloat16',
        });
      }
    });

    it('reports initialization from a run with another precision', async () => {
      await pretrain('begun', '--epochs', '1', '--precision', 'float32');
      const init = ['--init', at('begun'), '--epochs', '2', '--precision', 'bfloat16'];
      expect((await pretrain('gone-on', ...init)).stderr).toContain(
        `continuing in bfloat16 from ${at('begun')}, which was trained in float32`,
      );
    });

    it('is marked by a note below the table', async () => {
      const table = {
        ...{ name: 'tiny', title: 'Tiny', seeds: [0] },
        columns: [{ label: 'kNN', protocol: 'knn' as const }],
        rows: [{ label: 'MoCo', recipe: tinyMoco, epoch: 1 }],
      };
      await startBackend({ prefer: 'tensorflow', precision: 'bfloat16' });
      const measured = await reproduce(table, { data: at('data'), out: at('table'), seeds: [0] });
      expect(measured).toMatchObject({ precision: 'bfloat16' });
      expect(tableText(table, measured)).toContain('GRU products in bfloat16.');
    });

    it('resumes only with its own precision', async () => {
      await pretrain('kept', '--epochs', '1', '--precision', 'bfloat16');
      const before = await contentsOf(at('kept'));
      const other = await pretrain('kept', '--epochs', '2', '--resume', '--precision', 'float32');
      expect(other.status).toBe(1);
      expect(other.stderr).toContain(
        `expected a run in float32 in ${at('kept')}, got one in bfloat16; start the backend with --precision bfloat16`,
      );
      expect(await contentsOf(at('kept'))).toEqual(before);
      const own = await pretrain('kept', '--epochs', '2', '--resume', '--precision', 'bfloat16');
      expect(own).toMatchObject({ status: 0 });
      // The bytes equal those of an uninterrupted run.
      await pretrain('whole', '--epochs', '2', '--precision', 'bfloat16');
      const [kept, whole] = [await contentsOf(at('kept')), await contentsOf(at('whole'))];
      const last = join('checkpoints', 'last.safetensors');
      expect(kept[last]).toBe(whole[last]);
    });
  });

  it('is not selected by empty environment variables, nor by HALP_BACKEND=auto', async () => {
    vi.stubEnv('HALP_PRECISION', '');
    for (const backend of ['', 'auto']) {
      vi.stubEnv('HALP_BACKEND', backend);
      const facts = await halp('doctor', '--json');
      expect(facts.status).toBe(0);
      expect(facts.stderr).toMatch(/^backend \w+(;|\n)/);
    }
    vi.stubEnv('HALP_PRECISION', 'float16');
    expect((await halp('doctor')).status).toBe(1);
    vi.stubEnv('HALP_BACKEND', 'tensorflow');
    vi.stubEnv('HALP_PRECISION', 'float32');
  });

  it('is rejected on a backend that supports only float32', async () => {
    const refused = await pretrain('wasm', '--backend', 'wasm', '--precision', 'bfloat16');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('bfloat16 is supported only on tensorflow');
    await expect(readdir(at('wasm'))).rejects.toThrow('ENOENT');
  });
});
