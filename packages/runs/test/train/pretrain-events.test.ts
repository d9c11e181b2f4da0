import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planSynthetic, prepare } from '@halp/data/node';
import { pretrain } from '@halp/runs/node';
import { onEachBackend } from '@halp/testing';
import { openRun } from '@halp/train/node';
import { withFolder } from '../helpers.ts';
import { tinyHalp } from '../tiny.ts';

/** The number of occurrences of a tag in the only event file of a run. */
async function points(run: string, tag: string): Promise<number> {
  const files = (await readdir(run)).filter((name) => name.includes('tfevents'));
  expect(files).toHaveLength(1);
  const text = await readFile(join(run, files[0] as string), 'latin1');
  return text.split(tag).length - 1;
}

describe('the event file of pretrain', () => {
  onEachBackend(() => {
    it('has one point for each epoch of the log, also after a kill beyond the last checkpoint', async () => {
      await withFolder(async (folder) => {
        const [data, out] = [join(folder, 'data'), join(folder, 'run')];
        await prepare(planSynthetic({ performers: 2, replications: 1 }), { out: data });
        const options = { recipe: tinyHalp, data, out };
        const run = await pretrain({ ...options, epochs: 3 });
        expect(await points(out, 'loss/infonce')).toBe(3);
        // An event logged after the last checkpoint, and a partially written one.
        const last = run.log[2] as (typeof run.log)[2];
        await run.appendLog({ ...last, epoch: 3 });
        const events = (await readdir(out)).find((name) => name.includes('tfevents')) as string;
        await appendFile(join(out, events), 'loss/infonce');
        await pretrain({ ...options, epochs: 5, knnEvery: 5, resume: true });
        expect((await openRun(out)).log).toHaveLength(5);
        expect(await points(out, 'loss/infonce')).toBe(5);
        expect(await points(out, 'loss/halp')).toBe(3);
        expect(await points(out, 'positives/kept')).toBe(3);
        expect(await points(out, 'metrics/knn')).toBe(1);
      });
    });
  });
});
