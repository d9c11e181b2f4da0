import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import { evaluate, pretrain } from '@halp/runs/node';
import { halp } from '../../../cli/test/helpers.ts';
import { runReport } from '../../src/show/report.ts';
import { contentsOf, withFolder } from '../helpers.ts';
import { tinyHalp, tinyMoco } from '../tiny.ts';

describe('halp report', () => {
  it('overlays the curves of runs, and with data shows accuracies by class, confusion and features', async () => {
    await withFolder(async (folder) => {
      await startBackend({ prefer: 'wasm' });
      const [data, runs] = [join(folder, 'data'), join(folder, 'runs')];
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
      for (const [name, recipe] of Object.entries({ a: tinyMoco, b: tinyHalp })) {
        const options = { recipe: { ...recipe, epochs: 3 }, data, out: join(runs, name) };
        await pretrain(options);
      }
      const before = await contentsOf(runs);
      const tensors = tf.memory().numTensors;

      const whole = await runReport({ runs: [runs], data });
      expect(whole).toContain('<h1>synthetic-moco, synthetic-halp</h1>');
      expect(whole).not.toContain('Not shown');
      for (const section of ['Accuracy by class', 'Confusion', 'Features', 'Training', 'Runs']) {
        expect(whole).toContain(`<h2>${section}</h2>`);
      }
      expect(whole.match(/<figure class="card map">/g)).toHaveLength(2);
      expect(whole).toContain('kNN, k = 1');
      expect(whole).toContain('sha256');
      expect(whole).not.toMatch(/https?:|<script|<link|<img/);
      expect(await runReport({ runs: [runs], data })).toBe(whole);

      const without = await runReport({ runs: [join(runs, 'a')] });
      expect(without).toContain('make the report with the data set of the runs');
      expect(without).toContain('these runs have no saved evaluation');
      expect(without).not.toContain('<h2>Features</h2>');
      expect(without).toContain('<h2>Training</h2>');
      expect(await contentsOf(runs)).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors);

      const file = join(folder, 'report.html');
      const done = await halp('report', join(runs, 'a'), '--out', file, '--title', 'A', '--json');
      expect(JSON.parse(done.stdout)).toEqual({ file });
      expect(await readFile(file, 'utf8')).toContain('<h1>A</h1>');
    });
  });

  it('shows every saved result with its meaning', async () => {
    await withFolder(async (folder) => {
      await startBackend({ prefer: 'wasm' });
      const [data, out] = [join(folder, 'data'), join(folder, 'run')];
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
      const options = { recipe: tinyMoco, data, out, epochs: 1 };
      await pretrain({ ...options, keep: [1] });
      const protocols = [{ protocol: 'knn' }, { protocol: 'knn', k: 3 }] as const;
      const retrieval = { protocol: 'retrieval' } as const;
      await evaluate({ run: out, data, protocols: [...protocols, retrieval] });
      await pretrain({ ...options, epochs: 2, resume: true });
      await evaluate({ run: out, data, protocols: [protocols[0]] });
      const html = await runReport({ runs: [out] });
      for (const text of ['kNN, k = 1', 'kNN, k = 1, after 1 epochs', 'kNN, k = 3']) {
        expect(html).toContain(`>${text}<`);
      }
      expect(html).toContain('retrieval, mAP');
      expect(html).toContain('>baseline: 1-NN on coordinates<');
      expect(html).toContain('1 run, 95 % interval');
    });
  });

  it('does not evaluate a run on data other than its training data, and reports this', async () => {
    await withFolder(async (folder) => {
      await startBackend({ prefer: 'wasm' });
      const [data, other, out] = ['data', 'other', 'run'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
      await prepare(planSynthetic({ performers: 2, replications: 1, seed: 9 }), { out: other });
      await pretrain({ recipe: tinyMoco, data, out, epochs: 1 });
      const html = await runReport({ runs: [out], data: other });
      expect(html).toContain(
        `${other} is not the data it was trained on (other checksums of synthetic`,
      );

      const manifest = join(out, 'manifest.json');
      const text = await readFile(manifest, 'utf8');
      await writeFile(manifest, text.replaceAll('"name": "synthetic"', '"name": "ntu60"'));
      expect(await runReport({ runs: [out], data })).toContain(
        `it was trained on ntu60, and ${data} is synthetic`,
      );
    });
  });

  it('rejects folders without a run', async () => {
    await withFolder(async (folder) => {
      const { status, stderr } = await halp('report', folder);
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: `halp: runReport: expected at least one run in ${folder}, got none\n`,
      });
    });
  });
});
