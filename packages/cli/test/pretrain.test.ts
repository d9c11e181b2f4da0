import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareSynthetic } from '@halp/data/node';
import { pretrain, type PretrainOptions } from '@halp/cli';
import { openRun } from '@halp/train/node';
import { onEachBackend } from '@halp/testing';
import { describe, expect, it } from 'vitest';
import { collectedOutput, withFolder } from './helpers.ts';
import { tinyHalp, tinyMoco } from './tiny.ts';

/** A data set of 48 clips to train in a folder of its own. */
async function withData(work: (data: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const data = join(folder, 'data');
    await prepareSynthetic({ out: data, performers: 2, replications: 1 });
    await work(data, folder);
  });
}

const train = (options: PretrainOptions): ReturnType<typeof pretrain> =>
  pretrain(options, collectedOutput());

describe('pretrain', () => {
  onEachBackend(() => {
    it('resumed gives the bytes of an undisturbed run, HaLP and its prototypes included', async () => {
      await withData(async (data, folder) => {
        const [whole, parts] = [join(folder, 'whole'), join(folder, 'parts')];
        const common = { recipe: tinyHalp, data, seed: 1 };
        const undisturbed = await train({ ...common, out: whole, epochs: 4 });
        await train({ ...common, out: parts, epochs: 1 });
        await train({ ...common, out: parts, epochs: 3, resume: true });
        const resumed = await train({ ...common, out: parts, epochs: 4, resume: true });
        const bytes = await readFile(resumed.checkpointPath());
        expect(bytes.equals(await readFile(undisturbed.checkpointPath()))).toBe(true);
        const losses = (run: typeof resumed): unknown => run.log.map((epoch) => epoch.losses);
        expect(losses(resumed)).toEqual(losses(undisturbed));
      });
    });

    it('goes on after an interrupt from the last checkpoint', async () => {
      await withData(async (data, folder) => {
        const out = join(folder, 'run');
        const common = { recipe: tinyMoco, data, out, epochs: 3, saveEvery: 1 };
        const controller = new AbortController();
        const run = train({ ...common, signal: controller.signal });
        const interrupted = expect(run).rejects.toThrow(/abort/i);
        while ((await openRun(out).catch(() => undefined))?.log.length !== 1) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        controller.abort();
        await interrupted;
        const resumed = await train({ ...common, resume: true });
        expect(resumed.log.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
      });
    });

    it('stops at a loss that is not finite, with step, seed, clips and what was saved', async () => {
      await withData(async (data, folder) => {
        const out = join(folder, 'run');
        const schedule = { kind: 'constant', rate: 1e30 } as const;
        await expect(
          train({ recipe: { ...tinyMoco, schedule }, data, out, seed: 7 }),
        ).rejects.toThrow(
          /^fit: expected finite losses, got .* at step \d+, seed 7, clips S\d+C\d+P001R001A\d+ and 15 more; no checkpoint has been saved/,
        );
        expect(await (await openRun(out)).hasCheckpoint()).toBe(false);
      });
    });

    it('refuses a queue shorter than a batch before it writes anything', async () => {
      await withData(async (data, folder) => {
        const objective = { ...tinyMoco.objective, queueSize: 8 };
        const out = join(folder, 'run');
        await expect(train({ recipe: { ...tinyMoco, objective }, data, out })).rejects.toThrow(
          'recipe synthetic-moco: expected a queue of at least one batch, 16 keys, got 8',
        );
        await expect(openRun(out)).rejects.toThrow('manifest.json');
      });
    });
  });
});
