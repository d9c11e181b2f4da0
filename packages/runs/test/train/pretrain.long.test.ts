import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackend } from '@halp/backend';
import { planSynthetic, prepare } from '@halp/data/node';
import type { Evaluation } from '@halp/protocols';
import { evaluate, pretrain } from '@halp/runs/node';
import { withFolder } from '../helpers.ts';
import { tinySupCon } from '../tiny.ts';

describe('pretrain', () => {
  it('with labels moves clips of the same class close together', async () => {
    await startBackend();
    await withFolder(async (folder) => {
      const [data, out] = [join(folder, 'data'), join(folder, 'run')];
      await prepare(planSynthetic({ performers: 4, replications: 2 }), { out: data });
      await pretrain({ recipe: tinySupCon, data, out, epochs: 24, keep: [0] });
      const accuracies: number[] = [];
      for (const after of [{ epoch: 0 }, {}]) {
        const options = { run: out, data, protocols: [{ protocol: 'knn' }] as const, ...after };
        const [evaluation] = await evaluate(options);
        accuracies.push((evaluation as Evaluation).accuracy);
      }
      const [before, after] = accuracies as [number, number];
      // With 96 test clips two standard deviations of an accuracy of 0.5 are 0.1.
      expect(after).toBeGreaterThan(before + 0.1);
    });
  });
});
